"""The repairs of a period, read for their measures: of these groups alone, by one index."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from json import loads
from typing import Any

from django.db.models import Subquery, TextField
from django.db.models.functions import Cast, Coalesce

from accounts.models import AccessGroup, User
from cxloop.kernel.errors import Refused
from feedback.intake.models import Source
from insights.days import A_DAY, begin_of, days_between, end_of, zone_named
from insights.measures.report import Recovery
from insights.measures.rows import ELIGIBLE, Repair
from insights.models import RepairRecord, RepairRecordQuerySet, Unrecorded, Walked
from insights.recovery_json import recovery_json
from insights.told_json import Json
from tickets.recovery.models import FailureType, Playbook
from tickets.work.models import RootCause, TimelineEntry
from tickets.work.walking import SETTLED

_SLUGS = {"group": "group__slug", "source": "source__slug", "cause": "cause__slug"}
# Most repairs cost nothing: what is not there need not be read as JSON.
_READ: dict[str, Any] = {**_SLUGS, "costs": Cast("costs", TextField())}
# In the order of insights.measures.rows.Repair.
_COLUMNS = [_READ.get(name, name) for name in Repair._fields]
_PLACES = {name: place for place, name in enumerate(Repair._fields)}
_COSTS, _GESTURES = _PLACES["costs"], _PLACES["gestures"]
_BLANK_WHERE_NONE = [_PLACES[name] for name in _SLUGS]

# Of the period and the one before it: read in some ten seconds, and held in memory meanwhile.
MOST_READ = 200_000
# What is settled is walked over every minute.
A_SWEEP = timedelta(minutes=5)

# What is compared with the period before; the rest of a row of it is not read.
_COMPARED = (
    *("received_at", "owed_at", "follow_up", "met_at", "voided_at", "resolved_at", "asked_at"),
    *("answered_at", "solved", "score_after", "cause"),
)

# What the customer did elsewhere: on tickets of whatever group, through sources of whoever owns
# them.
_OF_OTHER_TICKETS = (
    *("failure_number", "failed_before_at"),
    *("failed_again_at", "same_cause_again_at"),
)
_OF_OTHER_SCORES = ("later_score", "later_score_at")


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


def repairs_told(asked: Asked, reader: User) -> Iterator[Repair]:
    """The same as rows to take away, blank where they could tell what the reader may not see."""
    blank: dict[str, Any] = dict.fromkeys(unseen_by(reader))
    return (row._replace(**blank) for row in repairs(asked))


def unseen_by(reader: User) -> Sequence[str]:
    """The columns that tell of other tickets or other scores of the customer, unless all of these
    are the reader's to see: whose a single one is nobody records."""
    if reader.is_active and reader.reads_everything:
        return ()
    groups = AccessGroup.objects.visible_to(reader)
    if AccessGroup.objects.exclude(pk__in=groups.values("pk")).exists():
        return (*_OF_OTHER_TICKETS, *_OF_OTHER_SCORES)
    sources = Source.objects.visible_to(reader)
    is_hidden = Source.objects.exclude(pk__in=sources.values("pk")).exists()
    return _OF_OTHER_SCORES if is_hidden else ()


def _compared(asked: Asked) -> Iterator[Repair]:
    """Those that count, with what is compared."""
    blank = [ELIGIBLE if name == "standing" else None for name in Repair._fields]
    names = [_SLUGS.get(name, name) for name in _COMPARED]
    places = [_PLACES[name] for name in _COMPARED]
    for found in _rows(asked).filter(standing=ELIGIBLE).values_list(*names).iterator(2_000):
        row: list[Any] = blank.copy()
        for place, value in zip(places, found, strict=True):
            row[place] = value
        row[_PLACES["cause"]] = row[_PLACES["cause"]] or ""
        yield Repair._make(row)


def _rows(asked: Asked) -> RepairRecordQuerySet:
    zone = zone_named(asked.zone)
    rows = RepairRecord.objects.of_groups(asked.groups)
    rows = rows.received_between(begin_of(asked.first, zone), end_of(asked.last, zone))
    return rows.filter(source__slug=asked.source) if asked.source else rows


def _repair(row: list[Any]) -> Repair:
    for place in _BLANK_WHERE_NONE:
        row[place] = row[place] or ""
    row[_COSTS] = {} if row[_COSTS] == "{}" else _amounts(loads(row[_COSTS]))
    row[_GESTURES] = tuple(tuple(one.split(":")) for one in row[_GESTURES])
    return Repair._make(row)


def _amounts(costs: dict[str, str]) -> dict[str, Decimal]:
    return {currency: Decimal(amount) for currency, amount in costs.items()}


def recovery_told(asked: Asked, now: datetime) -> Json:
    """The report as it is told, over the API and on the page. Names are those of what the figures
    are of, and of nothing else. Raises Refused where that is too much."""
    found = recovery_json(read_recovery(asked, now=now), _names(asked))
    return {**found, "waiting": Unrecorded.objects.exists() or is_behind(now)}


def is_behind(now: datetime) -> bool:
    """Whether the history has gone on for longer than it takes to walk after it: then figures are
    missing of which nothing says yet that they wait."""
    walked = Subquery(Walked.objects.filter(pk=Walked.Why.REPAIRS).values("entry"))
    ahead = TimelineEntry.objects.filter(pk__gt=Coalesce(walked, 0)).order_by("pk")
    at = ahead.values_list("at", flat=True).first()
    return at is not None and at <= now - SETTLED - A_SWEEP


def _names(asked: Asked) -> dict[str, dict[str, str]]:
    groups = AccessGroup.objects.filter(pk__in=asked.groups)
    return {
        "groups": dict(groups.values_list("slug", "name")),
        "sources": dict(Source.objects.values_list("slug", "name")),
        "causes": dict(RootCause.objects.values_list("slug", "name")),
        "types": dict(FailureType.objects.values_list("slug", "name")),
        "playbooks": dict(Playbook.objects.values_list("slug", "name")),
    }


def sheet_name(table: str, asked: Asked) -> str:
    return f"{table}-{asked.first.isoformat()}-{asked.last.isoformat()}"
