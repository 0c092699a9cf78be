"""A ticket by hand: from feedback that no rule took, or from what an agent heard themselves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import AccessGroup
from cxloop.kernel.errors import Conflict, Refused
from feedback.intake.models import Channel, Feedback, Quarantine
from tickets.sla.models import PolicyVersion
from tickets.work.actions.store_replies import note_replies_about
from tickets.work.actions.talk import log_contact
from tickets.work.actor import Actor
from tickets.work.door import locked
from tickets.work.models import Priority, Ticket, TicketFeedback, Triage
from tickets.work.opening import Plan, open_tickets, subject_of


@dataclass(frozen=True)
class Terms:
    """What a rule would have said."""

    group: AccessGroup
    policy: PolicyVersion
    priority: Priority


def open_from_feedback(
    feedback: Feedback, terms: Terms, *, reason: str, by: Actor, now: datetime
) -> Ticket:
    """Raises Conflict `pending` before the rules have judged it, `held` where they are not to,
    `has_ticket` where one exists."""
    if not reason.strip():
        raise Refused.at("/reason", "required", "Say why this becomes a ticket.")
    if not Triage.objects.filter(feedback=feedback).exists():
        raise _not_judged(feedback)
    link = TicketFeedback.objects.filter(feedback=feedback).first()
    if link:
        raise Conflict(f"T-{link.ticket_id} answers this feedback already.", code="has_ticket")
    return _open(feedback, terms, why=reason, by=by, now=now)


def _not_judged(feedback: Feedback) -> Conflict:
    if Quarantine.objects.filter(feedback=feedback, released_at=None).exists():
        return Conflict("It is held, or spam: release it first.", code="held")
    return Conflict("The rules have not judged this feedback yet.", code="pending")


def open_from_contact(
    feedback: Feedback,
    terms: Terms,
    *,
    contact: dict[str, Any] | None,
    by: Actor,
    now: datetime,
) -> Ticket:
    """From a call, visit or letter that the agent recorded as feedback. `contact` ({"channel",
    "reached", "body"}) is there where the talk itself already was the contact."""
    ticket = _open(feedback, terms, why="recorded by an agent", by=by, now=now)
    if contact:
        log_contact(ticket, by=by, now=now, **contact)
    return ticket


def _open(feedback: Feedback, terms: Terms, *, why: str, by: Actor, now: datetime) -> Ticket:
    """It belongs to whoever opens it."""
    plan = Plan(
        group=terms.group,
        policy=terms.policy,
        priority=terms.priority,
        actor=by,
        received_at=feedback.received_at,
        subject=subject_of(feedback),
        customer=feedback.person,
        contactable=feedback.way,
        feedback=[feedback],
        assignee=by.user if by.is_person else None,
        quiet=feedback.quiet,
        reason={"by_hand": why, "feedback": str(feedback.pk)},
    )
    ticket = open_tickets([plan], now=now)[0]
    if feedback.channel == Channel.STORE:
        note_replies_about([feedback], now=now)
        ticket = locked(ticket.pk)
    return ticket
