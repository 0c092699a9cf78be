"""Everything that can happen to a promise and its clocks.

The room that works tickets says what happened and at what time; here it is written as an event and
the clock's row becomes the reading of its events. Each function locks the clocks it touches, first
notes a deadline that has passed, and wakes the sweep by `next_action_at`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max, prefetch_related_objects

from cxloop.kernel.copying import copy_rows, number_rows
from tickets.sla.about import call_back_letters
from tickets.sla.calendars import Hours, add, elapsed
from tickets.sla.ledger import PAUSED, RUNNING, Event, Reading, fold, is_overdue
from tickets.sla.models import Clock, ClockEvent, Kind, Promise

CONTACT_KINDS = (Kind.ACKNOWLEDGE, Kind.FOLLOW_UP)
PAUSED_BY_WAITING = (Kind.RESOLVE,)


@dataclass(frozen=True)
class Start:
    promise: Promise
    kind: Kind
    received_at: datetime
    cycle: int = 1


@dataclass(frozen=True)
class Standing:
    """A contact that reached the customer, as far as we know."""

    contact: int
    at: datetime


def make_promises(promises: list[Promise]) -> list[Promise]:
    """Writes promises at once; they come back with their numbers."""
    number_rows(promises)
    copy_rows(promises)
    return promises


def start_clocks(starts: Iterable[Start], *, now: datetime) -> list[Clock]:
    """Starts promises running, each from its own receipt; where the policy of a promise has no
    target for a kind, no clock starts."""
    pairs = [_started(start, now) for start in starts if start.promise.policy.target(start.kind)]
    clocks = [clock for clock, _ in pairs]
    number_rows(clocks)
    copy_rows(clocks)
    copy_rows([_event_row(clock, 1, event, now) for clock, event in pairs])
    return clocks


def start_next_cycle(start: Start, *, now: datetime) -> Clock | None:
    """Begins the promise anew, one cycle on; None while the last one still runs."""
    earlier = Clock.objects.filter(promise=start.promise, kind=start.kind)
    if earlier.filter(state__in=[RUNNING, PAUSED]).exists():
        return None
    last = earlier.aggregate(last=Max("cycle"))["last"] or 0
    clocks = start_clocks([replace(start, cycle=last + 1)], now=now)
    return clocks[0] if clocks else None


def owe_contact(start: Start, *, now: datetime) -> None:
    """A further receipt: the earliest governs a promise that runs, otherwise the next begins."""
    bring_forward(start.promise, start.kind, received_at=start.received_at, now=now)
    start_next_cycle(start, now=now)


def _started(start: Start, now: datetime) -> tuple[Clock, Event]:
    policy = start.promise.policy
    event = Event("started", start.received_at, {"target_s": policy.target(start.kind)})
    clock = Clock(promise=start.promise, kind=start.kind, cycle=start.cycle, policy=policy)
    _show(clock, fold([event], policy.hours()), now)
    return clock, event


def pause_clocks(promise: Promise, kinds: Iterable[Kind], *, now: datetime) -> None:
    for clock in _locked(promise, kinds, now):
        _happen(clock, Event("paused", now), now)


def resume_clocks(promise: Promise, kinds: Iterable[Kind], *, now: datetime) -> None:
    for clock in _locked(promise, kinds, now):
        _happen(clock, Event("resumed", now), now)


def meet_clocks(
    promise: Promise, kinds: Iterable[Kind], *, at: datetime, now: datetime, contact: int | None
) -> list[Clock]:
    """The promise is kept, or a broken one made good; `contact` is what may strike this later."""
    clocks = _locked(promise, kinds, at)
    for clock in clocks:
        _happen(clock, Event("met", at, {"contact": contact}), now)
    call_back_letters(clocks, "met", now=now)
    return clocks


def strike_contact(
    promise: Promise, contact: int, *, now: datetime, standing: Sequence[Standing] = ()
) -> None:
    """The contact reached nobody: the clocks that it met run on to their old due time, unless one
    of the `standing` ones, the earliest that came after their receipt, met them too."""
    met = Clock.objects.filter(promise=promise, met_at__isnull=False).order_by("pk")
    for clock in met.select_for_update(no_key=True):
        if _last_meeting(clock) == contact:
            _happen(clock, Event("contact_failed", now), now)
            _meet_by_another(clock, standing, now)
            settle(clock, now)


def _meet_by_another(clock: Clock, standing: Iterable[Standing], now: datetime) -> None:
    others = [other for other in standing if other.at >= clock.started_at]
    if others:
        other = min(others, key=lambda one: one.at)
        if is_overdue(read_clock(clock), other.at):
            settle(clock, now)
        _happen(clock, Event("met", other.at, {"contact": other.contact}), now)


def void_clocks(
    promise: Promise, kinds: Iterable[Kind], *, reason: str, now: datetime
) -> list[Clock]:
    """Closed without contact. A deadline already passed stays a breach."""
    clocks = _locked(promise, kinds, now)
    for clock in clocks:
        _happen(clock, Event("void", now, {"reason": reason}), now)
    call_back_letters(clocks, "void", now=now)
    return clocks


def bring_forward(promise: Promise, kind: Kind, *, received_at: datetime, now: datetime) -> None:
    """An earlier receipt joined this promise: the earliest governs."""
    for clock in _locked(promise, [kind], now):
        if received_at < clock.started_at:
            event = Event("brought_forward", now, {"started_at": received_at.isoformat()})
            _happen(clock, event, now)
            settle(clock, now)


def shorten_to(promise: Promise, kind: Kind, *, due_at: datetime, now: datetime) -> None:
    """Another promise goes on as this one, which falls due no later than that would have; unless
    these hours are closed from now until then."""
    for clock in _locked(promise, [kind], now):
        target_s = elapsed(hours_of(clock), clock.started_at, max(due_at, clock.started_at))
        due_then = add(hours_of(clock), clock.started_at, target_s)
        if clock.state == RUNNING and clock.due_at and now < due_then < clock.due_at:
            _happen(clock, Event("retargeted", now, {"target_s": target_s}), now)


def settle(clock: Clock, now: datetime) -> bool:
    """Notes a deadline that has passed; whether one had. The clock's row must be locked."""
    reading = read_clock(clock)
    if not is_overdue(reading, now):
        return False
    _happen(clock, Event("breached", now), now)
    return True


