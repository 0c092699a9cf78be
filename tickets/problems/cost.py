"""What it costs to do nothing about a problem: by this the board is ordered. Pure.

    a week's new tickets (of the last 28 days)  ×  the mean cost of repairing one
  + the value of the customers behind it who are not won back

The mean is over all tickets of the problem, those without a gesture too. Amounts of different
currencies are never added up: the order goes by one currency for all problems of a list, the one in
which most of their gestures were promised, and what was spent in others is told beside it. The
value of a customer has no currency; it is taken to be told in the currency of the house. That adds
what is lost once to what is lost each week, which is right for the order that somebody works in and
for nothing else, so the parts are always shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

DAYS = 28
WEEKS = Decimal(DAYS) / 7
_CENTS = Decimal("0.01")


@dataclass(frozen=True)
class Spent:
    """In one currency: how much was promised or given, by how many gestures."""

    amount: Decimal = Decimal(0)
    gestures: int = 0


@dataclass(frozen=True)
class Size:
    """What stands behind a problem, as far as one reader sees it. `customers` are people: those who
    were joined count once. `value` is of all of them, `value_at_risk` of those not won back."""

    tickets: int = 0
    open: int = 0
    new: int = 0
    customers: int = 0
    value: Decimal = Decimal(0)
    value_at_risk: Decimal = Decimal(0)
    spent: Mapping[str, Spent] = field(default_factory=dict)


@dataclass(frozen=True)
class Cost:
    """The parts of it; `currency` is blank where nothing was spent in the one that is ordered by.
    `others` are currencies that do not count here."""

    weekly_tickets: Decimal
    mean_cost: Decimal
    weekly_cost: Decimal
    value_at_risk: Decimal
    total: Decimal
    currency: str
    others: tuple[str, ...] = ()


def main_currency(sizes: Iterable[Size]) -> str:
    """In which most gestures were promised, over all of these; of equals the first by name."""
    counted: dict[str, int] = {}
    for size in sizes:
        for currency, spent in size.spent.items():
            counted[currency] = counted.get(currency, 0) + spent.gestures
    return min(counted, key=lambda name: (-counted[name], name), default="")


def cost_of_doing_nothing(size: Size, currency: str) -> Cost:
    weekly = Decimal(size.new) / WEEKS
    spent = size.spent.get(currency, Spent())
    mean = spent.amount / size.tickets if size.tickets else Decimal(0)
    cost = weekly * mean
    return Cost(
        weekly_tickets=weekly.quantize(_CENTS),
        mean_cost=mean.quantize(_CENTS),
        weekly_cost=cost.quantize(_CENTS),
        value_at_risk=size.value_at_risk.quantize(_CENTS),
        total=(cost + size.value_at_risk).quantize(_CENTS),
        currency=currency if spent.gestures else "",
        others=tuple(sorted(name for name in size.spent if name != currency)),
    )
