"""An admin's words are filled in by a renderer that knows its variables and nothing else …"""

import pytest

from tickets.work.letter_words import (
    ACKNOWLEDGEMENT,
    CLOSING,
    FINAL_POSITION,
    GESTURE_PROMISED,
    LANGUAGES,
    QUESTION,
    REMINDER,
    SIGNATURE,
    SORTS,
    Words,
    composed,
    faults_in,
    fill,
    signed_by,
)

OF_THE_SUBMITTER = {"name", "subject", "comment", "said", "email", "company"}


def faults(kind: str, body: str, subject: str = "") -> dict[str, str]:
    return {fault.code: fault.detail for fault in faults_in(SORTS[kind], Words(subject, body))}


def test_what_is_built_in_could_be_written_by_an_admin() -> None:
    for sort in SORTS.values():
        for language in LANGUAGES:
            assert faults_in(sort, sort.built_in[language]) == [], (sort.name, language)


def test_the_acknowledgement_is_offered_no_word_of_the_submitter() -> None:
    assert not OF_THE_SUBMITTER & set(SORTS[ACKNOWLEDGEMENT].variables)
    assert not OF_THE_SUBMITTER & set(SORTS[SIGNATURE].variables)
    assert "unknown_variable" in faults(ACKNOWLEDGEMENT, "{number} {due} Dear {name}", "Hello")


def test_each_variable_is_filled_in_once() -> None:
    assert fill("{a} and {b} and {a}", {"a": "{b}", "b": "2"}) == "{b} and 2 and {b}"


@pytest.mark.parametrize("said", ["{{ settings.SECRET_KEY }}", "{% load x %}", "{0.__class__}"])
def test_no_template_language_reads_it(said: str) -> None:
    assert fill(said, {"number": "T-1"}) == said
    assert faults(REMINDER, f"{{number}} {said}")


@pytest.mark.parametrize(
    "kind, body, subject, code, named",
    [
        (QUESTION, "Please answer. {number}", "Well?", "missing_variable", "{link}"),
        (CLOSING, "May we? {number}", "", "missing_variable", "{day}"),
        (FINAL_POSITION, "Dear {name}", "", "missing_variable", "{position}"),
        (REMINDER, "{number}, {link}", "", "unknown_variable", "{link}"),
        (REMINDER, "{number} {", "", "stray_brace", ""),
        (REMINDER, "{{number}}", "", "stray_brace", ""),
        (REMINDER, "{number}\x07", "", "unreadable", ""),
        (REMINDER, "{number}" + "x" * 5000, "", "too_long", ""),
        (REMINDER, "{number}", "A subject", "no_subject", ""),
        (QUESTION, "{link} {number}", "", "required", ""),
        (QUESTION, "", "Well?", "required", ""),
        (QUESTION, "{link} {number}", "Your {link}\nBcc: x", "unreadable", ""),
    ],
)
def test_words_that_cannot_leave_are_refused_by_name(
    kind: str, body: str, subject: str, code: str, named: str
) -> None:
    found = faults(kind, body, subject)
    assert code in found
    assert named in found[code]


@pytest.mark.parametrize(
    "body, lost",
    [
        ("{message}\n\nYou will have {gesture} by {until}.", "{gesture}"),
        ("{message} You will have {gesture} by {until}.", "{message}, {gesture}"),
    ],
)
def test_a_time_that_may_be_unknown_takes_nothing_along_that_is_needed(
    body: str, lost: str
) -> None:
    said = {"shared_line": f"{{until}} stands on a line of its own, without {lost}."}
    assert faults(GESTURE_PROMISED, body) == said
    for fine in ("{message}\n{gesture}\nBy {until}, {name}", f"{{message}}\n{{gesture}}\n{body}"):
        assert faults(GESTURE_PROMISED, fine) == {}


def test_a_signature_stands_below_a_line_that_mail_readers_know() -> None:
    letter = composed(Words(body="Hello {name}\n"), {"name": "Jane"}, "Care")
    assert letter.body == "Hello Jane\n\n-- \nCare\n"
    assert composed(Words(body="Hello"), {}).body == "Hello"


def test_a_letter_that_nobody_wrote_names_no_writer() -> None:
    signature = "{writer}\n{team}"
    assert signed_by(signature, writer="Ada", team="Care") == "Ada\nCare"
    assert signed_by(signature, writer="", team="Care") == "Care"
    assert signed_by("{team}", writer="", team="{writer}") == "{writer}"
