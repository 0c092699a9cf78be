"""Which playbook fits …"""

from decimal import Decimal
from typing import Any

import pytest

from tickets.recovery.playbooks import Book, Case, Step, choose_book, next_step, read_steps

GRAVE = Case(frozenset({"lost", "delivery"}), 3, Decimal(900), again=False, monetary=True)


@pytest.mark.parametrize(
    ("asks", "fits"),
    [
        ({}, True),
        ({"types": frozenset({"delivery"})}, True),
        ({"types": frozenset({"billing"})}, False),
        ({"severity_from": 3}, True),
        ({"severity_from": 4}, False),
        ({"value_from": Decimal(900)}, True),
        ({"value_from": Decimal("900.01")}, False),
        ({"again": False}, True),
        ({"again": True}, False),
        ({"monetary": True}, True),
        ({"monetary": False}, False),
        ({"types": frozenset({"lost"}), "severity_from": 2, "again": True}, False),
    ],
)
def test_it_wants_every_condition_that_it_names(asks: dict[str, Any], fits: bool) -> None:
    assert Book(1, **asks).fits(GRAVE) is fits


@pytest.mark.parametrize("asks", [{"severity_from": 1}, {"value_from": Decimal(0)}])
def test_what_nobody_knows_reaches_nothing(asks: dict[str, Any]) -> None:
    assert not Book(1, **asks).fits(Case())


def test_the_one_that_asks_for_most_goes_first() -> None:
    any_, delivery = Book(1), Book(2, types=frozenset({"delivery"}))
    grave = Book(3, types=frozenset({"delivery"}), severity_from=3)
    assert choose_book([any_, delivery, grave], GRAVE) == grave
    assert choose_book([any_, delivery], GRAVE) == delivery
    assert choose_book([any_], GRAVE) == any_
    assert choose_book([Book(4, again=True)], GRAVE) is None


def test_a_second_failure_weighs_more_than_anything() -> None:
    second = Case(GRAVE.types, 4, Decimal(900), again=True, monetary=True)
    many = Book(1, types=frozenset({"lost"}), severity_from=1, value_from=Decimal(1), monetary=True)
    assert choose_book([many, Book(2, again=True)], second) == Book(2, again=True)


def test_of_two_that_ask_for_as_much_the_older_goes_first() -> None:
    assert choose_book([Book(2), Book(1)], GRAVE) == Book(1)


def test_the_next_step_is_the_first_that_nothing_was_given_of() -> None:
    book = Book(1, steps=(Step("call"), Step("apology"), Step("voucher")))
    assert next_step(book, {"apology"}) == Step("call")
    assert next_step(book, {"call", "apology"}) == Step("voucher")
    assert next_step(book, {"call", "apology", "voucher"}) is None


def test_its_words_are_the_customers() -> None:
    step = Step("call", "Sorry", "죄송합니다")
    assert (step.text("ko"), step.text("en"), step.text("fr")) == ("죄송합니다", "Sorry", "Sorry")
    assert Step("call", "Sorry").text("ko") == "Sorry"


@pytest.mark.parametrize(
    ("raw", "pointer", "code"),
    [
        ([], "/steps", "empty"),
        ("call", "/steps", "empty"),
        ([{"kind": "call"}] * 11, "/steps", "too_many"),
        ([{"kind": "bribe"}], "/steps/0/kind", "unknown_kind"),
        (["call"], "/steps/0/kind", "unknown_kind"),
        ([{"kind": ["call"]}], "/steps/0/kind", "unknown_kind"),
        ([{"kind": {}}], "/steps/0/kind", "unknown_kind"),
        ([{"kind": "call", "text": "x"}], "/steps/0/text", "unknown_key"),
        ([{"kind": "call", "note": "x" * 301}], "/steps/0/note", "too_long"),
        ([{"kind": "call", "text_en": 7}], "/steps/0/text_en", "too_long"),
        ([{"kind": "call"}, {"kind": "call"}], "/steps/1/kind", "step_twice"),
    ],
)
def test_steps_that_make_no_sense_are_refused(raw: Any, pointer: str, code: str) -> None:
    kept, faults = read_steps(raw)
    assert (kept, [(fault.pointer, fault.code) for fault in faults]) == ([], [(pointer, code)])


def test_steps_are_kept_whole() -> None:
    kept, faults = read_steps([{"kind": "call", "text_en": " Sorry "}])
    assert kept == [{"kind": "call", "text_en": "Sorry", "text_ko": "", "note": ""}]
    assert faults == []
