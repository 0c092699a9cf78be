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
from django.db.models import Value
from django.db.models.functions import Least

from cxloop.kernel.copying import copy_rows, number_rows
from tickets.sla.about import call_back_letters
from tickets.sla.calendars import add, elapsed
from tickets.sla.ledger import PAUSED, RUNNING, Event, Reading, fold
from tickets.sla.models import Clock, Kind, PolicyVersion, Promise
from tickets.sla.targets import PAUSABLE, Terms
from tickets.sla.writing import Page, event_row, first_hours_of, histories_of, hours_of, show

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
    copy_rows([event_row(clock, 1, event, now) for clock, event in pairs])
    return clocks


def start_next_cycle(start: Start, *, now: datetime) -> Clock | None:
    """Begins the promise anew, one cycle on; None while the last one still runs."""
    clocks = start_next_cycles([start], now=now)
    return clocks[0] if clocks else None


def start_next_cycles(starts: Iterable[Start], *, now: datetime) -> list[Clock]:
    """Of different promises, those that run no more begin anew."""
    starts = list(starts)
    last, running = _cycles([start.promise for start in starts])
    ended = [start for start in starts if _of(start) not in running]
    return start_clocks([replace(s, cycle=last.get(_of(s), 0) + 1) for s in ended], now=now)


def owe_contact(start: Start, *, now: datetime) -> None:
    """A further receipt: the earliest governs a promise that runs, otherwise the next begins."""
    owe_contacts([start], now=now)


def owe_contacts(starts: Iterable[Start], *, now: datetime) -> None:
    """Of different promises."""
    starts = list(starts)
    _bring_forward(starts, now=now)
    start_next_cycles(starts, now=now)


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
    show(clock, fold([event], policy.hours()), now)
    return clock, event


def _of(start: Start) -> tuple[int, str]:
    return start.promise.pk, str(start.kind)


def _cycles(promises: list[Promise]) -> tuple[dict[tuple[int, str], int], set[tuple[int, str]]]:
    """The last cycle of each promise and kind, and those of which one still runs."""
    last: dict[tuple[int, str], int] = {}
    running = set()
    rows = Clock.objects.filter(promise__in=promises).order_by("cycle")
    for promise, kind, cycle, state in rows.values_list("promise", "kind", "cycle", "state"):
        last[promise, kind] = cycle
        if state in (RUNNING, PAUSED):
            running.add((promise, kind))
    return last, running


def follow_status(promise: Promise, status: str, *, now: datetime) -> None:
    """The ticket is in this status from now on: clocks stand still or run on, as their policy says
    of it."""
    follow_statuses([(promise, status)], now=now)


def follow_statuses(found: Iterable[tuple[Promise, str]], *, now: datetime) -> None:
    """Of different promises."""
    statuses = {promise.pk: status for promise, status in found}
    page = _settled(_page(statuses, PAUSABLE, now), now)
    for clock in page.clocks:
        stands_still = clock.under.stands_still(clock.kind, statuses[clock.promise_id])
        page.happen(clock, Event("paused" if stands_still else "resumed", now))
    page.write()


def change_terms(promise: Promise, terms: Terms, *, now: datetime) -> None:
    """The ticket's priority or the customer's segment is another: clocks that run are given the
    target their policy has for it; a breach stays what it was."""
    promise.priority, promise.segment = terms.priority, terms.segment
    promise.save(update_fields=["priority", "segment"])
    page = _settled(_page([promise.pk], Kind, now), now)
    for clock in page.clocks:
        target_s = clock.under.target(clock.kind, terms)
        if target_s and target_s != clock.target_s:
            page.happen(clock, Event("retargeted", now, {"target_s": target_s}))
    page.write()


def meet_clocks(
    promise: Promise, kinds: Iterable[Kind], *, at: datetime, now: datetime, contact: int | None
) -> list[Clock]:
    """The promise is kept, or a broken one made good; `contact` is what may strike this later."""
    return _end([promise], kinds, Event("met", at, {"contact": contact}), now=now)


def meet_many(promises: Iterable[Promise], kinds: Iterable[Kind], *, now: datetime) -> list[Clock]:
    """Kept without a contact: nothing will strike it."""
    return _end(promises, kinds, Event("met", now, {"contact": None}), now=now)


