"""The open stretches of some hours laid out once, for many questions about them. Pure.

`calendars` answers one question exactly; here the same answers are looked up, ten thousand of them
in the time of a page. Everything is counted in whole microseconds, so that nothing is rounded.
"""

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta

from tickets.sla.calendars import Hours, segments

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
SECOND = 1_000_000


def ticks(t: datetime) -> int:
    return (t - EPOCH) // TICK


def instant(tick: int) -> datetime:
    return EPOCH + tick * TICK


class Openings:
    """From `start` to `end`; of what lies outside nothing is known."""

    def __init__(self, hours: Hours, start: datetime, end: datetime) -> None:
        opened = [part for part in segments(hours, start, end) if part.open]
        self._starts = [ticks(part.start) for part in opened]
        self._ends = [ticks(part.end) for part in opened]
        self._sums = [0]
        for opens, closes in zip(self._starts, self._ends, strict=True):
            self._sums.append(self._sums[-1] + closes - opens)

    def until(self, tick: int) -> int:
        """How much has been open since the start."""
        place = bisect_right(self._starts, tick) - 1
        if place < 0:
            return 0
        return self._sums[place] + min(tick, self._ends[place]) - self._starts[place]

    def reached(self, opened: int) -> int:
        """The first tick by which so much has been open; at closing rather than at the next
        opening. Raises IndexError where it never is."""
        place = bisect_left(self._sums, opened, lo=1) - 1
        return self._starts[place] + opened - self._sums[place]

    def is_open_before(self, tick: int) -> bool:
        """Whether somebody is there in the second that ends with `tick`: what falls due at closing
        time falls due in open hours, what falls due at an opening does not."""
        return self.until(tick) > self.until(tick - SECOND)
