"""Further feedback of the same customer belongs on the ticket that is open for them."""

from datetime import datetime
from typing import Any

from feedback.intake.models import Contactable, Feedback
from tickets.sla.actions import Start, owe_contact
from tickets.sla.models import Kind
from tickets.work.actions.customer_message import standing, wake
from tickets.work.actor import Actor
from tickets.work.deadlines import refresh_deadline
from tickets.work.models import Ticket
from tickets.work.opening import link_feedback
from tickets.work.timeline import write_entry
from tickets.work.words import add_words


def join_feedback(
    ticket: Ticket,
    feedback: Feedback,
    actor: Actor,
    *,
    now: datetime,
    reason: dict[str, Any] | None = None,
) -> Ticket:
    """The earliest receipt governs a follow-up that runs; where it has ended, the next begins.

    Somebody may have ended or merged the ticket since it was found open.
    """
    ticket = standing(ticket.pk)
    link_feedback([(ticket, feedback)], now)
    write_entry(
        ticket, "feedback_joined", actor, now=now, text=feedback.comment, reason=reason or {}
    )
    if ticket.contactable == Contactable.NONE != feedback.way:
        ticket.contactable = feedback.way
    wake(ticket, received_at=feedback.received_at, now=now)
    if ticket.contactable != Contactable.NONE:
        owe_contact(Start(ticket.promise, Kind.FOLLOW_UP, feedback.received_at), now=now)
    refresh_deadline(ticket)
    ticket.updated_at = now
    ticket.save(update_fields=["contactable", "updated_at"])
    add_words(ticket, feedback.comment)
    return ticket
