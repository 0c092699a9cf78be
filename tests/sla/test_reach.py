"""refuse_out_of_reach: a calendar that hardly ever opens is refused, never looped over."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tickets.sla.calendars import BadCalendar, add, elapsed, next_open, parse_hours
from tickets.sla.reach import MOST_DATES, refuse_out_of_reach

WORKDAYS = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
START = date(2026, 12, 1)


def closed(days, start=START):
    return {(start + timedelta(days=n)).isoformat(): [] for n in range(days)}


def hours(exceptions, weekly=WORKDAYS, closings=None):
    return parse_hours("Europe/Berlin", weekly, exceptions, closings or {})


def fault(found):
    with pytest.raises(BadCalendar) as refused:
        refuse_out_of_reach(found)
    (one,) = refused.value.faults
    return one.pointer, one.code, one.detail


def test_a_closing_of_more_than_a_year_is_refused_with_its_dates():
    assert fault(hours(closed(400))) == (
        "/exceptions",
        "never_opens",
        "It would be closed from 2026-12-01 to 2028-01-05, more than a year.",
    )


def test_a_long_closing_is_found_behind_a_short_one():
    assert fault(hours(closed(1, date(2020, 1, 1)) | closed(400)))[1] == "never_opens"


def test_holidays_close_as_exceptions_do():
    assert fault(hours({}, closings=dict.fromkeys(closed(400), "Holiday")))[1] == "never_opens"


def test_a_year_with_hardly_an_hour_is_refused():
    scarce = {day: ["09:00-09:01"] if day.endswith("-15") else [] for day in closed(800)}
    assert fault(hours(scarce))[1] == "hardly_opens"


def test_more_dates_than_anybody_means_are_refused():
    assert fault(hours(closed(MOST_DATES + 1)))[1] == "too_many"


@pytest.mark.parametrize(
    "exceptions",
    [
        {},
        closed(300),
        {day: [] for n, day in enumerate(closed(3000)) if n % 7},
        {"2999-12-31": []},
        closed(30, date(2000, 1, 1)) | closed(30, date(2900, 1, 1)),
    ],
    ids=["none", "ten months", "a day a week", "far", "far apart"],
)
def test_what_opens_often_enough_is_let_through(exceptions):
    refuse_out_of_reach(hours(exceptions))


def test_a_minute_a_week_is_let_through():
    """Whether it is enough is for policies to say, of their own targets."""
    sundays = hours({}, {"sun": ["09:00-09:01"]})
    refuse_out_of_reach(sundays)
    assert next_open(sundays, datetime(2026, 12, 1, tzinfo=UTC)).isoweekday() == 7


def test_even_unrefused_a_long_closing_ends():
    """Versions of before this refusal are still read, and must not be looped over."""
    shut = hours(closed(MOST_DATES))
    at = datetime(2026, 12, 1, tzinfo=UTC)
    assert next_open(shut, at).year == 2054
    assert add(shut, at, 172_800) > next_open(shut, at)
    assert elapsed(shut, at, at + timedelta(days=MOST_DATES)) == 0
