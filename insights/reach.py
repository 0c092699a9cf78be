"""When a group reaches each of its clocks, at the pace of the past days. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Waiting:
    """A follow-up that somebody waits for; `is_broken` once its due time has passed."""

    clock: int
    ticket: int
    group: int
    due_at: datetime
    is_broken: bool


@dataclass(frozen=True)
class Pace:
    """How many customers a group answered in how many days."""

    answered: int
    days: float

    @property
    def a_day(self) -> float:
        """Whoever answered nobody is taken to have answered one: nothing is never reached."""
        return max(self.answered, 1) / self.days


@dataclass(frozen=True)
class Outlook:
    """One clock that still runs: so many are `before` it in its group's queue."""

    waiting: Waiting
    before: int
    a_day: float
    left_days: float

    @property
    def reached_days(self) -> float:
        return (self.before + 1) / self.a_day

    @property
    def is_too_late(self) -> bool:
        return self.reached_days > self.left_days

    @property
    def pressure(self) -> float:
        return pressure(self.before, self.a_day, self.left_days)

    @property
    def reason(self) -> str:
        before = "nobody is" if not self.before else f"{self.before:,} are"
        before = "1 is" if self.before == 1 else before
        return (
            f"{before} before it, the group answers {self.a_day:.3g} a day:"
            f" reached in {self.reached_days:.1f} days, due in {self.left_days:.1f}"
        )


def pressure(before: int, a_day: float, left_days: float) -> float:
    """0 where a clock is reached just when it falls due; above it is too late."""
    return log((before + 1) / a_day / left_days)


def outlooks(
    queue: Iterable[Waiting], paces: Mapping[int, Pace], now: datetime
) -> Iterator[Outlook]:
    """`queue` by due time, the whole of each group's as far as it goes. A contact ends all that a
    ticket owes, so its place is that of its earliest."""
    places: dict[int, int] = {}
    lengths: dict[int, int] = {}
    for one in queue:
        if one.ticket not in places:
            places[one.ticket] = lengths.get(one.group, 0)
            lengths[one.group] = places[one.ticket] + 1
        if not one.is_broken and one.due_at > now:
            a_day = paces[one.group].a_day
            yield Outlook(one, places[one.ticket], a_day, (one.due_at - now) / DAY)
