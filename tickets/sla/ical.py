"""Closed days out of an iCal file (RFC 5545), as files of holidays are written. Pure.

Whole days close, once or every year. What else an event says is not guessed at: the event is named
in `unread` with the reason, and closes nothing.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from icalendar import Calendar

from tickets.sla.closings import Closings, plain_name, span_at
from tickets.sla.hours import BadCalendar

LARGEST = 512 * 1024
MOST_EVENTS = 1_000
MOST_DAYS = 4_000
MOST_NAMED = 50
FIRST_YEAR = 1900
DAY = timedelta(days=1)

UNDERSTOOD = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
ONCE = ("DTSTART", "DTEND", "DURATION", "RRULE", "RECURRENCE-ID")
# Those that say which days of which months, which is how laws name holidays.
PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYDAY"}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# A zone says when clocks change, and days have none.
SILENT = ("VEVENT", "VTIMEZONE")


class Read(Closings):
    """`unread` says of each event that was not understood which one, and why."""

    unread: list[str]


class NotUnderstood(ValueError):
    pass


def read_ical(raw: bytes, *, year: int) -> Read:
    """The closed days for the span of years that is asked for in `year`.

    Raises BadCalendar at /ical: too_large, malformed, too_many, no_days.
    """
    calendar, years = _parsed(raw), span_at(year)
    unread = [f"{part.name}: only events close." for part in _strangers(calendar)]
    moved = frozenset(_moved(calendar))
    days: dict[str, list[str]] = {}
    for event in calendar.walk("VEVENT"):
        try:
            _close(days, event, moved, years)
        except Exception as why:  # what a parser made of strange lines fails in ways of its own
            unread.append(f"{_name(event)}: {plain_name(str(why))}")
    _refuse_unless_some(days, unread)
    named = {day: "; ".join(dict.fromkeys(days[day])) for day in sorted(days)}
    return {
        "first_year": years[0],
        "last_year": years[-1],
        "days": named,
        "unread": _shortened(unread),
    }


def _parsed(raw: bytes) -> Any:
    if len(raw) > LARGEST:
        raise BadCalendar.at("/ical", "too_large", f"An iCal file has at most {LARGEST:,} bytes.")
    try:
        calendar = Calendar.from_ical(raw)
    except Exception as error:  # the parser falls over some lines in ways of its own
        why = plain_name(str(error))
        raise BadCalendar.at("/ical", "malformed", f"This is no iCal file: {why}.") from error
    if calendar.name != "VCALENDAR":
        raise BadCalendar.at("/ical", "malformed", "An iCal file begins with BEGIN:VCALENDAR.")
    if len(calendar.subcomponents) > MOST_EVENTS:
        raise BadCalendar.at("/ical", "too_many", f"At most {MOST_EVENTS:,} events are read.")
    return calendar


def _refuse_unless_some(days: dict[str, list[str]], unread: list[str]) -> None:
    if len(days) > MOST_DAYS:
        raise BadCalendar.at("/ical", "too_many", f"At most {MOST_DAYS:,} days may close.")
    if not days:
        why = " ".join(["It closes no day in the years that count.", *_shortened(unread)[:3]])
        raise BadCalendar.at("/ical", "no_days", why)


def _shortened(unread: list[str]) -> list[str]:
    more = len(unread) - MOST_NAMED
    return unread if more <= 0 else [*unread[:MOST_NAMED], f"{more} more."]


def _strangers(calendar: Any) -> Iterator[Any]:
    return (part for part in calendar.subcomponents if part.name not in SILENT)


def _name(event: Any) -> str:
    return plain_name(str(event.get("SUMMARY", ""))) or "without a name"


def _moved(calendar: Any) -> Iterator[tuple[str, date]]:
    """Which times of a repeated event another event of the file speaks for."""
    for event in calendar.walk("VEVENT"):
        if "RECURRENCE-ID" in event and not _broken(event):
            given = event["RECURRENCE-ID"].dt
            yield _uid(event), given.date() if isinstance(given, datetime) else given


def _uid(event: Any) -> str:
    return str(event.get("UID", ""))


def _close(
    days: dict[str, list[str]], event: Any, moved: frozenset[tuple[str, date]], years: range
) -> None:
    if event.get("STATUS") == "CANCELLED":
        return
    if why := _broken(event):
        raise NotUnderstood(why)
    first = _whole_day(_one(event, "DTSTART"))
    length = _length(event, first)
    kept_by_others = () if "RECURRENCE-ID" in event else moved
    for start in _starts(event, first, years):
        if (_uid(event), start) in kept_by_others:
            continue
        for day in (start + n * DAY for n in range(length)):
            if day.year in years:
                days.setdefault(day.isoformat(), []).append(_name(event))


def _broken(event: Any) -> str:
    """What cannot be read of that which decides the days."""
    doubled = [name for name in ONCE if isinstance(event.get(name), list)]
    faults = [f"{name} stands twice." for name in doubled]
    faults += [f"{name}: {why}." for name, why in event.errors if name in UNDERSTOOD]
    if "RANGE" in getattr(event.get("RECURRENCE-ID"), "params", {}):
        faults.append("it moves all times that follow.")
    return plain_name(" ".join(faults))


def _one(event: Any, name: str) -> Any:
    if name not in event:
        raise NotUnderstood(f"it has no {name}.")
    return event[name].dt


def _whole_day(given: Any) -> date:
    if isinstance(given, datetime) and given.time() == time.min and not _is_utc(given):
        return given.date()
    if isinstance(given, datetime) or not isinstance(given, date):
        raise NotUnderstood("it has a time of day, and only whole days close.")
    return given


def _is_utc(given: datetime) -> bool:
    """Midnight there is some other time of day where the doors are."""
    return getattr(given.tzinfo, "key", "") == "UTC"


def _length(event: Any, first: date) -> int:
    """Days. An end is the day after the last one (RFC 5545, 3.6.1); none is one day."""
    length = DAY
    if "DTEND" in event:
        length = _whole_day(_one(event, "DTEND")) - first
    elif "DURATION" in event:
        length = _one(event, "DURATION")
    if length % DAY or not timedelta(0) <= length <= 366 * DAY:
        raise NotUnderstood("it does not last whole days, up to a year of them.")
    return max(length.days, 1)


def _starts(event: Any, first: date, years: range) -> set[date]:
    if not FIRST_YEAR <= first.year < 3000:
        raise NotUnderstood(f"it begins in {first.year}.")
    starts = set(_repeated(event, first, years)) if "RRULE" in event else {first}
    starts = (starts | _listed(event, "RDATE")) - _listed(event, "EXDATE")
    # What begins in the year before may last into the years that count.
    return {start for start in starts if start.year in range(years[0] - 1, years[-1] + 1)}


def _listed(event: Any, name: str) -> set[date]:
    found = event.get(name, [])
    lists = found if isinstance(found, list) else [found]
    return {_whole_day(each.dt) for dates in lists for each in dates.dts}


def _repeated(event: Any, first: date, years: range) -> list[date]:
    rule = event["RRULE"]
    if not _is_plain(rule):
        said = plain_name(" ".join(f"{part} {', '.join(map(str, rule[part]))}" for part in rule))
        raise NotUnderstood(f"it repeats by {said}, and not on days of months every year.")
    last = date(years[-1], 12, 31)
    for given in rule.get("UNTIL", []):
        last = min(last, _until(given))
    times = (day for day in _yearly(rule, first, last.year) if first <= day <= last)
    return list(islice(times, *rule.get("COUNT", [None])))


def _until(given: Any) -> date:
    if isinstance(given, datetime):
        return given.date()
    if not isinstance(given, date):
        raise NotUnderstood(f"it repeats until {given}.")
    return given


def _is_plain(rule: Any) -> bool:
    by_month = "BYMONTH" in rule or "BYDAY" not in rule
    doubled = [part for part in ("INTERVAL", "COUNT", "UNTIL") if len(rule.get(part, [])) > 1]
    return rule.get("FREQ") == ["YEARLY"] and by_month and not doubled and not rule.keys() - PARTS


def _yearly(rule: Any, first: date, last_year: int) -> Iterator[date]:
    """In order; the days of a month that each part allows (RFC 5545, 3.3.10)."""
    months = sorted({int(month) for month in rule.get("BYMONTH", [first.month])})
    weekdays = [_weekday(str(given)) for given in rule.get("BYDAY", [])]
    plain = [] if weekdays else [first.day]
    numbers = {int(day) for day in rule.get("BYMONTHDAY", plain)}
    for year in range(first.year, last_year + 1, max(1, *rule.get("INTERVAL", [1]))):
        for month in months:
            yield from _in_month(year, month, numbers, weekdays)


def _in_month(
    year: int, month: int, numbers: set[int], weekdays: list[tuple[int, int]]
) -> Iterator[date]:
    length = monthrange(year, month)[1]
    for number in range(1, length + 1):
        from_end = number - length - 1
        day = date(year, month, number)
        if numbers and not {number, from_end} & numbers:
            continue
        places = {0, (number + 6) // 7, -((6 - from_end) // 7)}
        if not weekdays or any(day.weekday() == w and nth in places for nth, w in weekdays):
            yield day


def _weekday(text: str) -> tuple[int, int]:
    """4TH is the fourth Thursday, -1MO the last Monday, MO every one: (0, 0)."""
    found = re.fullmatch(r"([+-]?\d{0,2})(MO|TU|WE|TH|FR|SA|SU)", text)
    if not found:
        raise NotUnderstood(f"it repeats on {plain_name(text)}.")
    return int(found[1] or 0), WEEKDAYS.index(found[2])
