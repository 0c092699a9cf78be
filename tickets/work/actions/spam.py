"""Closed as spam, and back again where that was wrong."""

from datetime import datetime, timedelta

from cxloop.kernel.errors import Conflict
from tickets.sla.actions.begin import Start, start_next_cycle
from tickets.sla.actions.call_back import wish_kept_by
from tickets.sla.actions.look import events_of
from tickets.sla.ledger import BREACHED
from tickets.sla.models import OWED_THEM, Clock, Kind
from tickets.work.actions.move import close_ticket
from tickets.work.actions.moves import check_move, move_by_verb
from tickets.work.actor import Actor
from tickets.work.deadlines import refresh_deadline
from tickets.work.models import Resolution, Ticket
from tickets.work.timeline import write_entry

SPAM = "spam"


def mark_spam(ticket: Ticket, *, by: Actor, now: datetime) -> None:
    """Nothing is owed to it: what ran is void, and counted as such beside the rate."""
    check_move(ticket, "spam")
    close_ticket(ticket, outcome=SPAM, reason="marked as spam", by=by, now=now)


def not_spam(ticket: Ticket, *, reason: str, by: Actor, now: datetime) -> None:
    """It was a customer after all, who has waited since their receipt: what was void runs again
    from then, also where that is past its due time. What was broken before stays broken, and is
    promised anew from now."""
    check_move(ticket, "not-spam")
    if ticket.outcome != SPAM:
        raise Conflict("It was not closed as spam.", code="not_spam")
    voided = Clock.objects.filter(promise=ticket.promise, voided_at=ticket.closed_at)
    for clock in voided.of_kinds(OWED_THEM).order_by("pk"):
        wish = wish_kept_by(clock) if clock.kind == Kind.CALL_BACK else None
        start = Start(ticket.promise, Kind(clock.kind), again_from(clock, now), wish=wish)
        start_next_cycle(start, now=now)
    if Resolution.objects.filter(ticket=ticket, cycle=ticket.cycle).exists():
        ticket.cycle += 1
    ticket.asked_at = ticket.answered_at = ticket.resolved_at = None
    move_by_verb(ticket, "not-spam", now=now)
    write_entry(ticket, "not_spam", by, now=now, reason={"reason": reason} if reason else {})
    refresh_deadline(ticket)


def again_from(clock: Clock, now: datetime) -> datetime:
    """Its receipt, later by as long as it stood still for the customer."""
    if clock.state == BREACHED:
        return now
    stood_still, since = timedelta(), None
    for event in events_of(clock):
        if event.kind == "paused":
            since = since or event.at
        elif since and event.kind in ("resumed", "void"):
            stood_still, since = stood_still + (event.at - since), None
    return clock.started_at + stood_still
