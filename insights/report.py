"""The report of a period: how the promise was kept by the day feedback was received, and by group,
source and agent. It adds up days that were counted before, however much is stored."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Min, Q

from accounts.models import AccessGroup, User
from feedback.intake.models import Source
from insights.days import days_between
from insights.models import CountedDay, DayTally
from insights.shares import Share
from insights.spread import from_json, quantile
from insights.tally import AGENT, COUNTS, GROUP, SOURCE, Tally
from tickets.sla.models import Clock, Kind

# Of fewer cases no order of merit is made: nine of ten is anything from 60 to 98 %.
ENOUGH = 30


@dataclass(frozen=True)
class Figures:
    """What a tally says. Times are in seconds; None while fewer than that share have got there."""

    tally: Tally

    @property
    def cases(self) -> int:
        return self.tally.real

    @property
    def in_48_hours(self) -> Share:
        return Share(self.tally.in_real, self.tally.real)

    @property
    def as_promised(self) -> Share:
        return Share(self.tally.kept, self.tally.promised)

    @property
    def answered_half(self) -> float | None:
        return quantile(self.tally.answered, self.tally.real, 0.5)

    @property
    def answered_most(self) -> float | None:
        return quantile(self.tally.answered, self.tally.real, 0.9)

    @property
    def closed_half(self) -> float | None:
        return quantile(self.tally.closed, self.tally.tickets, 0.5)

    @property
    def closed_most(self) -> float | None:
        return quantile(self.tally.closed, self.tally.tickets, 0.9)


@dataclass(frozen=True)
class Line:
    """One group, source or agent. `name` and `slug` are blank for none and nobody."""

    name: str
    slug: str
    figures: Figures

    @property
    def is_compared(self) -> bool:
        return self.figures.cases >= ENOUGH


@dataclass(frozen=True)
class Day:
    day: date
    figures: Figures


@dataclass(frozen=True)
class Report:
    """`missing` days have not been counted yet; all others were by `counted_at` or later."""

    total: Figures
    days: list[Day]
    groups: list[Line]
    sources: list[Line]
    agents: list[Line]
    missing: int
    counted_at: datetime | None


Sums = dict[int | None, Tally]


def read_report(groups: Sequence[int], zone: str, *, first: date, last: date) -> Report:
    """Of these groups alone: of a ticket that is only shared with somebody, the figures of its
    group are none of theirs to know. Both days are included."""
    days: dict[date, Tally] = defaultdict(Tally)
    sums: dict[str, Sums] = {cut: defaultdict(Tally) for cut in (GROUP, SOURCE, AGENT)}
    total = Tally()
    for day, cut, whose, tally in _read(groups, zone, first, last):
        sums[cut][whose].add(tally)
        if cut == GROUP:
            days[day].add(tally)
            total.add(tally)
    missing, counted_at = _how_far(zone, first, last)
    return Report(
        total=Figures(total),
        days=[Day(day, Figures(days[day])) for day in days_between(first, last)],
        groups=_compared(_groups(sums[GROUP])),
        sources=_compared(_sources(sums[SOURCE])),
        agents=_compared(_agents(sums[AGENT])),
        missing=missing,
        counted_at=counted_at,
    )


def _how_far(zone: str, first: date, last: date) -> tuple[int, datetime | None]:
    """How many of the days are still to be counted, and since when the others have been. Before
    the oldest there was nothing."""
    counted = Q(day__range=(first, last), counted_at__isnull=False)
    known = CountedDay.objects.filter(zone=zone).aggregate(
        oldest=Min("day"), counted=Count("pk", counted), since=Min("counted_at", filter=counted)
    )
    if known["oldest"] is None and not Clock.objects.filter(kind=Kind.FOLLOW_UP).exists():
        return 0, None
    begun = max(first, known["oldest"] or first)
    return max((last - begun).days + 1 - known["counted"], 0), known["since"]


def _read(
    groups: Sequence[int], zone: str, first: date, last: date
) -> Iterable[tuple[date, str, int | None, Tally]]:
    rows = DayTally.objects.filter(
        counted__zone=zone, counted__day__range=(first, last), group__in=list(groups)
    )
    names = ("counted__day", "cut", "group", "source", "agent", "answered", "closed", *COUNTS)
    for day, cut, group, source, agent, answered, closed, *counts in rows.values_list(*names):
        whose = {GROUP: group, SOURCE: source, AGENT: agent}[cut]
        tally = Tally(**dict(zip(COUNTS, counts, strict=True)))
        tally.answered, tally.closed = from_json(answered), from_json(closed)
        yield day, cut, whose, tally


def _groups(sums: Sums) -> list[Line]:
    known = AccessGroup.objects.in_bulk([pk for pk in sums if pk])
    return [Line(known[pk].name, known[pk].slug, Figures(t)) for pk, t in sums.items() if pk]


def _sources(sums: Sums) -> list[Line]:
    known = Source.objects.in_bulk([pk for pk in sums if pk])
    return [
        Line(known[pk].name if pk else "", known[pk].slug if pk else "", Figures(tally))
        for pk, tally in sums.items()
    ]


def _agents(sums: Sums) -> list[Line]:
    known = User.objects.in_bulk([pk for pk in sums if pk])
    return [
        Line(known[pk].name if pk else "", str(pk or ""), Figures(tally))
        for pk, tally in sums.items()
    ]


def _compared(lines: list[Line]) -> list[Line]:
    """The best rate first, of those with enough cases; the others after them, by name."""
    return sorted(lines, key=_place)


def _place(line: Line) -> tuple[bool, float, str]:
    rate = line.figures.in_48_hours.value or 0.0
    return (not line.is_compared, -rate if line.is_compared else 0.0, line.name.casefold())
