"""The customer wrote on a ticket that is resolved: "Thanks!" or "It is broken again". Only a person
can tell, so that nothing begins anew before one has read it; until then an answer is owed."""

from datetime import datetime

from tickets.sla.models import Clock, Kind
from tickets.work.actions.moves import move_by_itself
from tickets.work.lifecycle import RESOLVED
from tickets.work.models import Ticket


def leave_to_judge(ticket: Ticket, *, received_at: datetime, now: datetime) -> None:
    ticket.unjudged_since = ticket.unjudged_since or received_at
    move_by_itself(ticket, "customer_message", now=now)


def note_judged(ticket: Ticket) -> None:
    """Somebody has read it, and answered."""
    if ticket.unjudged_since:
        _save(ticket, None)


def leave_again(ticket: Ticket) -> None:
    """What had answered it reached nobody."""
    if ticket.status != RESOLVED:
        return
    owed = Clock.objects.filter(promise=ticket.pk, kind=Kind.NEXT_REPLY).live().first()
    if owed:
        _save(ticket, owed.started_at)


def _save(ticket: Ticket, since: datetime | None) -> None:
    ticket.unjudged_since = since
    ticket.save(update_fields=["unjudged_since"])
