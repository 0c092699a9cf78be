"""needs_approval …"""

from decimal import Decimal

import pytest

from tickets.recovery.currencies import is_payable
from tickets.recovery.judgement import (
    GESTURE_MOVES,
    GESTURE_STATES,
    legal_gesture_verbs,
    needs_approval,
)

LIMITS = {"EUR": Decimal("50"), "KRW": Decimal("50000"), "CHF": Decimal("0")}


@pytest.mark.parametrize(
    "amount, currency, needed, why",
    [
        (None, "", False, "it costs nothing"),
        ("49.99", "EUR", False, "within the limit of 50 EUR"),
        ("50.00", "EUR", False, "within the limit of 50 EUR"),
        ("50.01", "EUR", True, "above the limit of 50 EUR"),
        ("50000", "KRW", False, "within the limit of 50000 KRW"),
        ("50001", "KRW", True, "above the limit of 50000 KRW"),
        ("0.01", "USD", True, "there is no limit for USD"),
        ("0.01", "CHF", True, "above the limit of 0 CHF"),
    ],
)
def test_it_is_decided_by_the_limit(
    amount: str | None, currency: str, needed: bool, why: str
) -> None:
    money = Decimal(amount) if amount else None
    assert needs_approval(money, currency, LIMITS) == (needed, why)


@pytest.mark.parametrize(
    "alone, needed, why",
    [
        ("30", False, "within the limit of 50 EUR"),
        ("30.01", True, "with 30.01 before it above the limit of 50 EUR"),
    ],
)
def test_it_adds_what_was_promised_alone_before(alone: str, needed: bool, why: str) -> None:
    found = needs_approval(Decimal("20"), "EUR", LIMITS, Decimal(alone))
    assert found == (needed, why)


@pytest.mark.parametrize(
    "state, verbs",
    [
        ("waiting", ["approve", "reject"]),
        ("promised", ["keep", "break"]),
        ("rejected", []),
        ("kept", []),
        ("broken", []),
    ],
)
def test_it_leaves_each_state_its_verbs(state: str, verbs: list[str]) -> None:
    assert legal_gesture_verbs(state) == verbs


def test_it_moves_between_known_states() -> None:
    for move in GESTURE_MOVES.values():
        assert {move.allowed, move.to} <= set(GESTURE_STATES)


@pytest.mark.parametrize(
    "amount, currency, payable",
    [
        ("1.50", "EUR", True),
        ("1.50", "KRW", False),
        ("1500.00", "JPY", True),
        ("0.01", "USD", True),
    ],
)
def test_it_knows_what_can_be_paid(amount: str, currency: str, payable: bool) -> None:
    assert is_payable(Decimal(amount), currency) is payable
