"""Something waits for approval, and then nothing does. A promise among ourselves: the customer
hears of what was decided, not of how long we took to decide."""

from datetime import datetime

from tickets.sla.actions.begin import Start, start_next_cycle
from tickets.sla.actions.end import meet_clocks
from tickets.sla.models import Clock, Kind, Promise


def owe_decision(promise: Promise, *, since: datetime, now: datetime) -> None:
    """What waits longest governs: while a decision is owed, the next begins no clock of its own."""
    start_next_cycle(Start(promise, Kind.APPROVE, since), now=now)


def note_decided(promise: Promise, *, now: datetime) -> list[Clock]:
    """Nothing waits any more."""
    return meet_clocks(promise, [Kind.APPROVE], at=now, now=now, contact=None)
