"""What repairs cost, and what the customers were worth for whom they were made. Pure.

Amounts are told currency by currency and never added up across them; a customer's value is told as
the house gave it, in one unit that it knows, and is taken away from no amount.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from math import exp, lgamma, log, sqrt
from statistics import median

from insights.measures.held import is_told
from insights.measures.rows import ELIGIBLE, MERGED, Repair, eligible, last_of_each

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Cost:
    """Of the repairs on which something was promised or kept in this currency: their amounts, and
    how many different customers of theirs have been won back since their last complaint."""

    currency: str
    amounts: Sequence[Decimal]
    won_back: int

    @property
    def repairs(self) -> int:
        return len(self.amounts)

    @property
    def is_told(self) -> bool:
        return is_told(self.repairs)

    @property
    def total(self) -> Decimal:
        return sum(self.amounts, Decimal())

    @property
    def per_won_back(self) -> Decimal | None:
        """All that was spent, also on those who were not won back, for each customer who was."""
        return _to_cents(self.total / self.won_back) if self.won_back else None

    @property
    def half(self) -> Decimal:
        """The median of a repair."""
        return _to_cents(median(self.amounts))

    @property
    def interval(self) -> tuple[Decimal, Decimal] | None:
        """95 % or more for the median, exact: by the places of the amounts in their order, whatever
        they are spread like. None of fewer than six."""
        place = _place(len(self.amounts))
        if not place:
            return None
        ordered = sorted(self.amounts)
        return ordered[place - 1], ordered[-place]


def _place(number: int) -> int:
    """The smallest k for which a fair coin shows k heads or fewer of so many throws in 2.5 % of all
    cases: as far in from either end the median lies between, in 95 % or more."""
    start = max(int(number / 2 - 6 * sqrt(number)), 0)
    summed = 0.0
    for heads in range(start, number + 1):
        ways = lgamma(number + 1) - lgamma(heads + 1) - lgamma(number - heads + 1)
        summed += exp(ways - number * log(2))
        if summed >= 0.025:
            return heads
    return 0


def _to_cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_EVEN)


def costs(rows: Iterable[Repair], last: Mapping[Hashable, Repair]) -> Sequence[Cost]:
    """What the eligible repairs cost, by currency: amounts of gestures promised or kept; what waits
    for approval, was rejected or was broken cost nothing. What a ticket cost before it was merged
    was spent too. `last` are the last eligible repairs of all customers: whom money did not win
    back a later call may have."""
    amounts: dict[str, list[Decimal]] = defaultdict(list)
    whose: dict[str, set[Hashable]] = defaultdict(set)
    for row in rows:
        if row.standing in (ELIGIBLE, MERGED):
            for currency, amount in row.costs.items():
                amounts[currency].append(amount)
                whose[currency].add(row.customer)
    won = {who for who, row in last.items() if row.is_won_back}
    return [Cost(one, amounts[one], len(whose[one] & won)) for one in sorted(amounts)]


@dataclass(frozen=True)
class Worth:
    """The value of so many different customers; each counts once, by the most that is known."""

    customers: int
    value: Decimal

    @property
    def is_told(self) -> bool:
        return is_told(self.customers)


@dataclass(frozen=True)
class Values:
    """Of the customers of eligible repairs whose value is known: those at risk are all of them that
    have not been won back since their last complaint; `retained` is associated with repairs that
    won them back, and nobody has shown that these caused it: some would have stayed anyway.
    `unknown` customers have no value on record."""

    at_risk: Worth
    retained: Worth
    unknown: int


def values(rows: Iterable[Repair]) -> Values:
    counted = eligible(rows)
    last = last_of_each(counted)
    worth: dict[Hashable, Decimal] = {}
    for row in counted:
        if row.value is not None:
            worth[row.customer] = max(row.value, worth.get(row.customer, row.value))
    retained = [value for who, value in worth.items() if last[who].is_won_back]
    at_risk = [value for who, value in worth.items() if not last[who].is_won_back]
    return Values(
        at_risk=Worth(len(at_risk), sum(at_risk, Decimal())),
        retained=Worth(len(retained), sum(retained, Decimal())),
        unknown=len(last) - len(worth),
    )