def strike_contact(
    promise: Promise, contact: int, *, now: datetime, standing: Sequence[Standing] = ()
) -> None:
    """The contact reached nobody: the clocks that it met run on to their old due time, unless one
    of the `standing` ones, the earliest that came after their receipt, met them too."""
    met = Clock.objects.filter(promise=promise, met_at__isnull=False).order_by("pk")
    page = Page(met.select_for_update(no_key=True), now)
    for clock in page.clocks:
        if _last_meeting(clock) == contact:
            _give_back(page, clock, standing)
    page.write()


def _give_back(page: Page, clock: Clock, standing: Iterable[Standing]) -> None:
    """As one happening: no clock runs again for a moment in which it already is broken, or in which
    the next cycle runs beside it."""
    page.happen(clock, Event("contact_failed", page.now))
    others = [other for other in standing if _meets(other, clock)]
    met = min(others, key=lambda one: one.at) if others else None
    if not page.settle(clock, met.at if met else page.now) and met is None:
        _hand_on(page, clock)
    if met:
        page.happen(clock, Event("met", met.at, {"contact": met.contact}))


def _meets(other: Standing, clock: Clock) -> bool:
    """News are owed from a contact on: that one is no news yet."""
    if clock.kind == Kind.KEEP_IN_LOOP:
        return other.at > clock.started_at
    return other.at >= clock.started_at


def _hand_on(page: Page, clock: Clock) -> None:
    """Where the next cycle runs already, it takes over: one contact is owed, and the earliest
    receipt governs. News, though, were owed from the contact that failed: that cycle never was."""
    later = Clock.objects.filter(promise=clock.promise_id, kind=clock.kind, cycle__gt=clock.cycle)
    running = later.filter(state__in=[RUNNING, PAUSED]).select_for_update(no_key=True).first()
    if running is None or clock.state != RUNNING:
        return
    beside = Page([running], page.now)
    if clock.kind == Kind.KEEP_IN_LOOP:
        beside.happen(running, Event("void", page.now, {"reason": "it began with a dead letter"}))
    else:
        earlier = {"started_at": clock.started_at.isoformat()}
        beside.happen(running, Event("brought_forward", page.now, earlier))
        beside.settle(running, page.now)
        reason = f"it goes on as cycle {running.cycle}"
        page.happen(clock, Event("void", page.now, {"reason": reason}))
    beside.write()


def void_clocks(
    promise: Promise, kinds: Iterable[Kind], *, reason: str, now: datetime
) -> list[Clock]:
    """Closed without contact. A deadline already passed stays a breach."""
    return _end([promise], kinds, Event("void", now, {"reason": reason}), now=now)


def bring_forward(promise: Promise, kind: Kind, *, received_at: datetime, now: datetime) -> None:
    """An earlier receipt joined this promise: the earliest governs."""
    _bring_forward([Start(promise, kind, received_at)], now=now)


def _bring_forward(starts: list[Start], *, now: datetime) -> None:
    received = {_of(start): start.received_at for start in starts}
    kinds = {start.kind for start in starts}
    page = _settled(_page([start.promise.pk for start in starts], kinds, now), now)
    for clock in page.clocks:
        received_at = received.get((clock.promise_id, clock.kind), clock.started_at)
        if received_at < clock.started_at:
            earlier = {"started_at": received_at.isoformat()}
            page.happen(clock, Event("brought_forward", now, earlier))
            page.settle(clock, now)
    page.write()


def shorten_to(promise: Promise, kind: Kind, *, due_at: datetime, now: datetime) -> None:
    """Another promise goes on as this one, which falls due no later than that would have; unless
    these hours are closed from now until then."""
    page = _settled(_page([promise.pk], [kind], now), now)
    for clock in page.clocks:
        target_s = elapsed(hours_of(clock), clock.started_at, max(due_at, clock.started_at))
        due_then = add(hours_of(clock), clock.started_at, target_s)
        if clock.state == RUNNING and clock.due_at and now < due_then < clock.due_at:
            page.happen(clock, Event("retargeted", now, {"target_s": target_s}))
    page.write()


