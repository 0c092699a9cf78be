"""How what happened to clocks is written: events are appended, rows become the reading of them.

Of many clocks the histories are read in one statement and written in two, however many they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from cxloop.kernel.copying import copy_rows, new_row, rewrite_rows
from tickets.sla.calendars import ROUND_THE_CLOCK, Hours
from tickets.sla.ledger import Event, Reading, after, fold, hours_after, is_overdue
from tickets.sla.models import Clock, ClockEvent, Kind, PolicyVersion

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
        attach_policies(self.clocks)
        self._histories = histories_of(self.clocks)
        self.readings: dict[int, Reading] = {}
        self._hours: dict[int, Hours] = {}
        for clock in self.clocks:
            self._read(clock)
        self._events: list[ClockEvent] = []
        self._changed: dict[int, Clock] = {}

    def _read(self, clock: Clock) -> None:
        events, first = self._histories[clock.pk], first_hours_of(clock)
        self.readings[clock.pk] = fold(events, first)
        *_, self._hours[clock.pk] = hours_after(events, first)

    def settle(self, clock: Clock, at: datetime) -> bool:
        """Notes a deadline that has passed by then; whether one had."""
        overdue = is_overdue(self.readings[clock.pk], at)
        return overdue and self.happen(clock, Event("breached", at))

    def happen(self, clock: Clock, event: Event) -> bool:
        """Shows the new reading; whether it is one: an event that changes nothing is not kept, but
        for a move, after which other hours hold."""
        events = self._histories[clock.pk]
        reading = after(self.readings[clock.pk], event, self._hours[clock.pk])
        if reading == self.readings[clock.pk] and event.hours is None:
            return False
        events.append(event)
        self.readings[clock.pk] = reading
        self._hours[clock.pk] = event.hours or self._hours[clock.pk]
        self._events.append(event_row(clock, len(events), event, self.now))
        self._changed[clock.pk] = clock
        show(clock, reading, self.now)
        return True

    def write_all(self, looks: Mapping[int, datetime | None]) -> None:
        """With when to look again at each of the clocks, by its number: the next rung or deadline,
        or none. What had put one off is forgotten: it was looked at."""
        for clock in self.clocks:
            clock.next_action_at = looks[clock.pk]
            clock.attempts, clock.try_after, clock.last_error = 0, None, ""
        copy_rows(self._events)
        rewrite_rows(self.clocks, (*_SHOWN, "attempts", "try_after", "last_error"))
        self._events, self._changed = [], {}

    def write(self) -> None:
        copy_rows(self._events)
        rewrite_rows(list(self._changed.values()), _SHOWN)
        self._events, self._changed = [], {}


def live_page(promises: Iterable[int], kinds: Iterable[str], now: datetime) -> Page:
    """The live clocks of these kinds and promises, locked."""
    live = Clock.objects.filter(promise__in=list(promises)).of_kinds(kinds).live().order_by("pk")
    locked = live.select_for_update(no_key=True, of=("self",))
    return Page(locked.select_related("policy__calendar", "moved_to__calendar"), now)


def settled(page: Page, at: datetime) -> Page:
    """Each deadline that has passed by then is noted before anything else."""
    for clock in page.clocks:
        page.settle(clock, at)
    return page


def attach_policies(clocks: Iterable[Clock]) -> None:
    """The versions they were started under and moved to, where they do not know them yet: a
    handful, however many the clocks."""
    clocks = [clock for clock in clocks if not _knows_policies(clock)]
    named = {number for c in clocks for number in (c.policy_id, c.moved_to_id) if number}
    if not named:
        return
    versions = PolicyVersion.objects.select_related("calendar").in_bulk(named)
    for clock in clocks:
        clock.policy = versions[clock.policy_id]
        if clock.moved_to_id:
            clock.moved_to = versions[clock.moved_to_id]


def _knows_policies(clock: Clock) -> bool:
    known = clock._state.fields_cache
    return "policy" in known and ("moved_to" in known or not clock.moved_to_id)


def first_hours_of(clock: Clock) -> Hours:
    """In which its events begin; a move among them says which hold from then on. A time that a
    customer named is a time of the clock on the wall."""
    return ROUND_THE_CLOCK if clock.kind == Kind.CALL_BACK else clock.policy.hours()


def hours_of(clock: Clock) -> Hours:
    """In which it runs now."""
    return ROUND_THE_CLOCK if clock.kind == Kind.CALL_BACK else clock.under.hours()


def show(clock: Clock, reading: Reading, now: datetime) -> None:
    for name in FROM_READING:
        setattr(clock, name, getattr(reading, name))
    clock.next_action_at = now if reading.is_live else None


def event_row(clock: Clock, position: int, event: Event, now: datetime) -> ClockEvent:
    return new_row(
        ClockEvent,
        clock_id=clock.pk,
        position=position,
        kind=event.kind,
        at=event.at,
        data=dict(event.data),
        policy_id=clock.moved_to_id if event.kind == "moved" else None,
        written_at=now,
    )


def histories_of(clocks: Sequence[Clock]) -> dict[int, list[Event]]:
    """The events of each clock by its number, oldest first."""
    numbers = [clock.pk for clock in clocks]
    found = ClockEvent.objects.filter(clock__among=numbers).order_by("clock_id", "position")
    rows = list(found.values_list("clock", "kind", "at", "data", "policy"))
    moves = {policy for *_, policy in rows if policy}
    versions = PolicyVersion.objects.select_related("calendar").in_bulk(moves) if moves else {}
    histories: dict[int, list[Event]] = {clock.pk: [] for clock in clocks}
    for clock, kind, at, data, policy in rows:
        hours = versions[policy].hours() if policy else None
        histories[clock].append(Event(kind, at, data, hours))
    return histories
