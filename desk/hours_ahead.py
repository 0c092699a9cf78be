"""What a calendar says of the time to come: whether it is open, when what is promised now would be
due, and which days are closed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import islice

from django.utils.dates import WEEKDAYS

from tickets.sla.calendars import Hours, add, next_open

MOST_DAYS = 12
HOUR = 3600
PROMISED_S = (4 * HOUR, 8 * HOUR, 24 * HOUR, 48 * HOUR)
DAY_MIN = 24 * 60


@dataclass(frozen=True)
class ClosedDay:
    """`at` is its midnight where the calendar is; `name` is "" where nobody named it."""

    at: datetime
    name: str


@dataclass(frozen=True)
class Weekday:
    """`bars` are what is open of it, each as its start and its length in per cent of the day."""

    name: str
    bars: list[tuple[str, str]]
    spelled: str


@dataclass(frozen=True)
class Ahead:
    """`due` are seconds of opening promised now, each with its due time."""

    zone: str
    week: list[Weekday]
    due: list[tuple[int, datetime]]
    is_open: bool
    opens_at: datetime
    closed: list[ClosedDay]


def look_ahead(hours: Hours, now: datetime) -> Ahead:
    opens_at = next_open(hours, now)
    return Ahead(
        hours.zone.key,
        [Weekday(str(name), list(_bars(hours, day)), _spelled(hours, day)) for day, name in _DAYS],
        [(seconds, add(hours, now, seconds)) for seconds in PROMISED_S],
        opens_at == now.astimezone(UTC),
        opens_at,
        _closed(hours, now),
    )


_DAYS = tuple(WEEKDAYS.items())


def _bars(hours: Hours, day: int) -> Iterator[tuple[str, str]]:
    """Hours past midnight are drawn on the day on which they are."""
    eve = hours.weekly.get((day - 1) % 7, ())
    spans = [(start - DAY_MIN, end - DAY_MIN) for start, end in eve if end > DAY_MIN]
    for start, end in (*spans, *hours.weekly.get(day, ())):
        start, end = max(start, 0), min(end, DAY_MIN)
        yield f"{start / DAY_MIN * 100:.2f}%", f"{(end - start) / DAY_MIN * 100:.2f}%"


def _spelled(hours: Hours, day: int) -> str:
    return ", ".join(
        f"{_clock(start)}–{_clock(end % DAY_MIN or DAY_MIN)}"
        for start, end in hours.weekly.get(day, ())
    )


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _closed(hours: Hours, now: datetime) -> list[ClosedDay]:
    """The next days whose hours are not those of the week, and are none."""
    today = now.astimezone(hours.zone).date()
    ahead = sorted(day for day, opened in hours.exceptions.items() if day >= today and not opened)
    return [_day(hours, day) for day in islice(ahead, MOST_DAYS)]


def _day(hours: Hours, day: date) -> ClosedDay:
    return ClosedDay(datetime.combine(day, time.min, hours.zone), hours.names.get(day, ""))