def move_clocks(promise: Promise, newest: PolicyVersion, *, now: datetime) -> int:
    """What runs under an earlier version of the policy goes on under this one: how many clocks. A
    kind that is promised no more is kept as it was promised; what is broken stays broken."""
    page = _settled(_page([promise.pk], Kind, now), now)
    running = [clock for clock in page.clocks if clock.state in (RUNNING, PAUSED)]
    outdated = [clock for clock in running if is_earlier(clock.under, newest)]
    for clock in outdated:
        clock.moved_to = newest
        page.happen(clock, moved_to(newest, clock, promise.terms, now))
        page.settle(clock, now)
    page.write()
    promise.policy = newest
    promise.save(update_fields=["policy"])
    return len(outdated)


def moved_to(newest: PolicyVersion, clock: Clock, terms: Terms, now: datetime) -> Event:
    target_s = newest.target(clock.kind, terms) or clock.target_s
    return Event("moved", now, {"target_s": target_s}, newest.hours())


def is_earlier(version: PolicyVersion, newest: PolicyVersion) -> bool:
    return version.policy_id == newest.policy_id and version.version < newest.version


def settle(clock: Clock, now: datetime) -> bool:
    """Notes a deadline that has passed; whether one had. The clock's row must be locked."""
    page = Page([clock], now)
    had_passed = page.settle(clock, now)
    page.write()
    return had_passed


def settle_many(clocks: list[Clock], now: datetime) -> dict[int, Reading]:
    """The readings of these clocks by number, every passed deadline noted. The rows must be
    locked."""
    page = _settled(Page(clocks, now), now)
    page.write()
    return page.readings


def look_again(times: Mapping[int, datetime | None]) -> None:
    """When the next rung or deadline of each clock, by its number, comes; None when nothing more
    will. What had put it off is forgotten: it was looked at."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_AGAIN, [list(times), list(times.values())])


def leave_for(clocks: Iterable[Clock], until: datetime) -> None:
    """Somebody is at work on these promises: no failure, only not now."""
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(try_after=until)


def look_anew(promises: Iterable[int], *, since: datetime) -> None:
    """What decides the next look has changed since then: whoever looks later than that is late. The
    tickets must be locked."""
    live = Clock.objects.filter(promise__in=promises).live()
    live.update(next_action_at=Least("next_action_at", Value(since)))


def read_clock(clock: Clock) -> Reading:
    """The truth about this clock, folded anew."""
    return fold(events_of(clock), first_hours_of(clock))


def events_of(clock: Clock) -> list[Event]:
    return histories_of([clock])[clock.pk]


def _end(
    promises: Iterable[Promise], kinds: Iterable[Kind], event: Event, *, now: datetime
) -> list[Clock]:
    """Kept or void: nobody need hear any more that it is in danger."""
    clocks = _befall(promises, kinds, event, now=now)
    call_back_letters(clocks, event.kind, now=now)
    return clocks


def _befall(
    promises: Iterable[Promise], kinds: Iterable[Kind], event: Event, *, now: datetime
) -> list[Clock]:
    """The same event for all live clocks of these kinds, each with a passed deadline noted first;
    those clocks."""
    page = _settled(_page([promise.pk for promise in promises], kinds, now), event.at)
    for clock in page.clocks:
        page.happen(clock, event)
    page.write()
    return page.clocks


def _page(promises: Iterable[int], kinds: Iterable[str], now: datetime) -> Page:
    """The live clocks of these kinds and promises, locked."""
    live = Clock.objects.filter(promise__in=list(promises)).of_kinds(kinds).live().order_by("pk")
    locked = live.select_for_update(no_key=True, of=("self",))
    return Page(locked.select_related("policy__calendar", "moved_to__calendar"), now)


def _settled(page: Page, at: datetime) -> Page:
    """Each deadline that has passed by then is noted before anything else."""
    for clock in page.clocks:
        page.settle(clock, at)
    return page


_LOOK_AGAIN = """
UPDATE sla_clock SET next_action_at = look.at, attempts = 0, try_after = NULL, last_error = ''
FROM unnest(%s::bigint[], %s::timestamptz[]) AS look (clock, at) WHERE sla_clock.id = look.clock
"""


def _last_meeting(clock: Clock) -> Any:
    met = clock.events.filter(kind="met").order_by("-position").first()
    return met.data.get("contact") if met else None
