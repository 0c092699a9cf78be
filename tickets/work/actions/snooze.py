"""A ticket is put away until a time, and comes back: then, when the customer writes, when somebody
else gets it, or before a promise on it falls due. Its clocks run on."""

from datetime import datetime, timedelta

from cxloop.kernel.errors import Conflict, Refused
from tickets.work.actions.moves import check_move
from tickets.work.actor import CLOCK, Actor
from tickets.work.door import locked
from tickets.work.models import Ticket
from tickets.work.models.ticket import WAKE_BEFORE
from tickets.work.timeline import write_entry

LONGEST = timedelta(days=365)


def snooze(ticket: Ticket, *, until: datetime, by: Actor, now: datetime) -> None:
    """Out of its owner's queue until then. Raises Conflict `unowned` where nobody owns it: nobody
    would miss it; `due_soon` where a promise is broken or leaves no time to put it away."""
    check_move(ticket, "snooze")
    if until <= now:
        raise Refused.at("/until", "in_the_past", "Say a time to come.")
    if until > now + LONGEST:
        raise Refused.at("/until", "out_of_range", f"At most {LONGEST.days} days.")
    if ticket.assignee_id is None:
        raise Conflict("Nobody owns it: take it first, or give it to somebody.", code="unowned")
    if ticket.next_due_at and ticket.next_due_at <= now + WAKE_BEFORE:
        raise Conflict("A promise on it is broken or falls due within hours.", code="due_soon")
    if ticket.snoozed_until != until:
        ticket.snoozed_until, ticket.updated_at = until, now
        ticket.save(update_fields=["snoozed_until", "updated_at"])
        write_entry(ticket, "snoozed", by, now=now, reason={"until": until.isoformat()})


def wake_up(ticket: Ticket, *, by: Actor, now: datetime, why: str = "") -> None:
    if ticket.snoozed_until is not None:
        end_snooze(ticket)
        write_entry(ticket, "woken", by, now=now, reason={"why": why} if why else {})


def end_snooze(ticket: Ticket) -> None:
    """What brings it back is said by its own entry: a message, another owner."""
    if ticket.snoozed_until is not None:
        ticket.snoozed_until = None
        ticket.save(update_fields=["snoozed_until"])


def wake_due(tickets: list[Ticket], now: datetime) -> None:
    """Their time has come, or a promise on them comes too near."""
    for ticket in tickets:
        ticket = locked(ticket.pk)
        until = ticket.snoozed_until
        come = until is not None and until <= now
        why = "its time has come" if come else "a promise on it falls due soon"
        wake_up(ticket, by=CLOCK, now=now, why=why)
