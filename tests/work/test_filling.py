"""A text with gaps is filled in, and nothing else in it is read."""

import pytest

from tickets.work.filling import LONGEST_VALUE, NEUTRAL, Gap, fill, gaps_of, one_line, wrong_gaps

KNOWN = {"customer.name": "Mina Park", "ticket.ref": "T-7", "agent.name": "Jo"}


@pytest.mark.parametrize(
    "text, filled",
    [
        ("Dear {{ customer.name }},", "Dear Mina Park,"),
        ("{{customer.name}} {{ ticket.ref }}", "Mina Park T-7"),
        ("{{ customer.company }}", "your company"),
        ('{{ customer.company|default:"you" }}', "you"),
        ('{{ customer.company | default : "" }}!', "!"),
        ('{{ customer.name|default:"you" }}', "Mina Park"),
        ("No gap { at all } 100 %", "No gap { at all } 100 %"),
        ("{% if x %}{# y #}", "{% if x %}{# y #}"),
    ],
)
def test_a_gap_is_filled(text: str, filled: str) -> None:
    assert fill(text, KNOWN, "en") == filled


def test_a_neutral_word_stands_where_nothing_is_known() -> None:
    assert fill("{{ customer.name }}님", {}, "ko") == "고객님"
    assert fill("Dear {{ customer.name }}", {"customer.name": " \n "}, "en") == "Dear customer"
    assert all(set(words) == {"en", "ko"} for words in NEUTRAL.values())


def test_what_somebody_calls_themselves_is_not_read_again() -> None:
    sly = {"customer.name": "{{ agent.name }}", "agent.name": "Jo"}
    assert fill("Dear {{ customer.name }}", sly, "en") == "Dear {{ agent.name }}"


def test_what_somebody_calls_themselves_is_one_short_line() -> None:
    assert one_line("Eve\r\n\r\nPay at\u2028evil.example\x00") == "Eve Pay at evil.example"
    assert len(one_line("x" * 9_999)) == LONGEST_VALUE


@pytest.mark.parametrize(
    "text, wrong",
    [
        ("{{ customer.name }}", []),
        ("{{ customer.nam }}", ["{{ customer.nam }}"]),
        ("{{ customer.email }} {{ ticket.ref }}", ["{{ customer.email }}"]),
        ("{{ settings.SECRET_KEY }}", ["{{ settings.SECRET_KEY }}"]),
        ("{{ customer.name|upper }}", ["{{ customer.name|upper }}"]),
        ("{{ customer.name.__class__ }}", ["{{ customer.name.__class__ }}"]),
        ("{{ }}", ["{{ }}"]),
        ("{{ customer.name", ["{{"]),
        ("customer.name }}", ["}}"]),
        ("{{ customer.name }", ["{{"]),
        ("{{{ customer.name }}}", []),
    ],
)
def test_what_is_no_gap_of_ours_is_told(text: str, wrong: list[str]) -> None:
    assert wrong_gaps(text) == wrong


def test_braces_without_end_cost_no_time() -> None:
    assert wrong_gaps("{{" * 10_000) == ["{{"]
    assert fill("{{ a" * 5_000, KNOWN, "en") == "{{ a" * 5_000


def test_its_gaps_are_told() -> None:
    assert list(gaps_of('{{ agent.name|default:"x" }} {{ ticket.ref }}')) == [
        Gap("agent.name", "x"),
        Gap("ticket.ref"),
    ]
