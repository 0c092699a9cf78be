"""A promise begins: at a receipt, at the next one, after the last cycle. The earliest governs."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from cxloop.kernel.copying import copy_rows, number_rows
from tickets.sla.calls import CallWish
from tickets.sla.ledger import PAUSED, RUNNING, Event, fold
from tickets.sla.models import Clock, Kind, Promise
from tickets.sla.writing import event_row, first_hours_of, live_page, settled, show

AT_RECEIPT = (Kind.ACKNOWLEDGE, Kind.FOLLOW_UP, Kind.RESOLVE, Kind.CLOSE_LOOP)


@dataclass(frozen=True)
class Start:
    promise: Promise
    kind: Kind
    received_at: datetime
    cycle: int = 1
    wish: CallWish | None = None

    @property
    def target_s(self) -> int | None:
        if self.wish:
            return self.wish.within_s(self.received_at)
        return self.promise.policy.target(self.kind, self.promise.terms)


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


def bring_forward(promise: Promise, kind: Kind, *, received_at: datetime, now: datetime) -> None:
    """An earlier receipt joined this promise: the earliest governs."""
    _bring_forward([Start(promise, kind, received_at)], now=now)


def _bring_forward(starts: list[Start], *, now: datetime) -> None:
    received = {_of(start): start.received_at for start in starts}
    kinds = {start.kind for start in starts}
    page = settled(live_page([start.promise.pk for start in starts], kinds, now), now)
    for clock in page.clocks:
        received_at = received.get((clock.promise_id, clock.kind), clock.started_at)
        if received_at < clock.started_at:
            earlier = {"started_at": received_at.isoformat()}
            page.happen(clock, Event("brought_forward", now, earlier))
            page.settle(clock, now)
    page.write()


def _started(start: Start, now: datetime) -> tuple[Clock, Event]:
    policy = start.promise.policy
    wished = start.wish.data() if start.wish else {}
    event = Event("started", start.received_at, {"target_s": start.target_s, **wished})
    clock = Clock(promise=start.promise, kind=start.kind, cycle=start.cycle, policy=policy)
    show(clock, fold([event], first_hours_of(clock)), now)
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
