"""A clock is the fold of its events. Pure: no Django, no database, nobody asks the time.

running ── met ──────────► met          met_at <= due_at
   │  ▲     ◄── contact_failed          the letter died: the old due time holds
   │  └── resumed ── paused             a paused clock has no due time
   ├── breached ─────────► breached     final; late contact still fills met_at
   └── void ─────────────► void         closed without contact, with a reason
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from tickets.sla.calendars import Hours, add, elapsed

RUNNING, PAUSED, MET, BREACHED, VOID = "running", "paused", "met", "breached", "void"
STATES = (RUNNING, PAUSED, MET, BREACHED, VOID)


NO_DATA: Mapping[str, Any] = MappingProxyType({})


class Event(NamedTuple):
    """`data` by kind: started {target_s}, retargeted {target_s}, brought_forward {started_at},
    met {contact}, void {reason}, moved {target_s}; the others carry none. `hours` are those that
    hold from a move on."""

    kind: str
    at: datetime
    data: Mapping[str, Any] = NO_DATA
    hours: Hours | None = None


class Reading(NamedTuple):
    """What a clock says after its events. Times in UTC, durations in whole seconds.

    `spent_s` was counted before `running_since`; the rest of the target is still to run.
    """

    state: str
    started_at: datetime
    target_s: int
    running_since: datetime
    spent_s: int = 0
    due_at: datetime | None = None
    paused_at: datetime | None = None
    met_at: datetime | None = None
    breached_at: datetime | None = None
    detected_at: datetime | None = None
    voided_at: datetime | None = None
    void_reason: str = ""

    @property
    def is_live(self) -> bool:
        """Still to be kept, or broken and not yet made good: somebody must act."""
        return self.met_at is None and self.voided_at is None

    @property
    def remaining_s(self) -> int:
        return max(self.target_s - self.spent_s, 0)


def fold(events: Iterable[Event], hours: Hours) -> Reading:
    """Reads a clock from its events, oldest first. Raises ValueError on an impossible history."""
    readings = list(trace(events, hours))
    if not readings:
        raise ValueError("a clock without events says nothing")
    return readings[-1]


def trace(events: Iterable[Event], hours: Hours) -> Iterator[Reading]:
    """What the clock said after each of its events."""
    reading: Reading | None = None
    for event in events:
        reading = _start(event, hours) if reading is None else after(reading, event, hours)
        hours = event.hours or hours
        yield reading


def after(reading: Reading, event: Event, hours: Hours) -> Reading:
    """One more event, in the hours that held until then."""
    return _STEPS[event.kind](reading, event, hours)


def hours_after(events: Iterable[Event], hours: Hours) -> Iterator[Hours]:
    """Which hold after each event."""
    for event in events:
        hours = event.hours or hours
        yield hours


def is_overdue(reading: Reading, now: datetime) -> bool:
    """Whether a deadline has passed that nobody has noted yet."""
    return reading.state == RUNNING and reading.due_at is not None and now > reading.due_at


def _start(event: Event, hours: Hours) -> Reading:
    if event.kind != "started":
        raise ValueError(f"a clock starts with 'started', not {event.kind!r}")
    target = int(event.data["target_s"])
    due_at = add(hours, event.at, target)
    return Reading(RUNNING, event.at, target, running_since=event.at, due_at=due_at)


def _aimed(reading: Reading, hours: Hours) -> Reading:
    return reading._replace(due_at=add(hours, reading.running_since, reading.remaining_s))


def _pause(reading: Reading, event: Event, hours: Hours) -> Reading:
    if reading.state != RUNNING:
        return reading
    spent = reading.spent_s + elapsed(hours, reading.running_since, event.at)
    return reading._replace(state=PAUSED, paused_at=event.at, spent_s=spent, due_at=None)


def _resume(reading: Reading, event: Event, hours: Hours) -> Reading:
    if reading.state != PAUSED:
        return reading
    running = reading._replace(state=RUNNING, paused_at=None, running_since=event.at)
    return _aimed(running, hours)


def _retarget(reading: Reading, event: Event, hours: Hours) -> Reading:
    """A shorter target never puts the deadline into the past of the change."""
    changed = reading._replace(target_s=int(event.data["target_s"]))
    if reading.state == PAUSED:
        return changed
    if reading.state != RUNNING:
        return reading
    aimed = _aimed(changed, hours)
    return aimed._replace(due_at=max(aimed.due_at or event.at, event.at))


def _move(reading: Reading, event: Event, hours: Hours) -> Reading:
    """Under another policy from now on: what has counted stays counted, the rest runs by its target
    and in its hours."""
    target = int(event.data["target_s"])
    if reading.state == PAUSED:
        return reading._replace(target_s=target)
    if reading.state != RUNNING:
        return reading
    spent = reading.spent_s + elapsed(hours, reading.running_since, event.at)
    moved = reading._replace(target_s=target, running_since=event.at, spent_s=spent)
    return _aimed(moved, event.hours or hours)


def _bring_forward(reading: Reading, event: Event, hours: Hours) -> Reading:
    """An earlier receipt joined: the earliest governs."""
    earlier = datetime.fromisoformat(event.data["started_at"])
    if reading.state != RUNNING or earlier >= reading.started_at:
        return reading
    return _aimed(reading._replace(started_at=earlier, running_since=earlier), hours)


def _meet(reading: Reading, event: Event, hours: Hours) -> Reading:
    if reading.state == BREACHED:
        return reading._replace(met_at=event.at)
    if reading.state == PAUSED:
        reading = _resume(reading, event, hours)
    if reading.state != RUNNING:
        return reading
    return reading._replace(state=MET, met_at=event.at)


def _fail_contact(reading: Reading, event: Event, hours: Hours) -> Reading:
    if reading.state == BREACHED:
        return reading._replace(met_at=None)
    if reading.state != MET:
        return reading
    return reading._replace(state=RUNNING, met_at=None)


def _breach(reading: Reading, event: Event, hours: Hours) -> Reading:
    if reading.state != RUNNING:
        return reading
    return reading._replace(state=BREACHED, breached_at=reading.due_at, detected_at=event.at)


def _void(reading: Reading, event: Event, hours: Hours) -> Reading:
    """A breach stays a breach: voiding it only ends the climb."""
    if reading.state in (MET, VOID):
        return reading
    state = BREACHED if reading.state == BREACHED else VOID
    reason = str(event.data["reason"])
    return reading._replace(state=state, voided_at=event.at, void_reason=reason)


Step = Callable[[Reading, Event, Hours], Reading]

_STEPS: dict[str, Step] = {
    "paused": _pause,
    "resumed": _resume,
    "retargeted": _retarget,
    "moved": _move,
    "brought_forward": _bring_forward,
    "met": _meet,
    "contact_failed": _fail_contact,
    "breached": _breach,
    "void": _void,
}
EVENT_KINDS = ("started", *_STEPS)
