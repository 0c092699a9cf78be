"""A deadline adds up: short histories, the time that counted, and what the customer would read."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sla.drawn import Case, cases
from tickets.sla.calendars import ROUND_THE_CLOCK, Hours, elapsed, parse_hours
from tickets.sla.explain import Sum, add_up
from tickets.sla.ledger import Event, fold, is_overdue
from tickets.sla.phrases import PHRASES
from tickets.sla.telling import tell
from tickets.sla.what_if import Otherwise, due_otherwise

FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUR = 3600
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = parse_hours("UTC", {day: ["09:00-17:00"] for day in WORKDAYS}, {})
HOLIDAY = parse_hours(
    "UTC",
    {day: ["09:00-17:00"] for day in WORKDAYS},
    {"2026-11-23": [], "2026-11-21": ["10:00-12:00"]},
)


def after(hours: float) -> datetime:
    return FRIDAY + timedelta(hours=hours)


def told(*happenings: tuple, target_h: int = 48) -> list[Event]:
    first = Event("started", FRIDAY, {"target_s": target_h * HOUR})
    return [first, *(Event(kind, after(h), *data) for kind, h, *data in happenings)]


def added(events: list[Event], hours: Hours = ROUND_THE_CLOCK, *, now_h: float = 100) -> Sum:
    return add_up(events, hours, now=after(now_h))


def read(events: list[Event], hours: Hours = ROUND_THE_CLOCK) -> str:
    return "\n".join(tell(added(events, hours), events, hours, kind="follow_up"))


STRETCHES = [
    ("round the clock it is one stretch", [], ROUND_THE_CLOCK, 48, [(0, 48, True)]),
    (
        "a pause does not count",
        [("paused", 10), ("resumed", 30)],
        ROUND_THE_CLOCK,
        48,
        [(0, 10, True), (10, 30, False), (30, 68, True)],
    ),
    (
        "a night does not count",
        [],
        OFFICE,
        12,
        [(0, 8, True), (8, 72, False), (72, 76, True)],
    ),
    (
        "a holiday does not count, and special hours do",
        [],
        HOLIDAY,
        12,
        [
            (0, 8, True),
            (8, 25, False),
            (25, 27, True),
            (27, 72, False),
            (72, 80, False),
            (80, 96, False),
            (96, 98, True),
        ],
    ),
    (
        "a pause that lasts ends now",
        [("paused", 10)],
        ROUND_THE_CLOCK,
        48,
        [(0, 10, True), (10, 100, False)],
    ),
    (
        "a pause that ends the clock ends with it",
        [("paused", 10), ("void", 20, {"reason": "spam"})],
        ROUND_THE_CLOCK,
        48,
        [(0, 10, True), (10, 20, False)],
    ),
    (
        "contact ends a pause",
        [("paused", 10), ("met", 20)],
        ROUND_THE_CLOCK,
        48,
        [(0, 10, True), (10, 20, False), (20, 58, True)],
    ),
    (
        "an earlier receipt governs",
        [("brought_forward", 5, {"started_at": after(-2).isoformat()})],
        ROUND_THE_CLOCK,
        48,
        [(-2, 46, True)],
    ),
    (
        "a breach is added up to its due time",
        [("breached", 50), ("met", 60)],
        ROUND_THE_CLOCK,
        48,
        [(0, 48, True)],
    ),
]


@pytest.mark.parametrize(
    "happenings, hours, target_h, expected",
    [s[1:] for s in STRETCHES],
    ids=[s[0] for s in STRETCHES],
)
def test_it_names_every_stretch(happenings, hours, target_h, expected) -> None:
    summed = added(told(*happenings, target_h=target_h), hours)
    assert [(s.start, s.end, s.counts) for s in summed.stretches] == [
        (after(start), after(end), counts) for start, end, counts in expected
    ]


def test_it_says_why_each_stretch_counts_or_not() -> None:
    whys = [s.why for s in added(told(target_h=12), HOLIDAY).stretches]
    assert whys == [
        "opening hours",
        "outside opening hours",
        "special hours on 2026-11-21",
        "outside opening hours",
        "closed on 2026-11-23",
        "outside opening hours",
        "opening hours",
    ]


@given(cases(), st.lists(st.integers(0, 20 * 86_400), max_size=5), st.integers(1, 30 * 86_400))
@settings(deadline=None)
def test_what_counted_at_the_due_time_is_the_target(
    case: Case, steps: list[int], target: int
) -> None:
    events, at = [Event("started", case.at, {"target_s": target})], case.at
    for place, step in enumerate(steps):
        at += timedelta(seconds=step)
        if is_overdue(fold(events, case.hours), at):  # every act notes a passed deadline first
            events.append(Event("breached", at))
        events.append(Event("resumed" if place % 2 else "paused", at))
    summed = add_up(events, case.hours, now=at)
    expected = target if summed.reading.due_at else summed.reading.spent_s
    assert summed.counted_s == expected
    assert summed.reading == fold(events, case.hours)


@given(cases(), st.integers(1, 30 * 86_400))
@settings(deadline=None)
def test_the_stretches_leave_no_gap_and_count_what_is_counted(case: Case, target: int) -> None:
    summed = add_up([Event("started", case.at, {"target_s": target})], case.hours, now=case.at)
    stretches = summed.stretches
    assert (stretches[0].start, stretches[-1].end) == (case.at, summed.reading.due_at)
    assert all(a.end == b.start for a, b in pairwise(stretches))
    counted = sum((s.end - s.start for s in stretches if s.counts), timedelta(0))
    assert (
        counted // timedelta(seconds=1)
        == summed.counted_s
        == elapsed(case.hours, case.at, stretches[-1].end)
    )


TOLD = [
    (
        "the promise",
        [],
        ROUND_THE_CLOCK,
        "that a person answers within 48 hours, counted round the clock.",
    ),
    ("opening hours", [], OFFICE, "within 48 hours, counted in opening hours."),
    ("the receipt", [], ROUND_THE_CLOCK, "runs from Friday 20 November 2026, 09:00 (UTC)"),
    ("the due time", [], ROUND_THE_CLOCK, "So it falls due on Sunday 22 November 2026, 09:00"),
    (
        "a pause",
        [("paused", 10), ("resumed", 30)],
        ROUND_THE_CLOCK,
        "we waited for the customer: 20 hours did not count.",
    ),
    ("a pause that lasts", [("paused", 10)], ROUND_THE_CLOCK, "10 hours have counted; 38 hours"),
    ("a holiday", [], HOLIDAY, "We were closed on 2026-11-23"),
    ("the days", [], OFFICE, "8 hours on Friday 20 November 2026, 8 hours on Monday 23"),
    ("contact in time", [("met", 10)], ROUND_THE_CLOCK, "19:00 (UTC), 38 hours before."),
    ("a breach", [("breached", 49)], ROUND_THE_CLOCK, "It was not kept; we noted that on Sunday"),
    ("late contact", [("breached", 49), ("met", 50)], ROUND_THE_CLOCK, "2 hours late."),
    (
        "a letter that died",
        [("met", 10), ("contact_failed", 20)],
        ROUND_THE_CLOCK,
        "What was written on Friday 20 November 2026, 19:00 (UTC) reached nobody",
    ),
    (
        "an end without contact",
        [("void", 10, {"reason": "spam"})],
        ROUND_THE_CLOCK,
        "It ended on Friday 20 November 2026, 19:00 (UTC) without contact: spam.",
    ),
    (
        "a changed target",
        [("retargeted", 10, {"target_s": 24 * HOUR})],
        ROUND_THE_CLOCK,
        "On Friday 20 November 2026, 19:00 (UTC) that became 24 hours.",
    ),
]


@pytest.mark.parametrize(
    "happenings, hours, sentence", [t[1:] for t in TOLD], ids=[t[0] for t in TOLD]
)
def test_it_tells(happenings, hours, sentence) -> None:
    assert sentence in read(told(*happenings), hours)


def test_many_days_are_told_in_one_sentence() -> None:
    text = read(told(target_h=200), OFFICE)
    assert "25 days counted, from Friday 20 November 2026 to Thursday 24 December 2026" in text


class TestInKorean:
    def say(self, *happenings: tuple, hours: Hours = ROUND_THE_CLOCK) -> str:
        events = told(*happenings)
        summed = added(events, hours)
        return "\n".join(tell(summed, events, hours, kind="follow_up", language="ko"))

    def test_it_tells_the_promise_and_the_due_time(self) -> None:
        text = self.say()
        assert "48시간 안에 담당자가 답하기로 약속했습니다(24시간 기준)." in text
        assert "따라서 기한은 2026년 11월 22일(일) 09:00 (UTC)입니다." in text

    def test_it_says_as_much_as_in_english(self) -> None:
        for _, happenings, hours, _ in TOLD:
            events = told(*happenings)
            korean = self.say(*happenings, hours=hours).splitlines()
            assert len(korean) == len(read(events, hours).splitlines())
            assert not [line for line in korean if not any("가" <= c <= "힣" for c in line)]

    def test_both_tongues_know_the_same_phrases(self) -> None:
        english, korean = PHRASES["en"], PHRASES["ko"]
        slots = re.compile(r"\{(\w+)\}")
        assert english.keys() == korean.keys()
        for name, phrase in english.items():
            assert {*slots.findall(korean[name])} == {*slots.findall(phrase)}, name


def test_a_law_is_named_and_what_would_be_otherwise() -> None:
    events, targets = told(), {"normal": 48 * HOUR, "urgent": 4 * HOUR}
    other = due_otherwise(fold(events, ROUND_THE_CLOCK), ROUND_THE_CLOCK, targets, now=after(1))
    assert other == [Otherwise("urgent", after(4))]
    more = {"kind": "follow_up", "law": "DISP 1.6.2R", "otherwise": other}
    text = "\n".join(tell(added(events), events, ROUND_THE_CLOCK, **more))
    assert "DISP 1.6.2R obliges us to it." in text
    assert "With priority urgent it would be due on Friday 20 November 2026, 13:00 (UTC)." in text


def test_of_what_does_not_run_nothing_would_be_otherwise() -> None:
    targets = {"urgent": 4 * HOUR}
    for happenings in ([("met", 1)], [("paused", 1)], [("breached", 49)]):
        reading = fold(told(*happenings), ROUND_THE_CLOCK)
        assert due_otherwise(reading, ROUND_THE_CLOCK, targets, now=after(50)) == []
