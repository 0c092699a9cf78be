"""The words of our letters to customers, and how words that an admin wrote are filled in. Pure.

An admin's text knows the variables of its sort, written {number}, and nothing else: no template
language reads it. What is filled in is never read again, so nothing that a customer is called can
become a variable. Version 0 of everything is built in.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cxloop.kernel.errors import Fault

ENGLISH, KOREAN = "en", "ko"
LANGUAGES = (ENGLISH, KOREAN)

ACKNOWLEDGEMENT, REMINDER, CLOSING = "acknowledgement", "reminder", "closing"
QUESTION, FINAL_POSITION, SIGNATURE = "question", "final_position", "signature"
GESTURE_PROMISED, GESTURE_KEPT = "gesture_promised", "gesture_kept"

LONGEST_SUBJECT = 150
LONGEST_BODY = 5_000
_VARIABLE = re.compile(r"\{([^{}\n]{1,60})\}")
# Told by mail readers from what was said, and folded away by many.
_SIGNED = "\n\n-- \n"


@dataclass(frozen=True)
class Words:
    """Of a letter that goes on in its thread the subject is blank: it keeps the thread's."""

    subject: str = ""
    body: str = ""


@dataclass(frozen=True)
class Sort:
    """A sort of letter: which variables it offers, which must stand in its body, and which may be
    unknown, so that their lines are left out."""

    name: str
    variables: tuple[str, ...]
    needed: tuple[str, ...]
    built_in: Mapping[str, Words]
    has_subject: bool = False
    unknown: tuple[str, ...] = ()


# No word of the submitter is offered to it: nobody can send strangers their text through us.
_ACKNOWLEDGEMENT = Sort(
    ACKNOWLEDGEMENT,
    variables=("number", "due", "team", "status_link"),
    needed=("number", "due"),
    has_subject=True,
    built_in={
        ENGLISH: Words(
            "We have your message",
            "Thank you for telling us. Your message has reached us under the number {number}.\n\n"
            "A person will write to you by {due}.\n",
        ),
        KOREAN: Words(
            "말씀을 잘 받았습니다",
            "소중한 말씀 감사합니다. 접수 번호는 {number}입니다.\n\n"
            "담당자가 {due}까지 직접 답변드리겠습니다.\n",
        ),
    },
)
# Ours, not an admin's: their letter promises a time, and this one has passed.
LATE_ACKNOWLEDGEMENT: Mapping[str, Words] = {
    ENGLISH: Words(
        "We have your message",
        "Thank you for telling us. Your message has reached us under the number {number}.\n\n"
        "A person should have written to you by {due}. We are sorry that nobody has; somebody "
        "will as soon as we can.\n",
    ),
    KOREAN: Words(
        "말씀을 잘 받았습니다",
        "소중한 말씀 감사합니다. 접수 번호는 {number}입니다.\n\n"
        "{due}까지 답변드려야 했지만 그러지 못해 죄송합니다. "
        "담당자가 최대한 빨리 직접 답변드리겠습니다.\n",
    ),
}
_REMINDER = Sort(
    REMINDER,
    variables=("number", "name", "team", "status_link"),
    needed=("number",),
    built_in={
        ENGLISH: Words(
            body="We wait for your answer to go on. Please answer this letter when you can.\n\n"
            "Your number is {number}.\n"
        ),
        KOREAN: Words(
            body="계속 도와드리려면 고객님의 답변이 필요합니다. 편하실 때 이 메일에 답장해 "
            "주세요.\n\n접수 번호는 {number}입니다.\n"
        ),
    },
)
_CLOSING = Sort(
    CLOSING,
    variables=("number", "name", "team", "day", "status_link"),
    needed=("number", "day"),
    built_in={
        ENGLISH: Words(
            body="We have not heard from you. May we close the matter? If we hear nothing by "
            "{day}, we close it then. An answer to this letter keeps it open, also later.\n\n"
            "Your number is {number}.\n"
        ),
        KOREAN: Words(
            body="아직 답변을 받지 못했습니다. 접수를 종료해도 될까요? "
            "{day}까지 답변이 없으시면 종료하겠습니다. "
            "이 메일에 답장하시면 언제든 계속 도와드리겠습니다.\n\n"
            "접수 번호는 {number}입니다.\n"
        ),
    },
)
_QUESTION = Sort(
    QUESTION,
    variables=("number", "name", "team", "link", "status_link"),
    needed=("number", "link"),
    has_subject=True,
    built_in={
        ENGLISH: Words(
            "Is it put right?",
            "We think that what you wrote to us about is settled. Only you can say whether it "
            "is.\n\n"
            "Please tell us here; it takes a minute, and no sign-in:\n\n"
            "{link}\n\n"
            "If anything is still wrong, say so there or answer this letter: a person will take "
            "it up again.\n\n"
            "Your number is {number}.\n",
        ),
        KOREAN: Words(
            "문제가 해결되셨나요?",
            "말씀해 주신 일은 해결된 것으로 보입니다. 정말 그런지는 고객님만 아십니다.\n\n"
            "아래 주소에서 알려 주세요. 로그인 없이 1분이면 됩니다.\n\n"
            "{link}\n\n"
            "아직 불편하신 점이 있으면 그곳에 적으시거나 이 메일에 답장해 주세요. "
            "담당자가 다시 살펴보겠습니다.\n\n"
            "접수 번호는 {number}입니다.\n",
        ),
    },
)
_FINAL_POSITION = Sort(
    FINAL_POSITION,
    variables=("position", "number", "name", "team", "status_link"),
    needed=("position",),
    built_in={language: Words(body="{position}") for language in LANGUAGES},
)
# What the colleague writes becomes the words of a reply, which colleagues read: no link of the
# customer's stands among them.
_GESTURE_PROMISED = Sort(
    GESTURE_PROMISED,
    variables=("message", "gesture", "until", "number", "name", "team"),
    needed=("message", "gesture"),
    built_in={
        ENGLISH: Words(
            body="{message}\n\nWhat we will do for you: {gesture}\nBy when: {until}\n",
        ),
        KOREAN: Words(
            body="{message}\n\n약속드린 내용: {gesture}\n기한: {until}\n",
        ),
    },
    unknown=("until",),
)
_GESTURE_KEPT = Sort(
    GESTURE_KEPT,
    variables=("message", "gesture", "number", "name", "team"),
    needed=("message", "gesture"),
    built_in={
        ENGLISH: Words(body="{message}\n\nWhat we have done for you: {gesture}\n"),
        KOREAN: Words(body="{message}\n\n해 드린 내용: {gesture}\n"),
    },
)
_SIGNATURE = Sort(
    SIGNATURE,
    variables=("writer", "team"),
    needed=(),
    built_in={language: Words() for language in LANGUAGES},
)
LETTERS = {
    sort.name: sort
    for sort in (
        *(_ACKNOWLEDGEMENT, _REMINDER, _CLOSING, _QUESTION),
        *(_GESTURE_PROMISED, _GESTURE_KEPT, _FINAL_POSITION),
    )
}
SORTS = {**LETTERS, SIGNATURE: _SIGNATURE}


