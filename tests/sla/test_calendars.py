"""Calendars: what any calendar holds to, at any instant, and the odd nights by name."""

import ast
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sla import walk
from tests.sla.drawn import ZONES, cases, clock_changes
from tests.sla.walk import Walk
from tickets.sla.calendars import (
    ROUND_THE_CLOCK,
    Hours,
    add,
    elapsed,
    is_open,
    next_open,
    parse_hours,
    segments,
)

SECOND = timedelta(seconds=1)
FORTY_EIGHT_HOURS = 172_800
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def every_day(hours):
    return dict.fromkeys(WEEK, hours)


# The shortest week drawn is 15 minutes: twice the longest duration stays within a century of it.
durations = st.one_of(st.integers(0, 200_000), st.integers(0, 20 * 86_400))


def hundreds(share):
    """So many times what the profile says, which is a hundred by default."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    examples = share * settings.default.max_examples
    return settings(max_examples=examples, deadline=None, suppress_health_check=slow)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@hundreds(8)
@given(cases(), durations, durations)
def test_what_is_added_has_elapsed_and_adds_up(case, first, second):
    hours, at = case
    due = add(hours, at, first)
    assert elapsed(hours, at, due) == first
    assert add(hours, due, second) == add(hours, at, first + second)
    assert due.tzinfo is UTC


@hundreds(2)
@given(cases(), st.integers(0, 400_000))
def test_nothing_passes_before_the_next_opening(case, later):
    hours, at = case
    opens = next_open(hours, at)
    assert opens >= at
    assert is_open(hours, opens)
    assert elapsed(hours, at, opens) == 0
    assert next_open(hours, at + later * SECOND) >= opens


@hundreds(5)
@given(cases(), durations, st.integers(0, 400_000))
def test_nothing_falls_due_earlier_by_being_later_or_longer(case, seconds, more):
    hours, at = case
    due = add(hours, at, seconds)
    assert add(hours, at, seconds + more) >= due
    assert add(hours, at + more * SECOND, seconds) >= due
    assert elapsed(hours, at, due + more * SECOND) >= seconds
    assert elapsed(hours, at, due) >= elapsed(hours, min(at + more * SECOND, due), due)


@hundreds(2)
@given(cases(), st.lists(st.tuples(st.integers(0, 172_800), durations), min_size=1, max_size=5))
def test_a_walk_along_the_wall_clock_finds_the_same(case, questions):
    hours, at = case
    minute = at.replace(second=0, microsecond=0)
    walked = Walk(hours.zone.key, hours.weekly, hours.exceptions, minute, 4800)
    for later, seconds in questions:
        since = at + later * SECOND
        assert elapsed(hours, at, since) == walked.elapsed(at, since) // SECOND
        assert next_open(hours, since) == walked.next_open(since) or walked.next_open(since) is None
        assert is_open(hours, since) == (walked.next_open(since) == since)
        due = walked.add(since, seconds * SECOND)
        assert due is None or due == add(hours, since, seconds)


@hundreds(2)
@given(cases(), st.integers(0, 900 * 86_400))
def test_segments_follow_each_other_and_add_up(case, span):
    hours, at = case
    end = at + span * SECOND
    parts = list(segments(hours, at, end))
    edges = [edge for part in parts for edge in (part.start, part.end)]
    assert edges[:1] == [at][: len(parts)]
    assert edges[1:-1:2] == edges[2::2]
    assert edges[-1:] == [end][: len(parts)]
    assert edges == sorted(edges)
    assert all(a[2:] != b[2:] for a, b in pairwise(parts))
    opened = sum((part.end - part.start for part in parts if part.open), timedelta(0))
    assert opened // SECOND == elapsed(hours, at, end)


@hundreds(3)
@given(cases(), st.integers(0, 4 * 10**8))
def test_round_the_clock_is_plain_addition(case, seconds):
    never_closed = parse_hours(case.hours.zone.key, every_day(["00:00-24:00"]), {})
    same_by_arithmetic = Hours(never_closed.zone, never_closed.weekly, {date(2999, 1, 1): ()})
    for hours in (ROUND_THE_CLOCK, never_closed, same_by_arithmetic):
        assert add(hours, case.at, seconds) == case.at + seconds * SECOND
        assert elapsed(hours, case.at, case.at + seconds * SECOND) == seconds


@pytest.mark.parametrize("zone", ZONES)
def test_48_hours_are_48_hours_over_every_clock_change(zone):
    for hours in (
        ROUND_THE_CLOCK,
        Hours(ZoneInfo(zone), parse_hours(zone, every_day(["00:00-24:00"]), {}).weekly, {}),
    ):
        for change in clock_changes(zone):
            due = add(hours, change - timedelta(hours=20), FORTY_EIGHT_HOURS)
            assert due == change + timedelta(hours=28)
            assert elapsed(hours, change - timedelta(hours=20), due) == FORTY_EIGHT_HOURS


# zone, the hours of every weekday, a start, open seconds, and the due time, all UTC.
ODD_NIGHTS = {
    "spring_takes_an_hour_of_the_night": (
        "Europe/Berlin", ["22:00-06:00"], "2026-03-28T21:00", 7 * 3600, "2026-03-29T04:00"),
    "autumn_gives_an_hour_to_the_night": (
        "Europe/Berlin", ["22:00-06:00"], "2026-10-24T20:00", 9 * 3600, "2026-10-25T05:00"),
    "an_opening_in_the_gap_is_its_end": (
        "Europe/Berlin", ["02:30-04:00"], "2026-03-29T00:00", 3600, "2026-03-29T02:00"),
    "hours_inside_the_gap_do_not_happen": (
        "Europe/Berlin", ["02:10-02:50"], "2026-03-29T00:00", 2400, "2026-03-30T00:50"),
    "a_repeated_opening_is_its_first_pass": (
        "Europe/Berlin", ["02:30-03:30"], "2026-10-25T00:00", 2 * 3600, "2026-10-25T02:30"),
    "a_repeated_closing_is_its_first_pass": (
        "Europe/Berlin", ["01:00-02:30"], "2026-10-24T23:00", 5401, "2026-10-26T00:00:01"),
    "the_south_springs_in_october": (
        "Australia/Sydney", ["00:00-04:00"], "2026-10-03T14:00", 3 * 3600, "2026-10-03T17:00"),
    "lord_howe_springs_half_an_hour": (
        "Australia/Lord_Howe", ["01:00-03:00"], "2026-10-03T14:30", 5400, "2026-10-03T16:00"),
    "lord_howe_falls_half_an_hour": (
        "Australia/Lord_Howe", ["01:00-03:00"], "2026-04-04T14:00", 9000, "2026-04-04T16:30"),
    "casablanca_falls_for_ramadan": (
        "Africa/Casablanca", ["22:00-06:00"], "2026-02-14T21:00", 9 * 3600, "2026-02-15T06:00"),
    "el_aaiun_springs_after_it": (
        "Africa/El_Aaiun", ["22:00-06:00"], "2026-03-21T22:00", 7 * 3600, "2026-03-22T05:00"),
    "gaza_springs_on_a_saturday": (
        "Asia/Gaza", ["22:00-06:00"], "2023-04-28T20:00", 7 * 3600, "2023-04-29T03:00"),
    "troll_springs_two_hours": (
        "Antarctica/Troll", ["22:00-06:00"], "2026-03-28T22:00", 6 * 3600, "2026-03-29T04:00"),
    "troll_falls_two_hours": (
        "Antarctica/Troll", ["22:00-06:00"], "2026-10-24T20:00", 10 * 3600, "2026-10-25T06:00"),
    "caracas_fell_half_an_hour": (
        "America/Caracas", ["22:00-06:00"], "2007-12-09T02:00", 30_600, "2007-12-09T10:30"),
    "caracas_sprang_half_an_hour": (
        "America/Caracas", ["22:00-06:00"], "2016-05-01T02:30", 27_000, "2016-05-01T10:00"),
    "istanbul_kept_its_summer": (
        "Europe/Istanbul", ["09:00-18:00"], "2016-12-01T06:00", 9 * 3600, "2016-12-01T15:00"),
    "pyongyang_lost_half_an_hour_at_midnight": (
        "Asia/Pyongyang", ["23:00-01:00"], "2018-05-04T14:30", 5400, "2018-05-04T16:00"),
    "apia_had_no_30_december": (
        "Pacific/Apia", ["09:00-18:00"], "2011-12-30T03:00", 3601, "2011-12-30T19:00:01"),
    "st_johns_went_back_a_minute_after_midnight": (
        "America/St_Johns", ["00:00-01:00"], "2010-11-07T02:30", 7200, "2010-11-07T04:30"),
    "cairo_goes_back_into_the_day_before": (
        "Africa/Cairo", ["23:00-01:00"], "2026-10-29T20:00", 3 * 3600, "2026-10-29T23:00"),
    "recife_went_forward_and_back_in_a_week": (
        "America/Recife", ["09:00-10:00"], "2000-10-06T13:00", 9 * 3600, "2000-10-15T13:00"),
}  # fmt: skip


@pytest.mark.parametrize("night", ODD_NIGHTS)
def test_odd_nights(night):
    zone, daily, start, seconds, due = ODD_NIGHTS[night]
    hours = parse_hours(zone, every_day(daily), {})
    assert add(hours, utc(start), seconds) == utc(due)
    assert elapsed(hours, utc(start), utc(due)) == seconds


BERLIN_WEEK = {
    **{day: ["09:00-12:00", "13:00-18:00"] for day in WEEK[:4]},
    "fri": ["09:00-12:00", "22:00-02:00"],
}
BERLIN = parse_hours(
    "Europe/Berlin", BERLIN_WEEK, {"2026-12-25": [], "2026-12-27": ["10:00-11:00"]}
)


def test_an_exception_takes_the_hours_that_start_on_its_date_and_no_others():
    assert next_open(BERLIN, utc("2026-12-25T00:00")) == utc("2026-12-27T09:00")
    assert is_open(BERLIN, utc("2026-12-19T00:30"))
    assert not is_open(BERLIN, utc("2026-12-26T00:30"))
    assert elapsed(BERLIN, utc("2026-12-25T00:00"), utc("2026-12-28T00:00")) == 3600


def test_an_exception_closes_even_what_never_closes():
    hours = parse_hours("UTC", every_day(["00:00-24:00"]), {"2026-12-25": []})
    assert add(hours, utc("2026-12-24T12:00"), FORTY_EIGHT_HOURS) == utc("2026-12-27T12:00")


def test_segments_name_what_opened_and_what_closed():
    said = [
        (f"{part.start:%d %H:%M}", f"{part.end:%H:%M}", part.open, part.reason)
        for part in segments(BERLIN, utc("2026-12-24T16:00"), utc("2026-12-28T09:00"))
    ]
    assert said == [
        ("24 16:00", "17:00", True, "weekly open"),
        ("24 17:00", "08:00", False, "weekly closed"),
        ("25 08:00", "11:00", False, "exception 2026-12-25"),
        ("25 11:00", "21:00", False, "weekly closed"),
        ("25 21:00", "01:00", False, "exception 2026-12-25"),
        ("26 01:00", "09:00", False, "weekly closed"),
        ("27 09:00", "10:00", True, "exception 2026-12-27"),
        ("27 10:00", "08:00", False, "weekly closed"),
        ("28 08:00", "09:00", True, "weekly open"),
    ]


def test_segments_name_the_holiday():
    hours = parse_hours(
        "Europe/Berlin",
        BERLIN_WEEK,
        {"2026-12-24": ["09:00-10:00"]},
        {"2026-12-24": "Christmas Eve", "2026-12-25": "Christmas Day", "2026-12-26": "St Stephen"},
    )
    parts = segments(hours, utc("2026-12-24T00:00"), utc("2026-12-28T00:00"))
    assert list(dict.fromkeys((part.open, part.reason) for part in parts)) == [
        (False, "weekly closed"),
        (True, "exception 2026-12-24, Christmas Eve"),
        (False, "exception 2026-12-24, Christmas Eve"),
        (False, "exception 2026-12-25, Christmas Day"),
    ]


def test_a_promise_that_uses_the_day_up_falls_due_at_closing():
    assert add(BERLIN, utc("2026-11-23T08:00"), 8 * 3600) == utc("2026-11-23T17:00")
    assert add(BERLIN, utc("2026-11-23T17:00"), 0) == utc("2026-11-23T17:00")
    assert not is_open(BERLIN, utc("2026-11-23T17:00"))
    assert is_open(BERLIN, utc("2026-11-23T08:00"))


def test_whole_weeks_end_where_their_last_hours_do():
    assert add(BERLIN, utc("2026-11-23T08:00"), 39 * 3600) == utc("2026-11-28T01:00")
    assert add(BERLIN, utc("2026-11-23T08:00"), 2 * 39 * 3600) == utc("2026-12-05T01:00")


def test_a_skipped_date_never_opens():
    apia = parse_hours("Pacific/Apia", every_day(["09:00-18:00"]), {})
    assert next_open(apia, utc("2011-12-30T05:00")) == utc("2011-12-30T19:00")
    assert len(list(segments(apia, utc("2011-12-30T05:00"), utc("2011-12-30T19:00")))) == 1


def test_a_date_that_begins_before_the_last_one_ends_is_counted_once():
    """In St John's it was 00:01 on 7 November 2010, and then 23:01 on the 6th again."""
    hours = parse_hours("America/St_Johns", every_day(["00:00-10:00"]), {})
    before, after = utc("2010-11-07T02:30:30"), utc("2010-11-07T03:00")
    assert elapsed(hours, before, after) == 1770
    assert is_open(hours, after)
    assert [part.open for part in segments(hours, before, after)] == [True]
    assert add(hours, after, 3600) == utc("2010-11-07T04:00")


