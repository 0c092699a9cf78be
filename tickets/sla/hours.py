"""Opening hours as they are written, read once and refused where they cannot be kept."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from cxloop.kernel.errors import Fault, Refused
from cxloop.kernel.zones import known_zones

Interval = tuple[int, int]
Day = TypeVar("Day", int, date)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FULL_DAY: Interval = (0, 1440)
NO_CLOSINGS: Mapping[str, str] = MappingProxyType({})
OPENING = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24(?=:00)):([0-5]\d)", re.ASCII)


@dataclass(frozen=True)
class Hours:
    """When somebody is there to answer.

    Intervals are minutes (start, end) from 00:00 of the date they start on; an end past 1440 is
    on the next date. Weekdays run from 0, Monday. A date in `exceptions` has its own intervals
    in place of the weekly ones that start on it; none means closed. Holidays are among them, and
    `names` says what they are called. Intervals are sorted, never overlap and last 24 hours at
    most, and some weekday opens: parse_hours refuses all else.
    """

    zone: ZoneInfo
    weekly: Mapping[int, tuple[Interval, ...]]
    exceptions: Mapping[date, tuple[Interval, ...]]
    names: Mapping[date, str] = field(default_factory=dict)
    # What `calendars` has worked out, by the date's ordinal, and by the year.
    opened: dict[int, tuple[tuple[datetime, datetime], ...]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    decided: dict[int, tuple[Any, ...]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    years: dict[int, tuple[int, list[timedelta]]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def on(self, day: date) -> tuple[Interval, ...]:
        return self.exceptions.get(day, self.weekly.get(day.weekday(), ()))

    @cached_property
    def never_closes(self) -> bool:
        return not self.exceptions and all(self.weekly.get(d) == (FULL_DAY,) for d in range(7))

    @cached_property
    def exception_days(self) -> list[int]:
        return sorted(day.toordinal() for day in self.exceptions)

    @cached_property
    def weekday_lengths(self) -> tuple[timedelta, ...]:
        week = [self.weekly.get(weekday, ()) for weekday in range(7)]
        return tuple(timedelta(minutes=sum(e - s for s, e in day)) for day in week)

    @cached_property
    def week_length(self) -> timedelta:
        return sum(self.weekday_lengths, timedelta(0))


ROUND_THE_CLOCK = Hours(ZoneInfo("UTC"), dict.fromkeys(range(7), (FULL_DAY,)), {})


class BadCalendar(Refused):
    title = "These hours cannot be kept"


def parse_hours(
    zone: object, weekly: object, exceptions: object, closings: Mapping[str, str] = NO_CLOSINGS
) -> Hours:
    """Hours from JSON: a zone name, {"mon": ["09:00-12:00", "13:00-18:00"], "fri": ["22:00-02:00"]}
    and {"2026-12-25": [], "2026-12-31": ["09:00-12:00"]}.

    `closings` are closed days with their names, as {"2026-12-25": "Christmas Day"}; hours that
    `exceptions` give to such a date win.

    Raises BadCalendar with every fault at its pointer: unknown_zone, unknown_day, malformed,
    zero_length, overlap, never_opens.
    """
    faults: list[Fault] = []
    if not isinstance(zone, str) or zone not in known_zones():
        faults.append(Fault("/zone", "unknown_zone", "Name an IANA zone, such as Europe/Berlin."))
    week = _read_days("/weekly", weekly, _weekday, faults)
    dated = _read_days("/exceptions", exceptions, _date, faults)
    if not any(week.values()) and not faults:
        faults.append(Fault("/weekly", "never_opens", "No weekday opens, so nothing falls due."))
    if not faults:
        names = {date.fromisoformat(day): name for day, name in closings.items()}
        closed: dict[date, tuple[Interval, ...]] = dict.fromkeys(names, ())
        hours = Hours(ZoneInfo(str(zone)), week, closed | dated, names)
        faults = [*_weekly_overlaps(hours), *_dated_overlaps(hours)]
    if faults:
        raise BadCalendar(faults)
    return hours


@lru_cache(maxsize=256)
def hours_from(zone: str, *texts: str) -> Hours:
    """parse_hours of JSON texts, which are read once: versions never change."""
    return parse_hours(zone, *map(json.loads, texts))


def _read_days(
    pointer: str, table: object, read: Callable[[str], Day], faults: list[Fault]
) -> dict[Day, tuple[Interval, ...]]:
    if not isinstance(table, Mapping):
        faults.append(Fault(pointer, "malformed", "An object of days and their hours is wanted."))
        return {}
    days: dict[Day, tuple[Interval, ...]] = {}
    for name, texts in table.items():
        place = f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"
        try:
            days[read(name)] = _read_intervals(place, texts, faults)
        except ValueError as error:
            faults.append(Fault(place, "unknown_day", str(error)))
    return days


def _weekday(name: str) -> int:
    if name not in WEEKDAYS:
        raise ValueError(f"Weekdays are {' '.join(WEEKDAYS)}.")
    return WEEKDAYS.index(name)


def _date(text: str) -> date:
    # date.fromisoformat takes 20261225 and 2026-W52-5 too, and one date must have one spelling.
    # The years keep the day before and the day after a date on the calendar, whatever is typed.
    if not re.fullmatch(r"(19[789]|2\d\d)\d-\d\d-\d\d", text, re.ASCII):
        raise ValueError("Dates are written as 2026-12-25, from 1970 on.")
    return date.fromisoformat(text)


def _read_intervals(pointer: str, texts: object, faults: list[Fault]) -> tuple[Interval, ...]:
    if not isinstance(texts, list):
        faults.append(Fault(pointer, "malformed", "A list is wanted; [] is closed all day."))
        return ()
    intervals: list[Interval] = []
    for place, text in enumerate(texts):
        try:
            intervals.append(_read_interval(text))
        except BadCalendar as bad:
            faults += [Fault(f"{pointer}/{place}", f.code, f.detail) for f in bad.faults]
    return tuple(sorted(intervals))


def _read_interval(text: object) -> Interval:
    found = OPENING.fullmatch(text) if isinstance(text, str) else None
    if not found:
        raise BadCalendar.at("", "malformed", "Hours are written as 09:00-18:00.")
    opens_h, opens_m, closes_h, closes_m = map(int, found.groups())
    opens, closes = opens_h * 60 + opens_m, closes_h * 60 + closes_m
    if opens == closes:
        raise BadCalendar.at("", "zero_length", "A whole day is written as 00:00-24:00.")
    return opens, closes if closes > opens else closes + 1440


def _weekly_overlaps(hours: Hours) -> Iterator[Fault]:
    for weekday, name in enumerate(WEEKDAYS):
        following = hours.weekly.get((weekday + 1) % 7, ())
        yield from _overlaps(f"/weekly/{name}", hours.weekly.get(weekday, ()), following)


def _dated_overlaps(hours: Hours) -> Iterator[Fault]:
    """An exception against its own hours and against both neighbours, each pair once."""
    for day in sorted(hours.exceptions):
        place, eve = f"/exceptions/{day}", day - timedelta(days=1)
        if eve not in hours.exceptions:
            yield from _overlaps(place, hours.on(eve)[-1:], hours.on(day))
        yield from _overlaps(place, hours.on(day), hours.on(day + timedelta(days=1)))


def _overlaps(
    pointer: str, today: tuple[Interval, ...], tomorrow: tuple[Interval, ...]
) -> Iterator[Fault]:
    following = [(opens + 1440, closes + 1440) for opens, closes in tomorrow[:1]]
    for (opens, closes), (opens_next, closes_next) in pairwise([*today, *following]):
        if closes > opens_next:
            first, second = _spelled(opens, closes), _spelled(opens_next, closes_next)
            yield Fault(pointer, "overlap", f"{first} runs into {second}.")


def _spelled(opens: int, closes: int) -> str:
    closes = closes % 1440 or 1440
    return f"{opens // 60 % 24:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"
