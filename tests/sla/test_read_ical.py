"""read_ical closes the whole days of a file, and names what it does not understand."""

import pytest

from tickets.sla.calendars import BadCalendar
from tickets.sla.ical import LARGEST, MOST_EVENTS, read_ical

RULE = [
    *("BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0900"),
    *("TZOFFSETTO:+0900", "END:STANDARD"),
]


def event(*lines, name="Holiday", uid="1"):
    return ["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{name}", *lines, "END:VEVENT"]


def file(*parts):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//house//EN"]
    lines += [line for part in parts for line in part]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def read(*lines, **facts):
    return read_ical(file(event(*lines, **facts)), year=2026)


def on(*lines):
    """Dates from 2025 to 2027 that an event closes."""
    return [day for day in read(*lines)["days"] if "2025" <= day[:4] <= "2027"]


def faults(raw):
    with pytest.raises(BadCalendar) as refused:
        read_ical(raw, year=2026)
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


CLOSED = {
    "a_date": (["DTSTART;VALUE=DATE:20261225"], ["2026-12-25"]),
    "an_end_is_the_day_after": (
        ["DTSTART;VALUE=DATE:20261225", "DTEND;VALUE=DATE:20261227"],
        ["2026-12-25", "2026-12-26"],
    ),
    "an_end_on_the_day_itself": (
        ["DTSTART;VALUE=DATE:20261225", "DTEND;VALUE=DATE:20261225"], ["2026-12-25"]),
    "a_duration": (["DTSTART;VALUE=DATE:20261225", "DURATION:P1W"], [
        *(f"2026-12-{day}" for day in range(25, 32))]),
    "from_midnight_to_midnight": (
        ["DTSTART:20261225T000000", "DTEND:20261226T000000"], ["2026-12-25"]),
    "midnight_of_a_zone": (
        ["DTSTART;TZID=Asia/Seoul:20261225T000000", "DTEND;TZID=Asia/Seoul:20261226T000000"],
        ["2026-12-25"],
    ),
    "every_year": (
        ["DTSTART;VALUE=DATE:19701225", "RRULE:FREQ=YEARLY"],
        ["2025-12-25", "2026-12-25", "2027-12-25"],
    ),
    "every_other_year": (
        ["DTSTART;VALUE=DATE:20241225", "RRULE:FREQ=YEARLY;INTERVAL=2"], ["2026-12-25"]),
    "the_fourth_thursday": (
        ["DTSTART;VALUE=DATE:20201126", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"],
        ["2025-11-27", "2026-11-26", "2027-11-25"],
    ),
    "the_last_monday": (
        ["DTSTART;VALUE=DATE:20200525", "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO"],
        ["2025-05-26", "2026-05-25", "2027-05-31"],
    ),
    "the_tuesday_after_the_first_monday": (
        ["DTSTART;VALUE=DATE:20201103",
         "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8"],
        ["2025-11-04", "2026-11-03", "2027-11-02"],
    ),
    "two_days_of_two_months": (
        ["DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=YEARLY;BYMONTH=7,1;BYMONTHDAY=2,1;COUNT=5"],
        ["2026-01-01", "2026-01-02", "2026-07-01", "2026-07-02", "2027-01-01"],
    ),
    "a_leap_day_in_leap_years": (
        ["DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY", "RDATE;VALUE=DATE:20250301"],
        ["2025-03-01"],
    ),
    "until_a_date": (
        ["DTSTART;VALUE=DATE:20201225", "RRULE:FREQ=YEARLY;UNTIL=20261225"],
        ["2025-12-25", "2026-12-25"],
    ),
    "until_an_instant": (
        ["DTSTART;VALUE=DATE:20201225", "RRULE:FREQ=YEARLY;UNTIL=20261225T000000Z"],
        ["2025-12-25", "2026-12-25"],
    ),
    "so_many_times": (
        ["DTSTART;VALUE=DATE:20241225", "RRULE:FREQ=YEARLY;COUNT=2"], ["2025-12-25"]),
    "but_not_then": (
        ["DTSTART;VALUE=DATE:20241225", "RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20251225,20271225"],
        ["2026-12-25"],
    ),
    "and_then_too": (
        ["DTSTART;VALUE=DATE:20261225", "RDATE;VALUE=DATE:20270704"], ["2026-12-25", "2027-07-04"]),
    "a_leap_day": (
        ["DTSTART;VALUE=DATE:20200228", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"],
        ["2025-02-28", "2026-02-28", "2027-02-28"],
    ),
    "over_new_year": (
        ["DTSTART;VALUE=DATE:20201231", "DURATION:P2D", "RRULE:FREQ=YEARLY;UNTIL=20261231"],
        ["2025-01-01", "2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CLOSED)
def test_it_closes(case):
    lines, days = CLOSED[case]
    assert on(*lines) == days
    assert read(*lines)["unread"] == []


UNREAD = {
    "a time of day": ["DTSTART:20261224T140000"],
    "midnight elsewhere": ["DTSTART:20261224T000000Z"],
    "half a day": ["DTSTART;VALUE=DATE:20261224", "DURATION:PT12H"],
    "an end before": ["DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261220"],
    "two years": ["DTSTART;VALUE=DATE:20261224", "DURATION:P700D"],
    "every week": ["DTSTART;VALUE=DATE:20261224", "RRULE:FREQ=WEEKLY"],
    "every second": ["DTSTART;VALUE=DATE:20261224", "RRULE:FREQ=SECONDLY"],
    "every hour of it": ["DTSTART;VALUE=DATE:20261224", "RRULE:FREQ=YEARLY;BYHOUR=1,2"],
    "every day of it": [
        "DTSTART;VALUE=DATE:19000101",
        "RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU",
    ],
    "the first of the year's weeks": [
        "DTSTART;VALUE=DATE:20261224",
        "RRULE:FREQ=YEARLY;BYWEEKNO=1",
    ],
    "until some time": ["DTSTART;VALUE=DATE:20251224", "RRULE:FREQ=YEARLY;UNTIL=202231"],
    "counted twice": ["DTSTART;VALUE=DATE:20251224", "RRULE:FREQ=YEARLY;COUNT=1,2"],
    "from then on": ["DTSTART;VALUE=DATE:20261224", "RECURRENCE-ID;RANGE=THISANDFUTURE:20261220"],
    "no rule": ["DTSTART;VALUE=DATE:20261224", "RRULE:FREQ=SOMETIMES"],
    "two rules": ["DTSTART;VALUE=DATE:20261224", "RRULE:FREQ=YEARLY", "RRULE:FREQ=YEARLY"],
    "no date": ["DTSTART;VALUE=DATE:2026"],
    "no start": ["DURATION:P1D"],
    "two starts": ["DTSTART;VALUE=DATE:20261224", "DTSTART;VALUE=DATE:20261225"],
    "the year one": ["DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=YEARLY"],
    "an exception by the hour": [
        "DTSTART;VALUE=DATE:20241224",
        "RRULE:FREQ=YEARLY",
        "EXDATE:20261224T100000",
    ],
}


@pytest.mark.parametrize("case", UNREAD)
def test_it_names_what_it_does_not_understand(case):
    known = event("DTSTART;VALUE=DATE:20261225", uid="2")
    found = read_ical(file(event(*UNREAD[case], name="Party"), known), year=2026)
    assert list(found["days"]) == ["2026-12-25"]
    (said,) = found["unread"]
    assert said.startswith("Party: ")


def test_it_names_what_is_no_event():
    task = ["BEGIN:VTODO", "UID:9", "SUMMARY:Lock the door", "END:VTODO"]
    zone = ["BEGIN:VTIMEZONE", "TZID:X", *RULE, "END:VTIMEZONE"]
    found = read_ical(file(task, zone, event("DTSTART;VALUE=DATE:20261225")), year=2026)
    assert found["unread"] == ["VTODO: only events close."]


def test_a_moved_time_closes_where_it_went():
    found = read_ical(
        file(
            event("DTSTART;VALUE=DATE:20241225", "RRULE:FREQ=YEARLY;UNTIL=20271231"),
            event("DTSTART;VALUE=DATE:20261228", "RECURRENCE-ID;VALUE=DATE:20261225"),
            event(
                "DTSTART;VALUE=DATE:20271225",
                "RECURRENCE-ID;VALUE=DATE:20271225",
                "STATUS:CANCELLED",
            ),
        ),
        year=2026,
    )
    assert list(found["days"]) == ["2024-12-25", "2025-12-25", "2026-12-28"]


def test_what_is_cancelled_closes_nothing():
    cancelled = event("DTSTART;VALUE=DATE:20261224", "STATUS:CANCELLED", uid="2")
    found = read_ical(file(cancelled, event("DTSTART;VALUE=DATE:20261225")), year=2026)
    assert (list(found["days"]), found["unread"]) == (["2026-12-25"], [])


def test_names_are_plain_and_stand_once():
    same = [
        event("DTSTART;VALUE=DATE:20261225", name=r"Eve\, \n and\u0000 more", uid=n) for n in "12"
    ]
    other = event("DTSTART;VALUE=DATE:20261225", name="x" * 500, uid="3")
    nameless = event("DTSTART;VALUE=DATE:20261226", name="", uid="4")
    found = read_ical(file(*same, other, nameless), year=2026)["days"]
    assert found["2026-12-25"].startswith("Eve, and")
    assert found["2026-12-25"].count("Eve") == 1
    assert len(found["2026-12-25"]) < 200
    assert found["2026-12-26"] == "without a name"


def test_it_reads_for_the_years_that_are_asked_for():
    found = read("DTSTART;VALUE=DATE:19701225", "RRULE:FREQ=YEARLY")
    assert (found["first_year"], found["last_year"]) == (2021, 2038)
    assert len(found["days"]) == 18


@pytest.mark.parametrize(
    "raw, code",
    [
        (b"", "malformed"),
        (b"<html>Sign in</html>", "malformed"),
        (b"\xff\xfe\x00", "malformed"),
        (b"BEGIN:VCALENDAR\r\n", "malformed"),
        (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", "malformed"),
        (file() + file(), "malformed"),
        (file(["EXDATE;VALUE=DATED20251225,20271225"]), "malformed"),
        (file(), "no_days"),
        (file(event("DTSTART;VALUE=DATE:19990101")), "no_days"),
        (file(event("DTSTART:20261224T140000")), "no_days"),
        (b" " * (LARGEST + 1), "too_large"),
        (file(*[event("DTSTART;VALUE=DATE:20261225")] * (MOST_EVENTS + 1)), "too_many"),
    ],
)
def test_it_refuses(raw, code):
    assert faults(raw) == [("/ical", code)]


def test_it_closes_no_more_days_than_anybody_means():
    year_long = [
        event(f"DTSTART;VALUE=DATE:{year}0101", "DURATION:P366D", uid=str(year))
        for year in range(2021, 2039)
    ]
    assert faults(file(*year_long)) == [("/ical", "too_many")]


def test_days_that_no_year_has_are_not_looked_for_for_ever():
    never = "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"
    begun = event("DTSTART;VALUE=DATE:20200101", never)
    assert faults(file(*[begun] * 100)) == [("/ical", "no_days")]
