"""Random calendars and instants, crowded about the moments at which clocks change."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tickets.sla.calendars import BadCalendar, Hours, parse_hours

ZONES = (
    "Africa/Cairo",  # back at midnight, into the day before
    "Africa/Casablanca",  # clocks change for Ramadan, and summer is the standard
    "Africa/El_Aaiun",
    "America/Caracas",  # half an hour, twice
    "America/Havana",
    "America/New_York",
    "America/Recife",  # forward, and back a week later, in 2000
    "America/Santiago",
    "America/Sao_Paulo",  # the gap took midnight
    "America/St_Johns",  # back at 00:01 until 2011
    "Antarctica/Casey",  # three hours at once
    "Antarctica/Troll",  # two hours
    "Asia/Amman",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Pyongyang",  # half an hour back in 2015, forth in 2018
    "Asia/Seoul",
    "Asia/Tehran",
    "Australia/Lord_Howe",  # half an hour of summer
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/Istanbul",  # summer for ever since 2016
    "Europe/Lisbon",
    "Europe/London",
    "Europe/Moscow",
    "Pacific/Apia",  # skipped 30 December 2011
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Kwajalein",  # skipped 21 August 1993
    "UTC",
)
WEEK_PATTERNS = (
    {d: ["09:00-18:00"] for d in ("mon", "tue", "wed", "thu", "fri")},
    {d: ["09:00-12:00", "13:00-18:00"] for d in ("mon", "tue", "wed", "thu", "fri", "sat")},
    {d: ["00:00-24:00"] for d in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
    {d: ["22:00-02:30", "02:30-06:00"] for d in ("fri", "sat", "sun")},
    {d: ["00:00-02:30", "02:30-03:00", "23:15-24:00"] for d in ("sat", "sun", "mon")},
    {"sun": ["02:00-03:00"]},
)
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST, LAST = datetime(1975, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)


class Case(NamedTuple):
    hours: Hours
    at: datetime


@cache
def clock_changes(zone: str) -> list[datetime]:
    """The UTC days on which the zone's offset changes."""
    there = ZoneInfo(zone)
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days)]
    offsets = [day.astimezone(there).utcoffset() for day in days]
    return [day for day, a, b in zip(days, offsets, offsets[1:], strict=False) if a != b]


def spelled(opens: int, closes: int) -> str:
    closes = closes % 1440 or 1440
    return f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"


def paired(cuts: list[int]) -> list[tuple[int, int]]:
    """Sorted cuts of a line become intervals, none longer than a day's end on the next day."""
    cuts = sorted(cuts)
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return [(start, min(end, start + 1439)) for start, end in pairs]


@st.composite
def weeks(draw):
    if draw(st.booleans()):
        return draw(st.sampled_from(WEEK_PATTERNS))
    week = {}
    cuts = st.lists(st.integers(0, 671), min_size=2, max_size=16, unique=True)
    for start, end in paired([15 * cut for cut in draw(cuts)]):
        week.setdefault(NAMES[start // 1440], []).append(spelled(start % 1440, end % 1440))
    return week


@st.composite
def instants(draw, zone):
    """Mostly near a clock change, to the microsecond."""
    changes = clock_changes(zone)
    near = draw(st.sampled_from(changes)) if changes and draw(st.integers(0, 4)) else None
    if near is None:
        near = FIRST + timedelta(days=draw(st.integers(0, (LAST - FIRST).days)))
    at = near + timedelta(minutes=draw(st.integers(-4000, 4000)))
    return at + draw(st.sampled_from([0, 0, 1, 29.5, 59.999999])) * timedelta(seconds=1)


@st.composite
def exceptions(draw, at):
    dated = {}
    for offset in draw(st.lists(st.integers(-3, 9), max_size=5, unique=True)):
        cuts = draw(st.lists(st.integers(0, 36), max_size=4, unique=True))
        intervals = [(s * 60, e * 60) for s, e in zip(*[iter(sorted(cuts))] * 2, strict=False)]
        texts = [spelled(s, e) for s, e in intervals if s < 1440 and e < s + 1440]
        dated[(at + timedelta(days=offset)).date().isoformat()] = texts
    return dated


@st.composite
def closings(draw, at):
    """Holidays: some near, some within two years."""
    near, far = st.integers(-3, 9), st.integers(-700, 700)
    offsets = draw(st.lists(st.one_of(near, far), max_size=8, unique=True))
    return {(at + timedelta(days=n)).date().isoformat(): f"Holiday {n}" for n in offsets}


def kept(zone, week, dated, holidays):
    """The hours without the exceptions that would run into their neighbours."""
    while True:
        try:
            return parse_hours(zone, week, dated, holidays)
        except BadCalendar as bad:
            clashes = {fault.pointer.rpartition("/")[2] for fault in bad.faults}
            assert clashes <= set(dated)
            dated = {day: texts for day, texts in dated.items() if day not in clashes}


@st.composite
def cases(draw, zones=ZONES):
    zone = draw(st.sampled_from(zones))
    at = draw(instants(zone))
    return Case(kept(zone, draw(weeks()), draw(exceptions(at)), draw(closings(at))), at)
