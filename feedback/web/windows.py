"""The times at which somebody may ask to be called, offered and read again. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from feedback.web.forms import Question

USUAL_DAYS = 5


@dataclass(frozen=True)
class Window:
    """Both in the zone in which they are offered."""

    after: datetime
    before: datetime

    @property
    def value(self) -> str:
        return f"{self.after.isoformat()}/{self.before.isoformat()}"


def offered(question: Question, zone: ZoneInfo, now: datetime) -> Iterator[Window]:
    """Those that are not over yet, day by day."""
    return on_days(question.hours, question.days or USUAL_DAYS, zone, now)


def on_days(
    hours: Iterable[tuple[str, str]], most: int, zone: ZoneInfo, now: datetime
) -> Iterator[Window]:
    today, periods = now.astimezone(zone).date(), list(hours)
    for days in range(most):
        for begins, ends in periods:
            day = today + timedelta(days=days)
            window = Window(_at(day, begins, zone), _at(day, ends, zone))
            if window.before > now:
                yield window


def _at(day: date, said: str, zone: ZoneInfo) -> datetime:
    hour, minute = int(said[:2]), int(said[3:])
    midnight = datetime.combine(day + timedelta(days=hour // 24), time(hour % 24, minute))
    return midnight.replace(tzinfo=zone)


def read_window(value: str) -> Window | None:
    """As it was offered; None for what never was."""
    after, _, before = value.partition("/")
    try:
        read = Window(datetime.fromisoformat(after), datetime.fromisoformat(before))
    except ValueError:
        return None
    aware = read.after.tzinfo is not None and read.before.tzinfo is not None
    return read if aware and read.after < read.before else None
