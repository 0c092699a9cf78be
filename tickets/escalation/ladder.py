"""Which rungs a clock has passed, and when the next one comes. Pure.

Rungs are reckoned from the due time and the clock's own hours, never from when somebody looks: a
late sweep moves none of them.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from tickets.escalation.conditions import Facts
from tickets.escalation.rungs import Rung, When
from tickets.sla.calendars import Hours, add
from tickets.sla.ledger import RUNNING, Reading, is_overdue

A_MOMENT = timedelta(milliseconds=1)


class Moment(NamedTuple):
    """When a clock passes a rung. `number` counts the rungs of its kind, from 1."""

    at: datetime
    number: int
    rung: Rung


class Pause(NamedTuple):
    """Somebody has taken note: until then no rung is heard. `held` are those passed meanwhile."""

    until: datetime
    held: Collection[When] = ()


class Look(NamedTuple):
    """What one look at a clock finds: rungs passed and not yet noted, lowest first; which rungs are
    heard; when to look again, if ever; and those that a pause has held back."""

    passed: Sequence[Moment]
    heard: Sequence[Moment]
    next_at: datetime | None
    held: Sequence[Moment] = ()


NOTHING = Look([], [], None)


def rungs_of(kind: str, rungs: Iterable[Rung]) -> list[Rung]:
    return [rung for rung in rungs if rung.clock == kind]


def moments(rungs: Iterable[Rung], reading: Reading, hours: Hours) -> list[Moment]:
    """When this clock passes each of these rungs, earliest first; never while it is paused."""
    if reading.due_at is None:
        return []
    return sorted(
        Moment(_at(rung.when, reading, reading.due_at, hours), number, rung)
        for number, rung in enumerate(rungs, start=1)
    )


def passed(moment: Moment, due_at: datetime, now: datetime) -> bool:
    """The last instant of a promise still keeps it: a rung at the due time is passed after it."""
    return moment.at <= now if moment.at < due_at else due_at < now and moment.at <= now


def next_after(found: Iterable[Moment], reading: Reading, now: datetime) -> datetime | None:
    """When this clock wants to be looked at again: its next rung, or its deadline."""
    if reading.due_at is None:
        return None
    ahead = [moment.at for moment in found if not passed(moment, reading.due_at, now)]
    if reading.state == RUNNING and not is_overdue(reading, now):
        ahead.append(reading.due_at)
    # Never the present itself: whoever sweeps would find the row again and again.
    return max(min(ahead), now + A_MOMENT) if ahead else None


def look(
    found: list[Moment],
    reading: Reading,
    raised: Collection[When],
    now: datetime,
    *,
    pause: Pause | None = None,
    facts: Facts | None = None,
) -> Look:
    """`raised` are the rungs that this clock has passed before, on this ladder or another one.

    A rung that is not for a ticket of these facts is passed like any other, and never heard.

    Of several passed at once only the highest is heard, and none that lies below one raised before:
    a rung that was added to the ladder later is not news. While a pause lasts nothing is heard;
    then the climb goes on from the highest rung passed.
    """
    if not reading.is_live or reading.due_at is None:
        return NOTHING
    gone = [moment for moment in found if passed(moment, reading.due_at, now)]
    fresh = [moment for moment in gone if moment.rung.when not in raised]
    next_at, held = next_after(found, reading, now), pause.held if pause else ()
    if pause and now < pause.until:
        waits = [pause.until] if fresh or held else []
        return Look(fresh, [], min([*waits, *([next_at] if next_at else [])], default=None))
    back = [moment for moment in gone if moment.rung.when in held]
    news = [moment for moment in (*fresh, *back) if is_for(moment, facts)]
    top = max((m.at for m in gone if m in news or m.rung.when in raised), default=now)
    return Look(fresh, [moment for moment in news if moment.at == top], next_at, back)


def is_for(moment: Moment, facts: Facts | None) -> bool:
    return facts is None or not moment.rung.only_if.unmet(facts)


def _at(when: When, reading: Reading, due_at: datetime, hours: Hours) -> datetime:
    if when.measure == "after_due_s":
        return max(due_at + timedelta(seconds=when.amount), reading.started_at)
    ahead_s = reading.target_s * when.amount // 100 - reading.spent_s
    if ahead_s <= 0:
        # Passed before a pause, and not noted then: it counts from when the clock ran on.
        return reading.running_since
    return min(add(hours, reading.running_since, ahead_s), due_at)
