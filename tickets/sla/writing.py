"""How what happened to clocks is written: events are appended, rows become the reading of them.

Of many clocks the histories are read in one statement and written in two, however many they are.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import prefetch_related_objects

from cxloop.kernel.copying import copy_rows, rewrite_rows
from tickets.sla.calendars import Hours
from tickets.sla.ledger import Event, Reading, fold, is_overdue
from tickets.sla.models import Clock, ClockEvent, PolicyVersion

FROM_READING = (
    "state",
    "started_at",
    "target_s",
    "due_at",
    "paused_at",
    "met_at",
    "breached_at",
    "detected_at",
    "voided_at",
    "void_reason",
)
_SHOWN = (*FROM_READING, "moved_to", "next_action_at")


class Page:
    """These clocks as one act reads and writes them; their rows must be locked. What happens is
    kept here until `write`, since what happens next may follow from it."""

    def __init__(self, clocks: Iterable[Clock], now: datetime) -> None:
        self.clocks, self.now = list(clocks), now
        prefetch_related_objects(self.clocks, "policy__calendar", "moved_to__calendar")
        self._histories = histories_of(self.clocks)
        self.readings = {c.pk: fold(self._histories[c.pk], first_hours_of(c)) for c in self.clocks}
        self._events: list[ClockEvent] = []
        self._changed: dict[int, Clock] = {}

    def settle(self, clock: Clock, at: datetime) -> bool:
        """Notes a deadline that has passed by then; whether one had."""
        overdue = is_overdue(self.readings[clock.pk], at)
        return overdue and self.happen(clock, Event("breached", at))

    def happen(self, clock: Clock, event: Event) -> bool:
        """Shows the new reading; whether it is one: an event that changes nothing is not kept, but
        for a move, after which other hours hold."""
        events = self._histories[clock.pk]
        after = fold([*events, event], first_hours_of(clock))
        if after == self.readings[clock.pk] and event.hours is None:
            return False
        events.append(event)
        self.readings[clock.pk] = after
        self._events.append(event_row(clock, len(events), event, self.now))
        self._changed[clock.pk] = clock
        show(clock, after, self.now)
        return True

    def write(self) -> None:
        copy_rows(self._events)
        rewrite_rows(list(self._changed.values()), _SHOWN)
        self._events, self._changed = [], {}


def first_hours_of(clock: Clock) -> Hours:
    """In which its events begin; a move among them says which hold from then on."""
    return clock.policy.hours()


def hours_of(clock: Clock) -> Hours:
    """In which it runs now."""
    return clock.under.hours()


def show(clock: Clock, reading: Reading, now: datetime) -> None:
    for name in FROM_READING:
        setattr(clock, name, getattr(reading, name))
    clock.next_action_at = now if reading.is_live else None


def event_row(clock: Clock, position: int, event: Event, now: datetime) -> ClockEvent:
    return ClockEvent(
        clock=clock,
        position=position,
        kind=event.kind,
        at=event.at,
        data=dict(event.data),
        policy=clock.moved_to if event.kind == "moved" else None,
        written_at=now,
    )


def histories_of(clocks: Sequence[Clock]) -> dict[int, list[Event]]:
    """The events of each clock by its number, oldest first."""
    found = ClockEvent.objects.filter(clock__in=clocks).order_by("clock", "position")
    rows = list(found.values_list("clock", "kind", "at", "data", "policy"))
    moves = {policy for *_, policy in rows if policy}
    versions = PolicyVersion.objects.select_related("calendar").in_bulk(moves) if moves else {}
    histories: dict[int, list[Event]] = {clock.pk: [] for clock in clocks}
    for clock, kind, at, data, policy in rows:
        hours = versions[policy].hours() if policy else None
        histories[clock].append(Event(kind, at, data, hours))
    return histories
