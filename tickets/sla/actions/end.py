"""A promise is kept, or void; and a contact that reached nobody takes that back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tickets.sla.about import call_back_letters
from tickets.sla.ledger import PAUSED, RUNNING, Event, is_overdue
from tickets.sla.models import Clock, Kind, Promise
from tickets.sla.writing import Page, live_page, settled

# What a person's contact with the customer keeps.
CONTACT_KINDS = (Kind.ACKNOWLEDGE, Kind.FOLLOW_UP, Kind.NEXT_REPLY, Kind.KEEP_IN_LOOP)
# Without which nothing is settled: somebody waits for a person's word.
OWED_CONTACT = (Kind.FOLLOW_UP, Kind.NEXT_REPLY)


@dataclass(frozen=True)
class Standing:
    """A contact that reached the customer, as far as we know."""

    contact: int
    at: datetime


def meet_clocks(
    promise: Promise, kinds: Iterable[Kind], *, at: datetime, now: datetime, contact: int | None
) -> list[Clock]:
    """The promise is kept, or a broken one made good; `contact` is what may strike this later."""
    return _end([promise], kinds, Event("met", at, {"contact": contact}), now=now)


def meet_told(
    promise: Promise, kinds: Iterable[Kind], *, told: Standing, now: datetime
) -> list[Clock]:
    """Kept by a contact of which we hear only now: at its own time, and only what was owed by then.
    What we have noted as broken meanwhile stays so, also where it was in time."""
    page = live_page([promise.pk], kinds, now)
    page.clocks = [clock for clock in page.clocks if _meets(told, clock)]
    for clock in page.clocks:
        if is_overdue(page.readings[clock.pk], told.at):
            page.happen(clock, Event("breached", now))
        page.happen(clock, Event("met", told.at, {"contact": told.contact}))
    page.write()
    call_back_letters(page.clocks, "met", now=now)
    return page.clocks


def meet_many(promises: Iterable[Promise], kinds: Iterable[Kind], *, now: datetime) -> list[Clock]:
    """Kept without a contact: nothing will strike it."""
    return _end(promises, kinds, Event("met", now, {"contact": None}), now=now)


def void_clocks(
    promise: Promise, kinds: Iterable[Kind], *, reason: str, now: datetime
) -> list[Clock]:
    """Closed without contact. A deadline already passed stays a breach."""
    return _end([promise], kinds, Event("void", now, {"reason": reason}), now=now)


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


def take_back_meeting(
    promise: Promise, kinds: Iterable[Kind], *, at: datetime, now: datetime
) -> None:
    """What was met then without a contact was not: the clocks run on to their old due time."""
    met = Clock.objects.filter(promise=promise, met_at=at).of_kinds(kinds).order_by("pk")
    page = Page(met.select_for_update(no_key=True), now)
    for clock in page.clocks:
        page.happen(clock, Event("contact_failed", now))
        page.settle(clock, now)
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
    """News are owed from a contact on: that one is no news yet. A call is kept by that call."""
    if clock.kind == Kind.CALL_BACK:
        return False
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
    page = settled(live_page([promise.pk for promise in promises], kinds, now), event.at)
    for clock in page.clocks:
        page.happen(clock, event)
    page.write()
    return page.clocks


def _last_meeting(clock: Clock) -> Any:
    met = clock.events.filter(kind="met").order_by("-position").first()
    return met.data.get("contact") if met else None
