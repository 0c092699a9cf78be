"""A promise that runs goes on otherwise: it stands still, has another target, or moves to another
version of its policy."""

from collections.abc import Iterable
from datetime import datetime

from tickets.sla.calendars import add, elapsed
from tickets.sla.ledger import PAUSED, RUNNING, Event
from tickets.sla.models import Clock, Kind, PolicyVersion, Promise
from tickets.sla.targets import PAUSABLE, TARGET_OF, Terms
from tickets.sla.writing import hours_of, live_page, settled


def follow_status(promise: Promise, status: str, *, now: datetime) -> None:
    """The ticket is in this status from now on: clocks stand still or run on, as their policy says
    of it."""
    follow_statuses([(promise, status)], now=now)


def follow_statuses(found: Iterable[tuple[Promise, str]], *, now: datetime) -> None:
    """Of different promises."""
    statuses = {promise.pk: status for promise, status in found}
    page = settled(live_page(statuses, PAUSABLE, now), now)
    for clock in page.clocks:
        stands_still = clock.under.stands_still(clock.kind, statuses[clock.promise_id])
        page.happen(clock, Event("paused" if stands_still else "resumed", now))
    page.write()


def change_terms(promise: Promise, terms: Terms, *, now: datetime) -> None:
    """The ticket's priority or the customer's segment is another: clocks that run are given the
    target their policy has for it; a breach stays what it was."""
    promise.priority, promise.segment = terms.priority, terms.segment
    promise.save(update_fields=["priority", "segment"])
    page = settled(live_page([promise.pk], Kind, now), now)
    for clock in page.clocks:
        target_s = clock.under.target(clock.kind, terms)
        if target_s and target_s != clock.target_s:
            page.happen(clock, Event("retargeted", now, {"target_s": target_s}))
    page.write()


def shorten_to(promise: Promise, kind: Kind, *, due_at: datetime, now: datetime) -> None:
    """Another promise goes on as this one, which falls due no later than that would have; unless
    these hours are closed from now until then."""
    page = settled(live_page([promise.pk], [kind], now), now)
    for clock in page.clocks:
        target_s = elapsed(hours_of(clock), clock.started_at, max(due_at, clock.started_at))
        due_then = add(hours_of(clock), clock.started_at, target_s)
        if clock.state == RUNNING and clock.due_at and now < due_then < clock.due_at:
            page.happen(clock, Event("retargeted", now, {"target_s": target_s}))
    page.write()


def move_clocks(promise: Promise, newest: PolicyVersion, *, now: datetime) -> int:
    """What runs under an earlier version of the policy goes on under this one: how many clocks. A
    kind that is promised no more is kept as it was promised; what is broken stays broken."""
    page = settled(live_page([promise.pk], Kind, now), now)
    by_policy = [clock for clock in page.clocks if clock.kind in TARGET_OF]
    running = [clock for clock in by_policy if clock.state in (RUNNING, PAUSED)]
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
