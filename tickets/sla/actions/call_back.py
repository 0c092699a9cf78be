"""A customer is to be called at the time they named, and then is, or could not be reached."""

from dataclasses import dataclass
from datetime import datetime

from tickets.sla.actions.begin import Start, start_next_cycle
from tickets.sla.actions.end import meet_clocks, void_clocks
from tickets.sla.actions.look import events_of
from tickets.sla.calls import CallWish, wish_of
from tickets.sla.models import Clock, Kind, Promise


@dataclass(frozen=True, slots=True)
class Call:
    wish: CallWish
    since: datetime


ANOTHER_TIME = "they asked for another time"
NOT_REACHED = "we called at the time they named, and reached nobody"


def owe_call(promise: Promise, wish: CallWish, *, received_at: datetime, now: datetime) -> None:
    """The time they named last is the one that holds."""
    void_clocks(promise, [Kind.CALL_BACK], reason=ANOTHER_TIME, now=now)
    start_next_cycle(Start(promise, Kind.CALL_BACK, received_at, wish=wish), now=now)


def note_call(
    promise: Promise, *, reached: bool, at: datetime, now: datetime, contact: int
) -> list[Clock]:
    """Somebody called. Reached, it is kept; not reached at the time they named, nobody could keep
    it any more, and it is void; at another time it goes on."""
    if reached:
        return meet_clocks(promise, [Kind.CALL_BACK], at=at, now=now, contact=contact)
    call = running_call(promise)
    if call is None or not call.wish.covers(at):
        return []
    return void_clocks(promise, [Kind.CALL_BACK], reason=NOT_REACHED, now=now)


def running_call(promise: Promise) -> Call | None:
    """What is still owed of it, in time or late."""
    clock = Clock.objects.filter(promise=promise, kind=Kind.CALL_BACK).live().first()
    return Call(wish, clock.started_at) if clock and (wish := wish_kept_by(clock)) else None


def wish_kept_by(clock: Clock) -> CallWish | None:
    return wish_of(events_of(clock)[0].data)
