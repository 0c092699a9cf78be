"""Rules in words: every fact, comparison and choice has one, in both languages."""

from typing import Any

import pytest
from django.utils import translation

from desk.rule_telling import Names, condition_in_words, rule_in_words
from desk.rule_words import ASSIGN, FACT, PHRASE, SHELVES, comparison, split_name, whole_name
from tickets.rules.facts import FACTS, PATTERNS
from tickets.rules.operators import OPERATORS, PRESENCE
from tickets.rules.results import ASSIGNMENTS

KNOWN = Names({"care": "Customer care"}, {"gold": "Gold"})
UNHAPPY = {"fact": "worst.class", "op": "eq", "value": "negative"}


def test_every_fact_has_a_word_and_stands_on_one_shelf() -> None:
    assert FACT.keys() == {*FACTS, *PATTERNS}
    offered = [name for _, names in SHELVES for name in names]
    assert sorted(offered) == sorted(FACT)


def test_every_comparison_and_assignment_has_its_words() -> None:
    assert PHRASE.keys() == {*OPERATORS, *PRESENCE}
    assert ASSIGN.keys() == set(ASSIGNMENTS)
    assert all(map(comparison, PHRASE))


@pytest.mark.parametrize("name", ["context.a.b", "scores.x.y.class", "answers.r", "comment"])
def test_a_name_comes_apart_and_together(name: str) -> None:
    assert whole_name(*split_name(name)) == name


WORDS = {"fact": "comment", "op": "present"}
BOTH = {"all": [UNHAPPY, WORDS]}
SAID: list[tuple[Any, str]] = [
    (UNHAPPY, "worst of all scores is Unhappy"),
    ({"fact": "contact_me", "op": "eq", "value": True}, "asks to be contacted"),
    ({"fact": "contact_me", "op": "eq", "value": False}, "not (asks to be contacted)"),
    (
        {"fact": "score.value", "op": "between", "value": [0, 6]},
        "value of the score is between 0 and 6",
    ),
    (
        {"fact": "comment", "op": "words_any", "value": ["late", "lost"]},
        "comment has one of the words “late”, “lost”",
    ),
    (
        {"fact": "customer.failures", "op": "gte", "value": 2, "days": 30},
        "earlier complaints of the customer in 30 days is at least 2",
    ),
    (
        {"fact": "weekday", "op": "in", "value": ["sat", "sun"]},
        "weekday is one of Saturday, Sunday",
    ),
    ({"fact": "context.order_id", "op": "missing"}, "context order_id is missing"),
    (BOTH, "worst of all scores is Unhappy and comment is there"),
    (
        {"any": [WORDS, {"not": BOTH}]},
        "comment is there or not (worst of all scores is Unhappy and comment is there)",
    ),
    (
        {"all": [{"any": [WORDS, UNHAPPY]}, WORDS]},
        "(comment is there or worst of all scores is Unhappy) and comment is there",
    ),
]


@pytest.mark.parametrize(("tree", "words"), SAID, ids=lambda one: str(one)[:40])
def test_a_condition_says(tree: Any, words: str) -> None:
    assert condition_in_words(tree) == words


def test_a_rule_is_a_sentence_in_english_and_korean() -> None:
    then = {"ticket": True, "group": "care", "priority": "high", "policy": "gold"}
    then |= {"assign": "least_loaded", "acknowledge": True, "tags": ["a"]}
    assert rule_in_words(UNHAPPY, then, KNOWN) == (
        "When worst of all scores is Unhappy: open a ticket in Customer care, priority High, "
        "policy Gold, given to who has the fewest open tickets, tagged a, the customer is told "
        "that we have it."
    )
    praise = {"ticket": False, "reason": "Praise."}
    assert (
        rule_in_words({"always": True}, praise, KNOWN) == "Whatever was said: no ticket (Praise)."
    )
    with translation.override("ko"):
        said = rule_in_words(UNHAPPY, then, KNOWN)
    assert "Customer care" in said
    assert "When" not in said


def test_what_is_no_condition_yet_is_no_sentence() -> None:
    assert rule_in_words({"all": []}, {"ticket": False, "reason": "x"}, KNOWN) == ""
