"""Days as people have them: in their zone, whole, and old enough to be judged. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from insights.tally import LIMIT

A_DAY = timedelta(days=1)
# Nothing was received before; an earlier one would lead out of the calendar.
EARLIEST_DAY = date(2000, 1, 1)


def zone_named(name: str) -> ZoneInfo:
    """A zone that was renamed away must lose nobody their figures."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Where the next one begins: over a change of clocks not 24 hours later."""
    return begin_of(day + A_DAY, zone)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def newest_day(now: datetime, zone: ZoneInfo) -> date:
    """The last one of which everything is at least 48 hours old: what is younger is on its way,
    neither kept nor broken."""
    return day_of(now - LIMIT, zone) - A_DAY


def days_between(first: date, last: date) -> Iterator[date]:
    """Both included."""
    for number in range((last - first).days + 1):
        yield first + number * A_DAY


def monday_before(at: datetime, zone: ZoneInfo) -> date:
    today = day_of(at, zone)
    return today - today.weekday() * A_DAY
