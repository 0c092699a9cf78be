"""The repairs of a period, read for their measures: of these groups alone, by one index."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from insights.days import A_DAY, begin_of, days_between, end_of, zone_named
from insights.measures.report import Recovery
from insights.measures.rows import Repair
from insights.models import RepairRecord

_SLUGS = {"group": "group__slug", "source": "source__slug", "cause": "cause__slug"}
# In the order of insights.measures.rows.Repair.
_COLUMNS = [_SLUGS.get(name, name) for name in Repair.__dataclass_fields__]
_PLACES = {name: place for place, name in enumerate(Repair.__dataclass_fields__)}


@dataclass(frozen=True)
class Asked:
    """Both days are included. `source` is a slug, blank for all. Of a ticket that is only shared
    with somebody, the figures of its group are none of theirs to know."""

    groups: Collection[int]
    zone: str
    first: date
    last: date
    source: str = ""

    def before(self) -> "Asked":
        """As many days, just before."""
        number = (self.last - self.first).days + 1
        return Asked(
            self.groups, self.zone, self.first - number * A_DAY, self.first - A_DAY, self.source
        )


def read_recovery(asked: Asked, *, now: datetime) -> Recovery:
    return Recovery(
        rows=list(repairs(asked)),
        earlier=list(repairs(asked.before())),
        now=now,
        zone=zone_named(asked.zone),
        days=list(days_between(asked.first, asked.last)),
    )


def repairs(asked: Asked) -> Iterator[Repair]:
    """In the order of their receipt, a stretch at a time."""
    zone = zone_named(asked.zone)
    rows = RepairRecord.objects.of_groups(asked.groups)
    rows = rows.received_between(begin_of(asked.first, zone), end_of(asked.last, zone))
    if asked.source:
        rows = rows.filter(source__slug=asked.source)
    ordered = rows.order_by("received_at", "ticket", "cycle").values_list(*_COLUMNS)
    for found in ordered.iterator(chunk_size=2_000):
        yield _repair(list(found))


def _repair(row: list[Any]) -> Repair:
    for name in _SLUGS:
        row[_PLACES[name]] = row[_PLACES[name]] or ""
    costs = row[_PLACES["costs"]]
    row[_PLACES["costs"]] = {currency: Decimal(amount) for currency, amount in costs.items()}
    given = row[_PLACES["gestures"]]
    row[_PLACES["gestures"]] = tuple(tuple(one.split(":")) for one in given)
    return Repair(*row)
