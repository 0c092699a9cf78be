"""The repairs of a period, read for their measures: of these groups alone, by one index."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cxloop.kernel.errors import Refused
from insights.days import A_DAY, begin_of, days_between, end_of, zone_named
from insights.measures.report import Recovery
from insights.measures.rows import ELIGIBLE, Repair
from insights.models import RepairRecord, RepairRecordQuerySet

_SLUGS = {"group": "group__slug", "source": "source__slug", "cause": "cause__slug"}
# In the order of insights.measures.rows.Repair.
_COLUMNS = [_SLUGS.get(name, name) for name in Repair.__dataclass_fields__]
_PLACES = {name: place for place, name in enumerate(Repair.__dataclass_fields__)}


# Of the period and the one before it: read in some ten seconds, and held in memory meanwhile.
MOST_READ = 200_000
# What is compared with the period before; the rest of a row of it is not read.
_COMPARED = (
    *("received_at", "owed_at", "follow_up", "met_at", "voided_at", "resolved_at", "asked_at"),
    *("answered_at", "solved", "score_after", "cause"),
)


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


def is_too_much(asked: Asked) -> bool:
    """Whether that many repairs are more than are added up at once; as rows they can be had."""
    both = Asked(asked.groups, asked.zone, asked.before().first, asked.last, asked.source)
    return _rows(both).values("pk")[MOST_READ : MOST_READ + 1].exists()


def read_recovery(asked: Asked, *, now: datetime) -> Recovery:
    """Raises Refused where that is too much."""
    if is_too_much(asked):
        raise Refused.at(
            "/first",
            "out_of_range",
            f"These are more than {MOST_READ:,} repairs with the period before.",
        )
    return Recovery(
        rows=list(repairs(asked)),
        earlier=list(_compared(asked.before())),
        now=now,
        zone=zone_named(asked.zone),
        days=list(days_between(asked.first, asked.last)),
    )


def repairs(asked: Asked) -> Iterator[Repair]:
    """In the order of their receipt, a stretch at a time."""
    ordered = _rows(asked).order_by("received_at", "ticket", "cycle").values_list(*_COLUMNS)
    for found in ordered.iterator(chunk_size=2_000):
        yield _repair(list(found))


def _compared(asked: Asked) -> Iterator[Repair]:
    """Those that count, with what is compared."""
    blank: dict[str, Any] = dict.fromkeys(Repair.__dataclass_fields__) | {"standing": ELIGIBLE}
    names = [_SLUGS.get(name, name) for name in _COMPARED]
    for found in _rows(asked).filter(standing=ELIGIBLE).values_list(*names).iterator(2_000):
        row = dict(zip(_COMPARED, found, strict=True))
        yield Repair(**blank | row | {"cause": row["cause"] or ""})


def _rows(asked: Asked) -> RepairRecordQuerySet:
    zone = zone_named(asked.zone)
    rows = RepairRecord.objects.of_groups(asked.groups)
    rows = rows.received_between(begin_of(asked.first, zone), end_of(asked.last, zone))
    return rows.filter(source__slug=asked.source) if asked.source else rows


def _repair(row: list[Any]) -> Repair:
    for name in _SLUGS:
        row[_PLACES[name]] = row[_PLACES[name]] or ""
    costs = row[_PLACES["costs"]]
    row[_PLACES["costs"]] = {currency: Decimal(amount) for currency, amount in costs.items()}
    given = row[_PLACES["gestures"]]
    row[_PLACES["gestures"]] = tuple(tuple(one.split(":")) for one in given)
    return Repair(*row)
