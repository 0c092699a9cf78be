"""The judgement of clocks: short histories in hours since the start, and what is read."""

from datetime import UTC, datetime, timedelta

import pytest

from tickets.sla.calendars import ROUND_THE_CLOCK, parse_hours
from tickets.sla.ledger import Event, Reading, fold, is_overdue

T0 = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUR = 3600
OFFICE = parse_hours(
    "UTC", {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}, {}
)


def after(hours: float) -> datetime:
    return T0 + timedelta(hours=hours)


def told(*happenings: tuple, target_h: int = 48) -> list[Event]:
    first = Event("started", T0, {"target_s": target_h * HOUR})
    return [first, *(Event(kind, after(h), *data) for kind, h, *data in happenings)]


def read(*happenings: tuple, target_h: int = 48, hours=ROUND_THE_CLOCK) -> Reading:
    return fold(told(*happenings, target_h=target_h), hours)


MET = ("met", 10, {"contact": 1})
HISTORIES = [
    ("it runs to its target", [], "running", 48),
    ("contact in time meets it", [MET], "met", 48),
    ("contact at the last second meets it", [("met", 48)], "met", 48),
    ("a pause takes the due time away", [("paused", 10)], "paused", None),
    ("a pause is added to the due time", [("paused", 10), ("resumed", 30)], "running", 68),
    (
        "two pauses are added",
        [("paused", 1), ("resumed", 2), ("paused", 3), ("resumed", 5)],
        "running",
        51,
    ),
    ("a second pause changes nothing", [("paused", 10), ("paused", 20)], "paused", None),
    ("resuming what runs changes nothing", [("resumed", 5)], "running", 48),
    ("contact during a pause meets it", [("paused", 10), ("met", 100)], "met", 138),
    (
        "a longer target moves the due time",
        [("retargeted", 5, {"target_s": 72 * HOUR})],
        "running",
        72,
    ),
    (
        "a shorter one never into the past of the change",
        [("retargeted", 30, {"target_s": 24 * HOUR})],
        "running",
        30,
    ),
    (
        "a target changed while paused counts on resuming",
        [("paused", 10), ("retargeted", 20, {"target_s": 24 * HOUR}), ("resumed", 30)],
        "running",
        44,
    ),
    (
        "an earlier receipt governs",
        [("brought_forward", 5, {"started_at": after(-6).isoformat()})],
        "running",
        42,
    ),
    (
        "a later receipt does not",
        [("brought_forward", 5, {"started_at": after(3).isoformat()})],
        "running",
        48,
    ),
    ("a failed contact gives the old due time back", [MET, ("contact_failed", 20)], "running", 48),
    ("a breach keeps the due time", [("breached", 50)], "breached", 48),
    ("late contact does not undo a breach", [("breached", 50), ("met", 60)], "breached", 48),
    ("a breach cannot be paused away", [("breached", 50), ("paused", 51)], "breached", 48),
    (
        "nor retargeted away",
        [("breached", 50), ("retargeted", 51, {"target_s": 96 * HOUR})],
        "breached",
        48,
    ),
    ("nor voided away", [("breached", 50), ("void", 51, {"reason": "spam"})], "breached", 48),
    ("void ends it", [("void", 5, {"reason": "spam"})], "void", 48),
    ("void does not undo a meeting", [MET, ("void", 20, {"reason": "spam"})], "met", 48),
]


@pytest.mark.parametrize(
    ("happenings", "state", "due_h"), [h[1:] for h in HISTORIES], ids=[h[0] for h in HISTORIES]
)
def test_it_reads_a_history(happenings: list, state: str, due_h: float | None) -> None:
    reading = read(*happenings)
    assert reading.state == state
    assert reading.due_at == (None if due_h is None else after(due_h))


def test_a_breach_dates_from_the_due_time_and_is_detected_later() -> None:
    reading = read(("breached", 50))
    assert (reading.breached_at, reading.detected_at) == (after(48), after(50))


def test_late_contact_ends_the_climb() -> None:
    assert read(("breached", 50)).is_live
    late = read(("breached", 50), ("met", 60))
    assert late.met_at == after(60)
    assert not late.is_live


def test_a_failed_late_contact_starts_the_climb_again() -> None:
    reading = read(("breached", 50), ("met", 60), ("contact_failed", 70))
    assert reading.is_live
    assert reading.breached_at == after(48)


def test_a_void_breach_ends_the_climb_and_stays_a_breach() -> None:
    reading = read(("breached", 50), ("void", 51, {"reason": "spam"}))
    assert (reading.state, reading.is_live, reading.void_reason) == ("breached", False, "spam")


def test_the_deadline_itself_is_still_in_time() -> None:
    reading = read()
    assert not is_overdue(reading, after(48))
    assert is_overdue(reading, after(48) + timedelta(microseconds=1))


def test_a_paused_clock_is_never_overdue() -> None:
    assert not is_overdue(read(("paused", 10)), after(10_000))


def test_only_open_hours_count() -> None:
    friday_to_tuesday = read(target_h=16, hours=OFFICE)
    assert friday_to_tuesday.due_at == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


def test_a_pause_over_the_weekend_costs_nothing_in_office_hours() -> None:
    reading = read(("paused", 8), ("resumed", 72), target_h=16, hours=OFFICE)
    assert reading.due_at == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


def test_it_refuses_a_history_without_a_start() -> None:
    with pytest.raises(ValueError, match="starts with"):
        fold([Event("paused", T0)], ROUND_THE_CLOCK)
    with pytest.raises(ValueError, match="without events"):
        fold([], ROUND_THE_CLOCK)
