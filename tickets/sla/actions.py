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
from tickets.sla.calendars import Hours, add, elapsed
from tickets.sla.ledger import PAUSED, RUNNING, Event, Reading, fold, is_overdue
from tickets.sla.models import Clock, ClockEvent, Kind, PolicyVersion, Promise
from tickets.sla.targets import PAUSABLE, Terms

# What a person's contact with the customer keeps.
CONTACT_KINDS = (Kind.ACKNOWLEDGE, Kind.FOLLOW_UP, Kind.NEXT_REPLY, Kind.KEEP_IN_LOOP)
# Without which nothing is settled: somebody waits for a person's word.
OWED_CONTACT = (Kind.FOLLOW_UP, Kind.NEXT_REPLY)
AT_RECEIPT = (Kind.ACKNOWLEDGE, Kind.FOLLOW_UP, Kind.RESOLVE, Kind.CLOSE_LOOP)


@dataclass(frozen=True)
class Start:
    promise: Promise
    kind: Kind
    received_at: datetime
    cycle: int = 1

    @property
    def target_s(self) -> int | None:
        return self.promise.policy.target(self.kind, self.promise.terms)


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
    pairs = [_started(start, now) for start in starts if start.target_s]
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


def owe_next_reply(promise: Promise, *, received_at: datetime, now: datetime) -> None:
    """The customer wrote again and waits. Whoever is still owed the first contact has their promise
    already: one contact keeps both."""
    first = Clock.objects.filter(promise=promise, kind=Kind.FOLLOW_UP).live()
    if not first.exists():
        owe_contact(Start(promise, Kind.NEXT_REPLY, received_at), now=now)


def owe_news(promise: Promise, *, since: datetime, now: datetime) -> None:
    """From one contact to the next we promised news."""
    start_next_cycle(Start(promise, Kind.KEEP_IN_LOOP, since), now=now)


def _started(start: Start, now: datetime) -> tuple[Clock, Event]:
    policy = start.promise.policy
    event = Event("started", start.received_at, {"target_s": start.target_s})
    clock = Clock(promise=start.promise, kind=start.kind, cycle=start.cycle, policy=policy)
    _show(clock, fold([event], policy.hours()), now)
    return clock, event


def follow_status(promise: Promise, status: str, *, now: datetime) -> None:
    """The ticket is in this status from now on: clocks stand still or run on, as their policy says
    of it."""
    for clock in _locked(promise, PAUSABLE, now):
        stands_still = clock.under.stands_still(clock.kind, status)
        _happen(clock, [Event("paused" if stands_still else "resumed", now)], now)


def change_terms(promise: Promise, terms: Terms, *, now: datetime) -> None:
    """The ticket's priority or the customer's segment is another: clocks that run are given the
    target their policy has for it; a breach stays what it was."""
    promise.priority, promise.segment = terms.priority, terms.segment
    promise.save(update_fields=["priority", "segment"])
    for clock in _locked(promise, Kind, now):
        target_s = clock.under.target(clock.kind, terms)
        if target_s and target_s != clock.target_s:
            _happen(clock, [Event("retargeted", now, {"target_s": target_s})], now)


def meet_clocks(
    promise: Promise, kinds: Iterable[Kind], *, at: datetime, now: datetime, contact: int | None
) -> list[Clock]:
    """The promise is kept, or a broken one made good; `contact` is what may strike this later."""
    clocks = _locked(promise, kinds, at)
    for clock in clocks:
        _happen(clock, [Event("met", at, {"contact": contact})], now)
    return clocks


def strike_contact(
    promise: Promise, contact: int, *, now: datetime, standing: Sequence[Standing] = ()
) -> None:
    """The contact reached nobody: the clocks that it met run on to their old due time, unless one
    of the `standing` ones, the earliest that came after their receipt, met them too."""
    met = Clock.objects.filter(promise=promise, met_at__isnull=False).order_by("pk")
    for clock in met.select_for_update(no_key=True):
        if _last_meeting(clock) == contact:
            _give_back(clock, standing, now)


