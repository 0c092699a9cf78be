"""What repairs cost, and what their customers were worth."""

from decimal import Decimal
from random import Random

import pytest
from scipy import stats

from insights.measures.money import Cost, costs, values
from tests.insights.repairing import BEGIN, DAY, answered, repair


def euro(amount: str) -> dict:
    return {"costs": {"EUR": Decimal(amount)}}


def test_each_currency_stands_for_itself() -> None:
    rows = [
        answered(costs={"EUR": Decimal("10.50"), "KRW": Decimal("5000")}, person="a"),
        answered(1, **euro("20"), person="b"),
        answered(**euro("99"), standing="merged"),
    ]
    found = {one.currency: (one.total, one.repairs, one.won_back) for one in costs(rows)}
    assert found == {"EUR": (Decimal("30.50"), 2, 1), "KRW": (Decimal(5000), 1, 1)}


def test_a_customer_won_back_bears_what_was_spent_on_all() -> None:
    rows = [
        answered(**euro("10"), person="a"),
        answered(**euro("10"), person="a"),
        answered(**euro("10"), person="b"),
        answered(1, **euro("20.01"), person="c"),
    ]
    (found,) = costs(rows)
    assert (found.won_back, found.per_won_back) == (2, Decimal("25.00"))
    (none,) = costs([answered(1, **euro("5"))])
    assert none.per_won_back is None


@pytest.mark.parametrize("number", [6, 7, 9, 30, 101, 1000, 12_345])
def test_the_median_has_an_exact_interval(number: int) -> None:
    """Its ends are places in the order that a fair coin decides."""
    dice = Random(number)
    amounts = [Decimal(dice.randrange(10**6)) / 100 for _ in range(number)]
    place = int(stats.binom.ppf(0.025, number, 0.5))
    ordered = sorted(amounts)
    assert Cost("EUR", amounts, 0).interval == (ordered[place - 1], ordered[-place])


def test_of_five_no_interval_is_sure_enough() -> None:
    assert Cost("EUR", [Decimal(n) for n in range(5)], 0).interval is None


def test_a_customer_counts_once_by_their_last_complaint() -> None:
    worth = {"value": Decimal("100")}
    rows = [
        answered(person="a", **worth),
        answered(1, person="a", received_at=BEGIN + DAY, value=Decimal("80")),
        answered(1, person="b", **worth),
        answered(person="b", received_at=BEGIN + DAY),
        repair(person="c"),
        repair(person="d", standing="spam", **worth),
    ]
    found = values(rows)
    assert (found.at_risk.customers, found.at_risk.value) == (1, Decimal("100"))
    assert (found.retained.customers, found.retained.value) == (1, Decimal("100"))
    assert found.unknown == 1
