"""The most a source takes in one day of its own zone."""

from datetime import UTC, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from cxloop.kernel.errors import TooMany
from feedback.intake.models import Feedback, Source, Trial


def keep_to_cap(source: Source, *, now: datetime, further: int = 1, tried: bool = False) -> None:
    """Raises TooMany until midnight once the day's cap is reached; reads no more than the cap. What
    is `tried` has a count of its own, as high."""
    cap = source.daily_cap
    if cap is None:
        return
    midnight = midnight_before(now, source.time_zone)
    if _taken(source, midnight, cap, tried=tried) + further > cap:
        raise TooMany(
            f"This source takes {cap:,} feedback a day.",
            retry_after=ceil((next_midnight(midnight) - now).total_seconds()),
            code="daily_cap",
        )


def _taken(source: Source, midnight: datetime, cap: int, *, tried: bool) -> int:
    if tried:
        return len(Trial.objects.filter(source=source, posted_at__gte=midnight).values("pk")[:cap])
    today = Feedback.objects.filter(source=source, received_at__gte=midnight)
    return len(today.order_by().values_list("pk", flat=True)[:cap])


def midnight_before(now: datetime, zone: str) -> datetime:
    return now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)


def next_midnight(midnight: datetime) -> datetime:
    """By the zone's calendar, since arithmetic on its times is: some days have 23 or 25 hours."""
    return (midnight + timedelta(days=1)).astimezone(UTC)