def _give_back(clock: Clock, standing: Iterable[Standing], now: datetime) -> None:
    """As one happening: no clock runs again for a moment in which it already is broken, or in which
    the next cycle runs beside it."""
    events = [Event("contact_failed", now)]
    reading = fold([*events_of(clock), *events], first_hours_of(clock))
    others = [other for other in standing if _meets(other, clock, reading)]
    met = min(others, key=lambda one: one.at) if others else None
    if is_overdue(reading, met.at if met else now):
        events.append(Event("breached", now))
    elif met is None and reading.state == RUNNING:
        events += _hand_on(clock, now)
    if met:
        events.append(Event("met", met.at, {"contact": met.contact}))
    _happen(clock, events, now)


def _meets(other: Standing, clock: Clock, reading: Reading) -> bool:
    """News are owed from a contact on: that one is no news yet."""
    if clock.kind == Kind.KEEP_IN_LOOP:
        return other.at > reading.started_at
    return other.at >= reading.started_at


def _hand_on(clock: Clock, now: datetime) -> list[Event]:
    """Where the next cycle runs already, it takes over: one contact is owed, and the earliest
    receipt governs. News, though, were owed from the contact that failed: that cycle never was."""
    later = Clock.objects.filter(promise=clock.promise_id, kind=clock.kind, cycle__gt=clock.cycle)
    running = later.filter(state__in=[RUNNING, PAUSED]).select_for_update(no_key=True).first()
    if running is None:
        return []
    if clock.kind == Kind.KEEP_IN_LOOP:
        _happen(running, [Event("void", now, {"reason": "it began with what reached nobody"})], now)
        return []
    started = {"started_at": clock.started_at.isoformat()}
    _happen(running, [Event("brought_forward", now, started)], now)
    settle(running, now)
    return [Event("void", now, {"reason": f"it goes on as cycle {running.cycle}"})]


def void_clocks(
    promise: Promise, kinds: Iterable[Kind], *, reason: str, now: datetime
) -> list[Clock]:
    """Closed without contact. A deadline already passed stays a breach."""
    clocks = _locked(promise, kinds, now)
    for clock in clocks:
        _happen(clock, [Event("void", now, {"reason": reason})], now)
    return clocks


def bring_forward(promise: Promise, kind: Kind, *, received_at: datetime, now: datetime) -> None:
    """An earlier receipt joined this promise: the earliest governs."""
    for clock in _locked(promise, [kind], now):
        if received_at < clock.started_at:
            event = Event("brought_forward", now, {"started_at": received_at.isoformat()})
            _happen(clock, [event], now)
            settle(clock, now)


def shorten_to(promise: Promise, kind: Kind, *, due_at: datetime, now: datetime) -> None:
    """Another promise goes on as this one, which falls due no later than that would have; unless
    these hours are closed from now until then."""
    for clock in _locked(promise, [kind], now):
        target_s = elapsed(hours_of(clock), clock.started_at, max(due_at, clock.started_at))
        due_then = add(hours_of(clock), clock.started_at, target_s)
        if clock.state == RUNNING and clock.due_at and now < due_then < clock.due_at:
            _happen(clock, [Event("retargeted", now, {"target_s": target_s})], now)


def move_clocks(promise: Promise, newest: PolicyVersion, *, now: datetime) -> int:
    """What runs under an earlier version of the policy goes on under this one: how many clocks. A
    kind that is promised no more is kept as it was promised; what is broken stays broken."""
    moved = 0
    for clock in _locked(promise, Kind, now):
        if clock.state in (RUNNING, PAUSED) and is_earlier(clock.under, newest):
            clock.moved_to = newest
            _happen(clock, [moved_to(newest, clock, promise.terms, now)], now)
            settle(clock, now)
            moved += 1
    promise.policy = newest
    promise.save(update_fields=["policy"])
    return moved


