"""The table of a climb: which rungs are passed, which are heard, when to look again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.escalation.ladder import Pause, look, moments, passed, rungs_of
from tickets.escalation.parsing import parse_rungs
from tickets.escalation.rungs import DEFAULT_RUNGS
from tickets.sla.calendars import ROUND_THE_CLOCK, parse_hours
from tickets.sla.ledger import Event, fold

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday
HOUR = timedelta(hours=1)
WEEK = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
OFFICE = parse_hours("UTC", WEEK, {})
DEFAULT = rungs_of("follow_up", parse_rungs(DEFAULT_RUNGS))
HALF, THREE_QUARTERS, DUE, DAY_AFTER = (rung.when for rung in DEFAULT)


def reading(*events, target_h=48, hours=ROUND_THE_CLOCK):
    """Of a clock with these events, (kind, hours after the start, data)."""
    started = Event("started", START, {"target_s": target_h * 3600})
    later = [Event(kind, START + h * HOUR, dict(*data)) for kind, h, *data in events]
    return fold([started, *later], hours)


def rungs(*heights):
    tell = {"clock": "follow_up", "tell": ["lead"]}
    return parse_rungs([tell | {"when": {measure: amount}} for measure, amount in heights])


def reached(found):
    """Hours from the start at which each rung is reached."""
    return {m.number: (m.at - START) / HOUR for m in found}


def seen(after, *events, raised=(), ladder=DEFAULT, pause=None):
    """Numbers passed, numbers heard, and the next look, in hours from the start."""
    found = reading(*events)
    reach = moments(ladder, found, ROUND_THE_CLOCK)
    result = look(reach, found, raised, START + after * HOUR, pause=pause)
    next_at = result.next_at and round((result.next_at - START) / HOUR, 5)
    return [m.number for m in result.passed], [m.number for m in result.heard], next_at


@pytest.mark.parametrize(
    "after, events, raised, expected",
    [
        (0, [], [], ([], [], 24)),
        (23.99, [], [], ([], [], 24)),
        (24, [], [], ([1], [1], 36)),
        (30, [], [HALF], ([], [], 36)),
        (36, [], [HALF], ([2], [2], 48)),
        (47, [], [], ([1, 2], [2], 48)),
        (48, [], [HALF, THREE_QUARTERS], ([], [], 48)),
        (48.01, [("breached", 48.01)], [HALF, THREE_QUARTERS], ([3], [3], 72)),
        (60, [("breached", 48.01)], [HALF, THREE_QUARTERS, DUE], ([], [], 72)),
        (72, [("breached", 48.01)], [HALF, THREE_QUARTERS, DUE], ([4], [4], None)),
        (90, [("breached", 90)], [], ([1, 2, 3, 4], [4], None)),
        (90, [("breached", 90)], [DUE], ([1, 2, 4], [4], None)),
        (60, [("breached", 60)], [DUE], ([1, 2], [], 72)),
        (90, [("breached", 48.01)], [HALF, THREE_QUARTERS, DUE, DAY_AFTER], ([], [], None)),
        (90, [("met", 40)], [], ([], [], None)),
        (90, [("breached", 48.01), ("met", 50)], [], ([], [], None)),
        (90, [("breached", 48.01), ("void", 50, {"reason": "spam"})], [], ([], [], None)),
        (30, [("void", 20, {"reason": "spam"})], [], ([], [], None)),
        (30, [("paused", 20)], [], ([], [], None)),
        (60, [("met", 20), ("contact_failed", 40), ("breached", 60)], [HALF],
         ([2, 3], [3], 72)),
    ],
)  # fmt: skip
def test_what_one_look_finds(after, events, raised, expected):
    assert seen(after, *events, raised=raised) == expected


@pytest.mark.parametrize(
    "after, until, held, raised, expected",
    [
        (30, 40, [], [HALF], ([], [], 36)),
        (36, 40, [], [HALF], ([2], [], 40)),
        (36, 37, [], [HALF], ([2], [], 37)),
        (38, 40, [THREE_QUARTERS], [HALF, THREE_QUARTERS], ([], [], 40)),
        (40, 40, [THREE_QUARTERS], [HALF, THREE_QUARTERS], ([], [2], 48)),
        (41, 40, [], [HALF, THREE_QUARTERS], ([], [], 48)),
        (41, 40, [], [HALF], ([2], [2], 48)),
        (60, 59, [THREE_QUARTERS, DUE], [HALF, THREE_QUARTERS, DUE], ([], [3], 72)),
        (73, 50, [THREE_QUARTERS], [HALF, THREE_QUARTERS], ([3, 4], [4], None)),
        (73, 80, [], [HALF], ([2, 3, 4], [], 80)),
        (90, 80, [DAY_AFTER], [HALF, THREE_QUARTERS, DUE, DAY_AFTER], ([], [4], None)),
    ],
)  # fmt: skip
def test_a_pause_lets_nothing_be_heard_and_then_the_highest(after, until, held, raised, expected):
    events = [("breached", 48.01)] if after > 48 else []
    pause = Pause(START + until * HOUR, held)
    assert seen(after, *events, raised=raised, pause=pause) == expected


def test_it_looks_at_the_due_time_where_no_rung_stands_there():
    assert seen(30, ladder=rungs(("percent", 50))) == ([1], [1], 48)
    assert seen(30, ladder=()) == ([], [], 48)


def test_it_never_looks_at_the_present_again():
    found = reading()
    now = found.due_at
    assert look([], found, (), now).next_at > now


def test_rungs_at_the_same_time_are_all_heard():
    ladder = rungs(("percent", 25), ("percent", 50), ("after_due_s", -24 * 3600))
    assert seen(24, ladder=ladder) == ([1, 2, 3], [2, 3], 48)


def test_rungs_are_climbed_by_their_time_in_whatever_order_they_are_written():
    ladder = rungs(("after_due_s", 0), ("percent", 75), ("percent", 25))
    assert seen(40, ladder=ladder) == ([3, 2], [2], 48)


@pytest.mark.parametrize(
    "heights, expected",
    [
        ([("percent", 1), ("percent", 100)], {1: 0.48, 2: 48}),
        ([("after_due_s", -3600), ("after_due_s", 5400)], {1: 47, 2: 49.5}),
        ([("after_due_s", -100 * 3600)], {1: 0}),
    ],
)
def test_moments_are_reckoned_from_start_and_due_time(heights, expected):
    assert reached(moments(rungs(*heights), reading(), ROUND_THE_CLOCK)) == pytest.approx(expected)


def test_percent_run_in_the_clocks_own_hours_and_seconds_after_due_in_real_time():
    """16 office hours from Friday 09:00 end on Monday 17:00; the day after is a real day."""
    found = reading(target_h=16, hours=OFFICE)
    at = reached(moments(DEFAULT, found, OFFICE))
    assert at == {1: 8, 2: 72 + 4, 3: 72 + 8, 4: 72 + 8 + 24}


def test_a_pause_moves_what_was_not_reached():
    """Paused after 30 of 48 hours for 100: what is left runs on from there."""
    found = reading(("paused", 30), ("resumed", 130))
    assert reached(moments(DEFAULT, found, ROUND_THE_CLOCK)) == {1: 130, 2: 136, 3: 148, 4: 172}


def test_an_earlier_receipt_brings_every_rung_forward():
    earlier = (START - 10 * HOUR).isoformat()
    found = reading(("brought_forward", 1, {"started_at": earlier}))
    assert reached(moments(DEFAULT, found, ROUND_THE_CLOCK)) == {1: 14, 2: 26, 3: 38, 4: 62}


def test_a_rung_added_below_a_raised_one_is_not_heard():
    ladder = rungs(("percent", 25), ("percent", 50), ("percent", 75))
    assert seen(30, raised=[HALF], ladder=ladder) == ([1], [], 36)


instants = st.integers(0, 100 * 3600).map(lambda s: START + timedelta(seconds=s))
heights = st.lists(
    st.tuples(st.just("percent"), st.integers(1, 100))
    | st.tuples(st.just("after_due_s"), st.integers(-100 * 3600, 100 * 3600)),
    min_size=1,
    max_size=8,
    unique_by=lambda h: ("after_due_s", 0) if h == ("percent", 100) else h,
)


@given(heights, st.lists(instants, max_size=6), st.booleans())
def test_however_often_one_looks_each_rung_is_passed_once_and_none_is_missed(
    drawn, looks, in_office
):
    hours, ladder = (OFFICE if in_office else ROUND_THE_CLOCK), rungs(*drawn)
    raised, end = [], START + 2000 * HOUR
    for now in [*sorted(looks), end]:
        found = reading(hours=hours, target_h=16)
        if now > found.due_at:
            found = reading(("breached", (now - START) / HOUR), hours=hours, target_h=16)
        reach = moments(ladder, found, hours)
        result = look(reach, found, raised, now)
        assert all(m.at <= now for m in result.passed)
        assert all(passed(m, found.due_at, now) for m in result.heard)
        assert len({m.at for m in result.heard}) <= 1
        assert result.next_at is None or result.next_at > now
        raised += [m.rung.when for m in result.passed]
    assert sorted(raised) == sorted(r.when for r in ladder)


@given(heights)
def test_who_comes_at_the_time_it_said_misses_nothing(drawn):
    """From look to look by `next_at` alone, every rung is heard at its own time."""
    ladder, raised, late = rungs(*drawn), [], timedelta(milliseconds=2)
    now = START
    while now is not None:
        found = reading()
        if now > found.due_at:
            found = reading(("breached", (now - START) / HOUR))
        result = look(moments(ladder, found, ROUND_THE_CLOCK), found, raised, now)
        assert all(now - m.at <= late for m in result.heard)
        raised += [m.rung.when for m in result.passed]
        now = result.next_at
    assert sorted(raised) == sorted(r.when for r in ladder)