def test_parts_of_a_second_are_kept_while_open_and_lost_in_a_wait():
    half = timedelta(milliseconds=500)
    assert add(BERLIN, utc("2026-11-23T10:59:59") + half, 1) == utc("2026-11-23T12:00") + half
    assert add(BERLIN, utc("2026-11-23T07:00") + half, 1) == utc("2026-11-23T08:00:01")


def test_an_instant_may_come_in_any_zone():
    second_pass = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin"))
    nights = parse_hours("Europe/Berlin", {"sun": ["01:00-04:00"]}, {})
    assert add(nights, second_pass, 60) == utc("2026-10-25T01:31")
    assert is_open(nights, second_pass)
    assert elapsed(nights, second_pass.replace(fold=0), second_pass) == 3600


@pytest.mark.parametrize("hours", [BERLIN, ROUND_THE_CLOCK], ids=["berlin", "round_the_clock"])
def test_what_makes_no_sense_is_refused(hours):
    noon = utc("2026-11-23T12:00")
    with pytest.raises(ValueError, match="has no zone"):
        add(hours, datetime(2026, 11, 23), 1)
    with pytest.raises(ValueError, match="runs forward"):
        add(hours, noon, -1)
    with pytest.raises(ValueError, match="is before"):
        elapsed(hours, noon, noon - SECOND)
    with pytest.raises(OverflowError):
        add(hours, noon, 10**12)


