"""What a calendar says of the time to come: whether it is open, and which days are closed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import islice

from tickets.sla.calendars import Hours, next_open

MOST_DAYS = 10


@dataclass(frozen=True)
class ClosedDay:
    """`at` is its midnight where the calendar is; `name` is "" where nobody named it."""

    at: datetime
    name: str


@dataclass(frozen=True)
class Ahead:
    zone: str
    is_open: bool
    opens_at: datetime
    closed: list[ClosedDay]


def look_ahead(hours: Hours, now: datetime) -> Ahead:
    opens_at = next_open(hours, now)
    return Ahead(hours.zone.key, opens_at == now.astimezone(UTC), opens_at, _closed(hours, now))


def _closed(hours: Hours, now: datetime) -> list[ClosedDay]:
    """The next days whose hours are not those of the week, and are none."""
    today = now.astimezone(hours.zone).date()
    ahead = sorted(day for day, opened in hours.exceptions.items() if day >= today and not opened)
    return [_day(hours, day) for day in islice(ahead, MOST_DAYS)]


def _day(hours: Hours, day: date) -> ClosedDay:
    return ClosedDay(datetime.combine(day, time.min, hours.zone), hours.names.get(day, ""))
