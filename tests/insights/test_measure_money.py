"""What repairs cost, and what their customers were worth."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random

import pytest
from scipy import stats

from insights.measures.causes import causes
from insights.measures.money import Cost, values
from insights.measures.money import costs as costs_of
from insights.measures.rows import Repair, last_of_each
from tests.insights.repairing import BEGIN, DAY, answered, repair


def euro(amount: str) -> dict:
    return {"costs": {"EUR": Decimal(amount)}}


def costs(rows: list[Repair]) -> Sequence[Cost]:
    return costs_of(rows, last_of_each(rows))


def test_each_currency_stands_for_itself() -> None:
    rows = [
        answered(costs={"EUR": Decimal("10.50"), "KRW": Decimal("5000")}, person="a"),
        answered(1, **euro("20"), person="b"),
        answered(**euro("99"), standing="spam"),
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


def test_what_a_merged_ticket_cost_was_spent() -> None:
    (found,) = costs([answered(**euro("9"), person="a", standing="merged"), answered(person="b")])
    assert (found.total, found.repairs, found.won_back) == (Decimal(9), 1, 0)


def test_a_call_after_the_money_may_have_won_them_back() -> None:
    rows = [answered(1, **euro("50"), person=who) for who in ("a", "c")]
    rows += [answered(person=who, cycle=2, received_at=BEGIN + DAY) for who in ("a", "c")]
    rows += [answered(**euro("50"), person="b")]
    rows += [answered(1, person="b", cycle=2, received_at=BEGIN + DAY)]
    (found,) = costs(rows)
    assert (found.total, found.won_back) == (Decimal(150), 2)


def test_by_their_cause_customers_are_won_back_by_their_last_repair_of_any() -> None:
    rows = [answered(1, **euro("50"), person="a", cause="courier")]
    rows += [answered(person="a", cause="billing", received_at=BEGIN + DAY)]
    found = {one.slug: [cost.won_back for cost in one.costs] for one in causes(rows, [])}
    assert found == {"courier": [1], "billing": []}


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
        answered(1, person="b", value=Decimal("70")),
        answered(person="b", received_at=BEGIN + DAY),
        repair(person="c"),
        repair(person="d", standing="spam", **worth),
    ]
    for found in (values(rows), values(reversed(rows))):
        assert (found.at_risk.customers, found.at_risk.value) == (1, Decimal("100"))
        assert (found.retained.customers, found.retained.value) == (1, Decimal("70"))
        assert found.unknown == 1