def touched(hours, start, seconds):
    """How often `add` asks what a date or a weekday is like; and the due time."""
    asked = []

    class Watched(Hours):
        def on(self, day):
            asked.append(day)
            return super().on(day)

        @property
        def weekday_lengths(self):
            asked.append("a weekday")
            return hours.weekday_lengths

    watched = Watched(hours.zone, hours.weekly, hours.exceptions, hours.names)
    due = add(watched, start, seconds)
    return len(asked), due


def test_a_century_is_counted_by_its_odd_dates_and_not_by_its_weeks():
    always = parse_hours("Europe/Berlin", BERLIN_WEEK, {})
    asked, due = touched(always, utc("2026-11-23T08:00"), 100 * 52 * 39 * 3600)
    assert due.year == 2126
    assert asked < 100 * 30
    holidays = {f"{year}-12-{day}": "Holiday" for year in range(2027, 2127) for day in (25, 26)}
    closed = parse_hours("Europe/Berlin", BERLIN_WEEK, {}, holidays)
    more, _ = touched(closed, utc("2026-11-23T08:00"), 100 * 52 * 39 * 3600)
    assert more < asked + 7 * len(holidays)


def test_a_century_without_clock_changes_is_counted_by_its_years():
    seoul = parse_hours("Asia/Seoul", BERLIN_WEEK, {})
    asked, _ = touched(seoul, utc("2026-11-23T08:00"), 100 * 52 * 39 * 3600)
    assert asked < 100 * 10


def test_the_walk_knows_none_of_our_code():
    tree = ast.parse(Path(walk.__file__).read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {node.module for node in imports} == {"datetime", "zoneinfo"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