def composed(words: Words, values: Mapping[str, str], signature: str = "") -> Words:
    """The letter as it leaves."""
    body = fill(words.body, values)
    signed = f"{body.rstrip()}{_SIGNED}{signature}\n" if signature else body
    return Words(fill(words.subject, values), signed)


def signed_by(body: str, *, writer: str, team: str) -> str:
    """A signature; in a letter that nobody wrote the lines that name the writer are left out."""
    kept = body if writer else without_lines_of("writer", body)
    return fill(kept, {"writer": writer, "team": team}).strip()


def without_lines_of(name: str, body: str) -> str:
    """Where nobody knows what it stands for."""
    return "\n".join(line for line in body.splitlines() if name not in used_in(line))


def lost_with(name: str, body: str, needed: Iterable[str]) -> list[str]:
    """What must stand in it, and stands nowhere else than in lines that may be left out."""
    kept = used_in(without_lines_of(name, body))
    return [one for one in needed if one in used_in(body) and one not in kept]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Each variable once, in one pass."""
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)


def used_in(*texts: str) -> set[str]:
    return {name for text in texts for name in _VARIABLE.findall(text)}


def faults_in(sort: Sort, words: Words) -> list[Fault]:
    """Why a letter cannot leave in these words: too_long, unreadable, required, unknown_variable,
    stray_brace, missing_variable, shared_line. Blank words are the ones that are built in."""
    if words == Words():
        return []
    return [*_in_subject(sort, words.subject), *_in_body(sort, words.body)]


def _in_subject(sort: Sort, subject: str) -> Iterator[Fault]:
    if subject and not sort.has_subject:
        yield Fault("/subject", "no_subject", "This letter keeps the subject of its thread.")
        return
    if sort.has_subject and not subject:
        yield Fault("/subject", "required", "Say a subject, or leave the body blank too.")
    yield from _in_text("/subject", subject, LONGEST_SUBJECT, sort.variables)


def _in_body(sort: Sort, body: str) -> Iterator[Fault]:
    if not body:
        yield Fault("/body", "required", "Say the words, or leave the subject blank too.")
        return
    yield from _in_text("/body", body, LONGEST_BODY, sort.variables)
    if missing := [name for name in sort.needed if name not in used_in(body)]:
        yield Fault("/body", "missing_variable", f"{_listed(missing)} must stand in it.")
    for name in sort.unknown:
        if lost := _listed(lost_with(name, body, sort.needed)):
            detail = f"{_listed([name])} stands on a line of its own, without {lost}."
            yield Fault("/body", "shared_line", detail)


def _in_text(at: str, text: str, longest: int, known: Iterable[str]) -> Iterator[Fault]:
    if len(text) > longest:
        yield Fault(at, "too_long", f"At most {longest:,} characters.")
    breaks = "\n\t" if at == "/body" else ""
    if not all(letter.isprintable() or letter in breaks for letter in text):
        yield Fault(at, "unreadable", "It has a character that no letter can show.")
    if unknown := sorted(used_in(text) - set(known)):
        detail = f"{_listed(unknown)} is none of {_listed(known)}."
        yield Fault(at, "unknown_variable", detail)
    if set("{}") & set(_VARIABLE.sub("", text)):
        yield Fault(at, "stray_brace", "Braces stand around the name of a variable, nowhere else.")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)