def settle_many(clocks: list[Clock], now: datetime) -> dict[int, Reading]:
    """The readings of these clocks by number, every passed deadline noted: `settle` for a batch, in
    few statements. The rows must be locked."""
    prefetch_related_objects(clocks, "policy__calendar")
    histories = _histories(clocks)
    readings, rows = {}, []
    for clock in clocks:
        events, hours = histories[clock.pk], hours_of(clock)
        reading = fold(events, hours)
        if is_overdue(reading, now):
            event = Event("breached", now)
            reading = fold([*events, event], hours)
            rows.append(_event_row(clock, len(events) + 1, event, now))
            _show(clock, reading, now)
        readings[clock.pk] = reading
    copy_rows(rows)
    _show_broken([row.clock for row in rows], now)
    return readings


def look_again(times: Mapping[int, datetime | None]) -> None:
    """When the next rung or deadline of each clock, by its number, comes; None when nothing more
    will. What had put it off is forgotten: it was looked at."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_AGAIN, [list(times), list(times.values())])


def leave_for(clocks: Iterable[Clock], until: datetime) -> None:
    """Somebody is at work on these promises: no failure, only not now."""
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(try_after=until)


def look_now(promises: Iterable[int], *, now: datetime) -> None:
    """What decides the next look has changed. The tickets must be locked."""
    Clock.objects.filter(promise__in=promises).live().update(next_action_at=now)


def read_clock(clock: Clock) -> Reading:
    """The truth about this clock, folded anew."""
    return fold(events_of(clock), hours_of(clock))


def events_of(clock: Clock) -> list[Event]:
    return [row.as_event() for row in clock.events.order_by("position")]


def hours_of(clock: Clock) -> Hours:
    return clock.policy.hours()


def _locked(promise: Promise, kinds: Iterable[Kind], now: datetime) -> list[Clock]:
    """The live clocks of these kinds, locked, each with a passed deadline already noted."""
    live = Clock.objects.filter(promise=promise).of_kinds(kinds).live().order_by("pk")
    clocks = list(live.select_for_update(no_key=True, of=("self",)).select_related("policy"))
    for clock in clocks:
        settle(clock, now)
    return clocks


def _happen(clock: Clock, event: Event, now: datetime) -> None:
    """Appends the event and shows the new reading; an event that changes nothing is not kept."""
    events = events_of(clock)
    before = fold(events, hours_of(clock))
    after = fold([*events, event], hours_of(clock))
    if after == before:
        return
    _event_row(clock, len(events) + 1, event, now).save(force_insert=True)
    _show(clock, after, now)
    clock.save(update_fields=_SHOWN)


def _histories(clocks: list[Clock]) -> dict[int, list[Event]]:
    rows = ClockEvent.objects.filter(clock__in=clocks).order_by("clock", "position")
    histories: dict[int, list[Event]] = {clock.pk: [] for clock in clocks}
    for clock, *event in rows.values_list("clock", "kind", "at", "data"):
        histories[clock].append(Event(*event))
    return histories


def _event_row(clock: Clock, position: int, event: Event, now: datetime) -> ClockEvent:
    return ClockEvent(
        clock=clock,
        position=position,
        kind=event.kind,
        at=event.at,
        data=dict(event.data),
        written_at=now,
    )


_FROM_READING = (
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
_SHOWN = [*_FROM_READING, "next_action_at"]
_BREAK = """
UPDATE sla_clock SET state = 'breached', due_at = broken.at, breached_at = broken.at,
    detected_at = %s, next_action_at = %s
FROM unnest(%s::bigint[], %s::timestamptz[]) AS broken (clock, at)
WHERE sla_clock.id = broken.clock
"""
_LOOK_AGAIN = """
UPDATE sla_clock SET next_action_at = look.at, attempts = 0, try_after = NULL, last_error = ''
FROM unnest(%s::bigint[], %s::timestamptz[]) AS look (clock, at) WHERE sla_clock.id = look.clock
"""


def _show_broken(clocks: list[Clock], now: datetime) -> None:
    due = {clock.pk: clock.due_at for clock in clocks}
    with connection.cursor() as cursor:
        cursor.execute(_BREAK, [now, now, list(due), list(due.values())])


def _show(clock: Clock, reading: Reading, now: datetime) -> None:
    for name in _FROM_READING:
        setattr(clock, name, getattr(reading, name))
    clock.next_action_at = now if reading.is_live else None


def _last_meeting(clock: Clock) -> Any:
    met = clock.events.filter(kind="met").order_by("-position").first()
    return met.data.get("contact") if met else None
