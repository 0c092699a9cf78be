"""foresee says whether a policy can be kept by those who are there, and what would cure it."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sla.drawn import Case, cases
from tickets.sla.calendars import ROUND_THE_CLOCK, add, elapsed, parse_hours
from tickets.sla.forecast import Addition, Forecast, foresee, is_tolerable, open_longer
from tickets.sla.foretelling import foretell
from tickets.sla.openings import Openings, instant, ticks

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TWO_DAYS_S = 48 * 3600
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = parse_hours("UTC", {day: ["09:00-17:00"] for day in WORKDAYS}, {})
SEOUL = parse_hours("Asia/Seoul", {day: ["09:00-18:00"] for day in WORKDAYS}, {})


def daily(*at_hours: float, days: int = 7) -> list[datetime]:
    return [MONDAY + day * DAY + h * HOUR for day in range(days) for h in at_hours]


def test_it_counts_what_falls_due_while_the_roster_is_closed() -> None:
    """What arrives on Thursday and Friday falls due on the weekend."""
    found = foresee(daily(10), TWO_DAYS_S, ROUND_THE_CLOCK, OFFICE)
    assert (found.arrivals, found.closed, found.share) == (7, 2, 2 / 7)
    assert [(cell.weekday, cell.closed) for cell in found.cells if cell.closed] == [(5, 1), (6, 1)]


def test_it_counts_what_leaves_people_no_hour() -> None:
    evening_of_friday, morning_of_friday = MONDAY + 4 * DAY + 16.5 * HOUR, MONDAY + 4 * DAY
    found = foresee([evening_of_friday, morning_of_friday], TWO_DAYS_S, ROUND_THE_CLOCK, OFFICE)
    assert (found.closed, found.out_of_reach, found.least_open_s) == (2, 1, 3600)


def test_it_wants_no_more_open_time_than_was_promised() -> None:
    found = foresee(daily(10), 900, ROUND_THE_CLOCK, ROUND_THE_CLOCK)
    assert (found.least_open_s, found.out_of_reach, found.is_kept) == (900, 0, True)


def test_it_has_nothing_against_a_policy_that_counts_by_the_roster() -> None:
    """Also where the last second of a day is the due time."""
    found = foresee(daily(0, 9, 13, 17), 8 * 3600, OFFICE, OFFICE)
    assert (found.closed, found.out_of_reach, found.cure) == (0, 0, ())


def test_it_counts_real_time_beside_open_hours() -> None:
    found = foresee(daily(10, days=4), 8 * 3600, OFFICE, OFFICE)
    assert (found.real_s, found.open_s) == (24 * 3600, 8 * 3600)


def test_it_finds_the_fewest_hours_that_cure() -> None:
    """Three fall due on Sunday, one on Saturday: one hour of Sunday leaves one of thirty."""
    often = [MONDAY + 4 * DAY + 12.5 * HOUR] * 3 + [MONDAY + 3 * DAY + 10.5 * HOUR]
    found = foresee(often + [MONDAY + 10 * HOUR] * 26, TWO_DAYS_S, ROUND_THE_CLOCK, OFFICE)
    assert (found.closed, found.cure) == (4, (Addition(6, 12, 13),))
    assert (found.closed_then, found.hours_more, found.is_cured) == (1, 1, True)


def test_it_joins_hours_that_follow_each_other() -> None:
    found = foresee(daily(10.5, 11.5), TWO_DAYS_S, ROUND_THE_CLOCK, OFFICE)
    assert [(one.day, one.spelled) for one in found.cure] == [
        ("sat", "10:00-12:00"),
        ("sun", "10:00-12:00"),
    ]
    assert found.closed_then == 0


def test_it_speaks_of_hours_on_the_wall_of_the_roster() -> None:
    due_on_sunday_morning_there = MONDAY + 3 * DAY + 16.5 * HOUR
    found = foresee([due_on_sunday_morning_there], TWO_DAYS_S, ROUND_THE_CLOCK, SEOUL)
    assert found.cure == (Addition(6, 1, 2),)


def test_it_cures_no_holiday_by_weekly_hours() -> None:
    closed_for_once = parse_hours(
        "UTC", {day: ["09:00-17:00"] for day in WORKDAYS}, {"2026-11-18": []}
    )
    found = foresee([MONDAY + 10 * HOUR], TWO_DAYS_S, ROUND_THE_CLOCK, closed_for_once)
    assert (found.closed, found.cure, found.closed_then, found.is_cured) == (1, (), 1, False)
    assert "No weekly hours" in foretell(found, roster="Office")[-1]


@pytest.mark.parametrize(
    "closed, arrivals, tolerable",
    [(0, 0, True), (0, 1, True), (4, 100, True), (5, 100, False), (1, 10, False)],
)
def test_it_tolerates_less_than_one_in_twenty(closed: int, arrivals: int, tolerable: bool) -> None:
    assert is_tolerable(closed, arrivals) is tolerable


def test_it_says_of_nothing_that_nothing_can_be_said() -> None:
    found = foresee([], TWO_DAYS_S, OFFICE, OFFICE)
    assert found == Forecast(TWO_DAYS_S, 0)
    assert foretell(found, roster="Office")[0].startswith("Nothing has arrived")


def test_it_is_told_in_sentences() -> None:
    found = foresee(daily(16.5), TWO_DAYS_S, ROUND_THE_CLOCK, OFFICE)
    assert foretell(found, roster="Office") == (
        "2 of 7 arrivals (28.6 %) fall due while Office is closed.",
        "Most of these fall due on Saturday between 16:00 and 17:00: 1.",
        "1 (14.3 %) have less than 1 hour of open time until then: these cannot be kept at all.",
        "Half of them have at most 48 hours in real time and 15 hours 30 minutes in open hours.",
        "With Office open also on Saturday 16:00-17:00, Sunday 16:00-17:00, 2 hours a week,"
        " it is 0.0 %.",
    )


LATE = parse_hours("UTC", {"fri": ["22:00-02:30"], "sat": ["09:30-12:00"]}, {})


@pytest.mark.parametrize(
    "more, saturday",
    [
        (Addition(5, 1, 4), ((150, 240), (570, 720))),
        (Addition(5, 9, 13), ((540, 570), (570, 720), (720, 780))),
        (Addition(5, 10, 12), ((570, 720),)),
        (Addition(5, 23, 24), ((570, 720), (1380, 1440))),
    ],
)
def test_it_opens_longer_only_where_it_was_closed(more: Addition, saturday: tuple) -> None:
    """The night of Friday goes on until half past two."""
    assert open_longer(LATE, [more]).weekly[5] == saturday


@given(case=cases(), target_s=st.integers(1, 40 * 86_400), after_s=st.integers(0, 400 * 86_400))
@settings(max_examples=60, deadline=None)
def test_it_looks_up_what_calendars_work_out(case: Case, target_s: int, after_s: int) -> None:
    at = case.at + timedelta(seconds=after_s)
    due = add(case.hours, at, target_s)
    laid_out = Openings(case.hours, case.at, due)
    assert laid_out.until(ticks(at)) // 1_000_000 == elapsed(case.hours, case.at, at)
    found = laid_out.reached(laid_out.until(ticks(at)) + target_s * 1_000_000)
    assert instant(found) == due


def test_it_takes_ten_thousand_receipts_in_the_time_of_a_page() -> None:
    receipts = [MONDAY + number * timedelta(minutes=13) for number in range(10_000)]
    started = time.process_time()
    foresee(receipts, TWO_DAYS_S, ROUND_THE_CLOCK, SEOUL)
    assert time.process_time() - started < 1
