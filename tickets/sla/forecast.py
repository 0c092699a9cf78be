"""Whether a policy can be kept by those who are there: how many of past arrivals would fall due
while the roster is closed, and the fewest hours that would cure it. Pure.

The roster is when people are there, whatever hours the policy counts by.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import compress
from statistics import median_low

from tickets.sla.calendars import Hours, add
from tickets.sla.hours import WEEKDAYS, Interval
from tickets.sla.openings import SECOND, Openings, instant, ticks

TOLERATED = 0.05
LEAST_OPEN_S = 3600  # a promise that leaves people less time cannot be kept at all

Slot = tuple[int, int]  # weekday from 0, Monday, and hour, on the roster's wall clock


@dataclass(frozen=True)
class Addition:
    """Whole hours of a weekday, from 00:00 of it, that the roster would be open as well."""

    weekday: int
    start: int
    end: int

    @property
    def day(self) -> str:
        return WEEKDAYS[self.weekday]

    @property
    def spelled(self) -> str:
        return f"{self.start:02}:00-{self.end:02}:00"


@dataclass(frozen=True)
class Cell:
    """The due times of one hour of the week, and how many of them nobody is there for."""

    weekday: int
    hour: int
    due: int
    closed: int


@dataclass(frozen=True)
class Forecast:
    """`closed` of the arrivals fall due in closed hours; `out_of_reach` have less than
    `least_open_s` of open time before they do. `real_s` and `open_s` are what half of them have at
    the most, in real time and in open hours. With `cure` only `closed_then` would be left."""

    target_s: int
    arrivals: int
    closed: int = 0
    out_of_reach: int = 0
    least_open_s: int = LEAST_OPEN_S
    real_s: int | None = None
    open_s: int | None = None
    cells: tuple[Cell, ...] = ()
    cure: tuple[Addition, ...] = ()
    closed_then: int = 0

    @property
    def share(self) -> float | None:
        return self.closed / self.arrivals if self.arrivals else None

    @property
    def is_kept(self) -> bool:
        """Too few fall due in closed hours to be warned of, and nothing is out of reach."""
        return is_tolerable(self.closed, self.arrivals) and not self.out_of_reach

    @property
    def is_cured(self) -> bool:
        return is_tolerable(self.closed_then, self.arrivals)

    @property
    def hours_more(self) -> int:
        """A week."""
        return sum(part.end - part.start for part in self.cure)


def is_tolerable(closed: int, arrivals: int) -> bool:
    return closed < TOLERATED * arrivals or not closed


def foresee(receipts: Sequence[datetime], target_s: int, own: Hours, roster: Hours) -> Forecast:
    """What the promise of `target_s` seconds in its own hours asks of the roster, by receipts in
    any order. Raises what `calendars.add` raises."""
    least = min(LEAST_OPEN_S, target_s)
    if not receipts:
        return Forecast(target_s, 0, least_open_s=least)
    first, last = min(receipts), add(own, max(receipts), target_s)
    came = [ticks(receipt) for receipt in receipts]
    due = _due_times(came, target_s, Openings(own, first, last))
    there = Openings(roster, first - timedelta(seconds=1), last)
    spans = list(zip(came, due, strict=True))
    left = [(there.until(until) - there.until(since)) // SECOND for since, until in spans]
    found = Forecast(
        target_s=target_s,
        arrivals=len(receipts),
        out_of_reach=sum(seconds < least for seconds in left),
        least_open_s=least,
        real_s=median_low((until - since) // SECOND for since, until in spans),
        open_s=median_low(left),
    )
    return _with_cure(found, due, roster, there)


def _due_times(came: Iterable[int], target_s: int, own: Openings) -> list[int]:
    return [own.reached(own.until(tick) + target_s * SECOND) for tick in came]


def _with_cure(found: Forecast, due: list[int], roster: Hours, there: Openings) -> Forecast:
    falls = [_local(tick, roster) for tick in due]
    is_closed = [not there.is_open_before(tick) for tick in due]
    closed = list(compress(due, is_closed))
    cure = _cure(list(compress(falls, is_closed)), len(due), roster)
    return replace(
        found,
        closed=len(closed),
        closed_then=_left_by(cure, closed, roster),
        cells=tuple(_cells(falls, is_closed)),
        cure=cure,
    )


def _cells(falls: Sequence[datetime], is_closed: Sequence[bool]) -> Iterator[Cell]:
    slots = [_slot(at) for at in falls]
    unattended = Counter(compress(slots, is_closed))
    for slot, number in sorted(Counter(slots).items()):
        yield Cell(*slot, due=number, closed=unattended[slot])


def _cure(closed: Sequence[datetime], arrivals: int, roster: Hours) -> tuple[Addition, ...]:
    """The fewest hours a week: each saves what falls due in it and nothing else, so the best one
    first is the best there is. On dates with hours of their own no weekly hour opens."""
    savings = Counter(_slot(at) for at in closed if at.date() not in roster.exceptions)
    left, chosen = len(closed), []
    for slot, saved in sorted(savings.items(), key=lambda one: (-one[1], one[0])):
        if is_tolerable(left, arrivals):
            break
        chosen.append(slot)
        left -= saved
    return tuple(_joined(sorted(chosen)))


def _joined(slots: Iterable[Slot]) -> Iterator[Addition]:
    whole: Addition | None = None
    for weekday, hour in slots:
        if whole and (whole.weekday, whole.end) == (weekday, hour):
            whole = replace(whole, end=hour + 1)
            continue
        if whole:
            yield whole
        whole = Addition(weekday, hour, hour + 1)
    if whole:
        yield whole


def _left_by(cure: Iterable[Addition], closed: Sequence[int], roster: Hours) -> int:
    """Counted anew over the hours as they would be, not taken from what each hour promised."""
    if not closed:
        return 0
    start = instant(min(closed)) - timedelta(seconds=1)
    then = Openings(open_longer(roster, cure), start, instant(max(closed)))
    return sum(not then.is_open_before(tick) for tick in closed)


def open_longer(roster: Hours, additions: Iterable[Addition]) -> Hours:
    """The roster with these hours as well."""
    weekly = {day: list(roster.weekly.get(day, ())) for day in range(7)}
    for more in additions:
        night = [(s - 1440, e - 1440) for s, e in roster.weekly.get((more.weekday - 1) % 7, ())]
        taken = sorted([*night, *roster.weekly.get(more.weekday, ())])
        weekly[more.weekday] += _free(more.start * 60, more.end * 60, taken)
    return replace(roster, weekly={day: tuple(sorted(some)) for day, some in weekly.items()})


def _free(at: int, end: int, taken: Iterable[Interval]) -> Iterator[Interval]:
    """What is left of an interval beside those that are taken, which are in order."""
    for opens, closes in taken:
        if at < min(opens, end):
            yield at, min(opens, end)
        at = max(at, closes)
    if at < end:
        yield at, end


def _local(tick: int, roster: Hours) -> datetime:
    """The second before it, since that is when somebody has to be there."""
    return instant(tick - SECOND).astimezone(roster.zone)


def _slot(local: datetime) -> Slot:
    return local.weekday(), local.hour
