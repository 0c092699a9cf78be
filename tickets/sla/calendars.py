"""Opening hours as arithmetic: when so many open seconds have passed, and how many have.

One rule decides every odd night: a local time means the first instant at which the wall clock
reaches it. A time that the spring gap skips is therefore the end of the gap, a time that autumn
repeats is its first pass, and a date that a country skips has no length. The rule never turns
back, so intervals that follow each other on paper follow each other in time. What counts is real
seconds: a night over the gap is shorter, over the fold longer.

Instants come in any zone and leave in UTC; naive ones are refused with ValueError.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, count
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tickets.sla.hours import ROUND_THE_CLOCK, BadCalendar, Hours, Interval, parse_hours

__all__ = [
    "ROUND_THE_CLOCK",
    "BadCalendar",
    "Hours",
    "Segment",
    "add",
    "elapsed",
    "is_open",
    "last_open",
    "next_open",
    "parse_hours",
    "segments",
]

Span = tuple[datetime, datetime]

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
NOTHING = timedelta(0)
A_WEEK = timedelta(weeks=1)
CENTURY = 5_218  # weeks
MOST_DAYS_KNOWN = 4096
MOST_YEARS_KNOWN = 128


class Segment(NamedTuple):
    """A stretch of time that counted (`open`) or did not, and what decided it."""

    start: datetime
    end: datetime
    open: bool
    reason: str


def add(hours: Hours, start: datetime, seconds: int) -> datetime:
    """The first instant by which `seconds` of opening have passed since `start`.

    A promise that ends with the day's last second falls due at closing, not at the next opening.
    Parts of a second in `start` are kept, unless the wait for an opening swallows them. Raises
    ValueError for less than 0 seconds, OverflowError for more than a century of such weeks.
    """
    if seconds < 0:
        raise ValueError(f"cannot add {seconds} seconds: a promise runs forward")
    since, left = _in_utc(start), timedelta(seconds=seconds)
    if hours.never_closes or not seconds:
        return since + left
    if left // hours.week_length > CENTURY:
        raise OverflowError(f"{seconds} open seconds are more than a hundred years")
    eve = _local_day(hours, since) - 1
    day, left = _pass_whole_days(hours, eve, left + _opened(hours, eve, since))
    return _use_up(_openings(hours, day), left)


def elapsed(hours: Hours, start: datetime, end: datetime) -> int:
    """Whole open seconds from `start` to `end`. Raises ValueError if `end` is the earlier."""
    since, until = _in_utc(start), _in_utc(end)
    if until < since:
        raise ValueError(f"{end} is before {start}")
    if hours.never_closes:
        return (until - since) // SECOND
    eve = _local_day(hours, since) - 1
    if until - since < A_WEEK:
        return _opened_between(hours, eve, since, until) // SECOND
    return (_opened(hours, eve, until) - _opened(hours, eve, since)) // SECOND


def _opened_between(hours: Hours, eve: int, since: datetime, until: datetime) -> timedelta:
    """As the difference of two sums would say, for a span too short to be worth them."""
    length = NOTHING
    for day in range(eve, _local_day(hours, until) + 2):
        for opens, closes in _openings(hours, day):
            if opens < until and since < closes:
                end = closes if closes < until else until
                length += end - (opens if opens > since else since)
    return length


def next_open(hours: Hours, t: datetime) -> datetime:
    """`t` itself while open, otherwise the next opening."""
    at = _in_utc(t)
    days = count(_local_day(hours, at) - 1)
    ahead = (span for day in days for span in _openings(hours, day) if span[1] > at)
    return max(at, next(ahead)[0])


def last_open(hours: Hours, t: datetime) -> datetime:
    """`t` itself while open, otherwise the beginning of the last minute of opening before it."""
    at = _in_utc(t)
    if is_open(hours, at):
        return at
    days = count(_local_day(hours, at) + 1, -1)
    behind = (span for day in days for span in reversed(_openings(hours, day)) if span[0] < at)
    opens, closes = next(behind)
    return max(opens, closes - MINUTE)


def is_open(hours: Hours, t: datetime) -> bool:
    """An interval holds its first instant and not its last: closing time is closed."""
    return next_open(hours, t) == _in_utc(t)


def segments(hours: Hours, start: datetime, end: datetime) -> Iterator[Segment]:
    """Everything from `start` to `end`, in order and without a gap, for an explanation.

    Reasons are "weekly open", "weekly closed" and "exception 2026-12-25", with the name behind a
    comma where the date has one. An exception is named for what it opened and for what it closed,
    which is exactly the time it took from the week.
    """
    since, until = _in_utc(start), _in_utc(end)
    days = range(_local_day(hours, since) - 1, _local_day(hours, until) + 2)
    decided = sorted(segment for day in days for segment in _decisions(hours, day))
    return _joined(_filled(decided, since, until))


def _in_utc(t: datetime) -> datetime:
    # astimezone would read a naive time in the machine's own zone.
    if t.tzinfo is None:
        raise ValueError(f"{t} has no zone")
    return t.astimezone(UTC)


def _local_day(hours: Hours, at: datetime) -> int:
    """Dates are proleptic ordinals in here: Monday is 1, 8, 15 …"""
    return at.astimezone(hours.zone).toordinal()


def _opened(hours: Hours, day: int, until: datetime) -> timedelta:
    """Open time of all dates from `day` on, up to the instant `until`."""
    # Two dates before the wall clock's, everything has closed. The date after it may have begun:
    # where clocks go back at 00:01, the new date is reached before the old one ends.
    edge = max(day, _local_day(hours, until) - 1)
    cut_short = NOTHING
    for cut in (edge, edge + 1, edge + 2):
        for opens, closes in _openings(hours, cut):
            if opens < until:
                cut_short += (closes if closes < until else until) - opens
    return _length_of(hours, day, edge) + cut_short


def _length_of(hours: Hours, day: int, end: int) -> timedelta:
    """Open time of the dates from `day` to `end`, which is not included."""
    length = NOTHING
    while day < end:
        first, lengths = _year_of(hours, day)
        last = min(end - first, len(lengths) - 1)
        length += lengths[last] - lengths[day - first]
        day = first + last
    return length


def _pass_whole_days(hours: Hours, day: int, left: timedelta) -> tuple[int, timedelta]:
    """The date from `day` on that uses `left` up, and how much of it is left for that date."""
    while True:
        first, lengths = _year_of(hours, day)
        before = lengths[day - first]
        if lengths[-1] - before >= left:
            last = bisect_left(lengths, before + left)
            return first + last - 1, before + left - lengths[last - 1]
        day, left = first + len(lengths) - 1, left - (lengths[-1] - before)


def _use_up(spans: Iterable[Span], left: timedelta) -> datetime:
    for opens, closes in spans:
        if closes - opens >= left:
            break
        left -= closes - opens
    return opens + left


def _year_of(hours: Hours, day: int) -> tuple[int, list[timedelta]]:
    """The first date of the year, and how long was open in it before each of its dates; at the end
    in all of it."""
    year = date.fromordinal(day).year
    known = hours.years.get(year)
    if known is None:
        if len(hours.years) >= MOST_YEARS_KNOWN:
            hours.years.clear()
        known = hours.years[year] = _added_up(hours, year)
    return known


def _added_up(hours: Hours, year: int) -> tuple[int, list[timedelta]]:
    """Weeks that are all alike are laid out whole; the odd dates among them are asked singly."""
    *uneven, end = _uneven_days(hours.zone, year)
    first, weekdays = date(year, 1, 1).toordinal(), hours.weekday_lengths
    starts_on = (first - 1) % 7
    lengths = [*weekdays[starts_on:], *weekdays[:starts_on]] * 53
    odd = hours.exception_days
    for day in {*uneven, *odd[bisect_left(odd, first) : bisect_left(odd, end)]}:
        spans = _openings(hours, day)
        lengths[day - first] = sum((closes - opens for opens, closes in spans), NOTHING)
    return first, [NOTHING, *accumulate(lengths[: end - first])]


@lru_cache(maxsize=4096)
def _uneven_days(zone: ZoneInfo, year: int) -> tuple[int, ...]:
    """Dates of `year` whose hours, with a night after them, a clock change may cut or stretch.

    Ends with the first date of the next year. Every midnight is asked: some zones have changed
    their clocks and changed them back a week later (Recife 2000), none within a day.
    """
    first, end = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1
    offsets = [zone.utcoffset(datetime.fromordinal(day)) for day in range(first, end + 2)]
    nights = zip(range(first, end), offsets, offsets[1:], offsets[2:], strict=False)
    return (*(day for day, *around in nights if around.count(around[0]) < 3), end)


def _openings(hours: Hours, day: int) -> tuple[Span, ...]:
    """A long history asks for the same dates again and again."""
    known = hours.opened.get(day)
    if known is None:
        if len(hours.opened) >= MOST_DAYS_KNOWN:
            hours.opened.clear()
        known = hours.opened[day] = _spans(hours.zone, day, hours.on(date.fromordinal(day)))
    return known


@lru_cache(maxsize=4096)
def _spans(zone: ZoneInfo, day: int, intervals: tuple[Interval, ...]) -> tuple[Span, ...]:
    midnight = datetime.fromordinal(day)
    edges = [[_reached(zone, midnight + timedelta(minutes=m)) for m in pair] for pair in intervals]
    return tuple((opens, closes) for opens, closes in edges if opens < closes)


def _reached(zone: ZoneInfo, wall: datetime) -> datetime:
    """The first instant at which the wall clock of `zone` reads `wall` or later."""
    early = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    late = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    # Only in a gap is the second reading the earlier one (PEP 495).
    return early if early <= late else _turn(zone, late, early)


def _turn(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The instant of the one clock change between two instants: zoneinfo does not tell it."""
    offset = before.astimezone(zone).utcoffset()

    def has_turned(second: int) -> bool:
        return (before + second * SECOND).astimezone(zone).utcoffset() != offset

    seconds = range((after - before) // SECOND)
    return before + bisect_left(seconds, True, key=has_turned) * SECOND


def _decisions(hours: Hours, day: int) -> tuple[Segment, ...]:
    known = hours.decided.get(day)
    if known is None:
        if len(hours.decided) >= MOST_DAYS_KNOWN:
            hours.decided.clear()
        known = hours.decided[day] = tuple(_decided(hours, day))
    return known


def _decided(hours: Hours, day: int) -> Iterator[Segment]:
    """What the date opened; and what it closed, where it is an exception."""
    when = date.fromordinal(day)
    reason = f"exception {when}" if when in hours.exceptions else "weekly open"
    if name := hours.names.get(when):
        reason = f"{reason}, {name}"
    yield from (Segment(*span, True, reason) for span in _openings(hours, day))
    if when in hours.exceptions:
        about = [span for near in (day - 1, day, day + 1) for span in _openings(hours, near)]
        for span in _spans(hours.zone, day, hours.weekly.get(when.weekday(), ())):
            yield from (Segment(*lost, False, reason) for lost in _without(span, about))


def _without(span: Span, taken: Iterable[Span]) -> Iterator[Span]:
    at, end = span
    for opens, closes in taken:
        if at < min(opens, end):
            yield at, min(opens, end)
        at = max(at, closes)
    if at < end:
        yield at, end


def _filled(decided: Iterable[Segment], since: datetime, until: datetime) -> Iterator[Segment]:
    at = since
    for start, end, is_opening, reason in decided:
        start, end = max(start, since), min(end, until)
        if start >= end:
            continue
        if at < start:
            yield Segment(at, start, False, "weekly closed")
        yield Segment(start, end, is_opening, reason)
        at = end
    if at < until:
        yield Segment(at, until, False, "weekly closed")


def _joined(parts: Iterable[Segment]) -> Iterator[Segment]:
    whole: Segment | None = None
    for part in parts:
        if whole and (whole.open, whole.reason) == (part.open, part.reason):
            whole = whole._replace(end=part.end)
            continue
        if whole:
            yield whole
        whole = part
    if whole:
        yield whole
