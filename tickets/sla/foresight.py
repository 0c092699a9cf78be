"""Policies held against the receipts of the past and the hours in which people are there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cxloop.kernel.errors import Refused
from feedback.intake.sampling import Sample, sample_receipts
from tickets.sla.forecast import Forecast, foresee
from tickets.sla.models import Calendar, CalendarVersion, PolicyVersion

LOOKED_BACK = timedelta(days=90)
MOST_RECEIPTS = 5_000
MOST_ROSTERS = 5
# Targets that run from the receipt; only of these can receipts tell anything.
FROM_RECEIPT = ("acknowledge_s", "follow_up_s", "resolve_s")


@dataclass(frozen=True)
class OfRoster:
    """What the policy asks of one roster, by the name of its target."""

    calendar: CalendarVersion
    targets: dict[str, Forecast]

    @property
    def is_kept(self) -> bool:
        return all(found.is_kept for found in self.targets.values())


@dataclass(frozen=True)
class Foresight:
    start: datetime
    end: datetime
    sample: Sample
    rosters: list[OfRoster]


def foresee_policy(
    version: PolicyVersion, *, now: datetime, roster: str | None = None
) -> Foresight | None:
    """`version` need not be saved. By the roster named, otherwise by every current calendar, the
    first five by name; None where there is none. Raises Refused where none is so named."""
    rosters = _rosters(roster)
    if not rosters:
        return None
    sample = sample_receipts(now - LOOKED_BACK, now, most=MOST_RECEIPTS)
    found = [OfRoster(one, _targets(version, sample, one)) for one in rosters]
    return Foresight(now - LOOKED_BACK, now, sample, found)


def _targets(
    version: PolicyVersion, sample: Sample, roster: CalendarVersion
) -> dict[str, Forecast]:
    own, there = version.hours(), roster.hours()
    targets = {name: getattr(version, name) for name in FROM_RECEIPT}
    return {
        name: foresee(sample.received, seconds, own, there)
        for name, seconds in targets.items()
        if seconds
    }


def _rosters(named: str | None) -> list[CalendarVersion]:
    calendars = Calendar.objects.current().order_by("name", "pk")
    if named is not None:
        calendars = calendars.filter(slug=named)
        if not calendars.exists():
            raise Refused.at("/roster", "unknown_calendar", "The slug of a calendar is wanted.")
    return _newest([row.pk for row in calendars[:MOST_ROSTERS]])


def _newest(calendars: Iterable[int]) -> list[CalendarVersion]:
    rows = CalendarVersion.objects.filter(calendar__in=list(calendars))
    newest = rows.order_by("calendar", "-version").distinct("calendar")
    return sorted(newest.select_related("calendar"), key=lambda row: row.calendar.name)
