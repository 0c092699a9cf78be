"""Cycles have an end: when three repairs were not enough, the ticket belongs to the manager, who
may end it with a letter of final position."""

from datetime import datetime

from accounts.models import AccessGroup
from cxloop.kernel.errors import Conflict, Forbidden
from tickets.work.actions.move import end_ticket
from tickets.work.actions.talk import reply
from tickets.work.actor import Actor
from tickets.work.letters import final_letter
from tickets.work.lifecycle import LAST_CYCLE
from tickets.work.models import Ticket, TimelineEntry


def state_final_position(ticket: Ticket, *, body: str, by: Actor, now: datetime) -> None:
    """A last letter of the manager's; the customer was not recovered. Raises Forbidden for others,
    Conflict `cycles_left` before the last cycle is over, `no_answer` where they never answered."""
    if by.user is None or not AccessGroup.objects.managed_by(by.user).contains(ticket.group):
        raise Forbidden("Only a manager of the group states our final position.")
    if ticket.cycle <= LAST_CYCLE:
        detail = f"Our final position is stated after {LAST_CYCLE} cycles; this is {ticket.cycle}."
        raise Conflict(detail, code="cycles_left")
    ticket.answered_at = ticket.answered_at or _last_answer(ticket)
    if ticket.answered_at is None:
        raise Conflict("The customer has never answered our question.", code="no_answer")
    ticket.save(update_fields=["answered_at"])
    reply(ticket, body=body, by=by, now=now, worded=final_letter)
    end_ticket(ticket, outcome="not_recovered", reason="final position", by=by, now=now)


def _last_answer(ticket: Ticket) -> datetime | None:
    answers = TimelineEntry.objects.filter(ticket=ticket, kind="answered").order_by("at", "pk")
    last = answers.last()
    return last.at if last else None