def moved_to(newest: PolicyVersion, clock: Clock, terms: Terms, now: datetime) -> Event:
    target_s = newest.target(clock.kind, terms) or clock.target_s
    return Event("moved", now, {"target_s": target_s}, newest.hours())


def is_earlier(version: PolicyVersion, newest: PolicyVersion) -> bool:
    return version.policy_id == newest.policy_id and version.version < newest.version


def settle(clock: Clock, now: datetime) -> bool:
    """Notes a deadline that has passed; whether one had. The clock's row must be locked."""
    reading = read_clock(clock)
    if not is_overdue(reading, now):
        return False
    _happen(clock, [Event("breached", now)], now)
    return True


def settle_many(clocks: list[Clock], now: datetime) -> dict[int, Reading]:
    """The readings of these clocks by number, every passed deadline noted: `settle` for a batch, in
    few statements. The rows must be locked."""
    prefetch_related_objects(clocks, "policy__calendar", "moved_to__calendar")
    histories = histories_of(clocks)
    readings, rows = {}, []
    for clock in clocks:
        events, hours = histories[clock.pk], first_hours_of(clock)
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
    return fold(events_of(clock), first_hours_of(clock))


def events_of(clock: Clock) -> list[Event]:
    rows = clock.events.select_related("policy__calendar").order_by("position")
    return [row.as_event() for row in rows]


def first_hours_of(clock: Clock) -> Hours:
    """In which its events begin; a move among them says which hold from then on."""
    return clock.policy.hours()


def hours_of(clock: Clock) -> Hours:
    """In which it runs now."""
    return clock.under.hours()


def _locked(promise: Promise, kinds: Iterable[str], now: datetime) -> list[Clock]:
    """The live clocks of these kinds, locked, each with a passed deadline already noted."""
    live = Clock.objects.filter(promise=promise).of_kinds(kinds).live().order_by("pk")
    related = ("policy__calendar", "moved_to__calendar")
    clocks = list(live.select_for_update(no_key=True, of=("self",)).select_related(*related))
    for clock in clocks:
        settle(clock, now)
    return clocks


def _happen(clock: Clock, happened: Sequence[Event], now: datetime) -> None:
    """Appends the events, which happened as one, and shows the new reading; an event that changes
    nothing is not kept."""
    events, hours = events_of(clock), first_hours_of(clock)
    before = len(events)
    for event in happened:
        # A move counts also where it shows nothing yet: other hours hold from then on.
        if event.hours or fold([*events, event], hours) != fold(events, hours):
            events.append(event)
    new = enumerate(events[before:], start=before + 1)
    ClockEvent.objects.bulk_create(_event_row(clock, at, event, now) for at, event in new)
    if len(events) > before:
        _show(clock, fold(events, hours), now)
        clock.save(update_fields=_SHOWN)


def histories_of(clocks: Sequence[Clock]) -> dict[int, list[Event]]:
    found = ClockEvent.objects.filter(clock__in=clocks).order_by("clock", "position")
    rows = list(found.values_list("clock", "kind", "at", "data", "policy"))
    moves = {policy for *_, policy in rows if policy}
    versions = PolicyVersion.objects.select_related("calendar").in_bulk(moves) if moves else {}
    histories: dict[int, list[Event]] = {clock.pk: [] for clock in clocks}
    for clock, kind, at, data, policy in rows:
        hours = versions[policy].hours() if policy else None
        histories[clock].append(Event(kind, at, data, hours))
    return histories


def _event_row(clock: Clock, position: int, event: Event, now: datetime) -> ClockEvent:
    return ClockEvent(
        clock=clock,
        position=position,
        kind=event.kind,
        at=event.at,
        data=dict(event.data),
        policy=clock.moved_to if event.kind == "moved" else None,
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
_SHOWN = [*_FROM_READING, "moved_to", "next_action_at"]
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
