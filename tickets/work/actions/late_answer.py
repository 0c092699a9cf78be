"""A reply to a ticket that ended long ago: a matter of its own, with a promise of its own."""

from datetime import datetime, timedelta

from feedback.email.actions import hear_after_all
from feedback.email.models import Mail
from feedback.intake.actions.asks import as_reachable
from feedback.intake.models import Arrival, Feedback
from tickets.sla.models import PolicyVersion
from tickets.work.actor import CUSTOMER
from tickets.work.lifecycle import CLOSED
from tickets.work.models import Priority, Ticket, Triage
from tickets.work.opening import Plan, open_tickets, subject_of
from tickets.work.teams import may_work
from tickets.work.timeline import write_entry


def is_late(ticket: Ticket, received_at: datetime) -> bool:
    """By the policy that the ticket was promised under, whether a reply received then begins it no
    more anew. Where its group is gone nobody would open another one."""
    for_s = ticket.promise.policy.reopens_for_s
    if ticket.closed_at is None or for_s is None or ticket.group.archived_at:
        return False
    return received_at > ticket.closed_at + timedelta(seconds=for_s)


def successor_of(ticket: Ticket) -> int | None:
    """The number of the one that an earlier late reply opened, while that has not ended."""
    followed = Ticket.objects.filter(linked_to=ticket, customer=ticket.customer_id)
    return followed.exclude(status=CLOSED).order_by("-pk").values_list("pk", flat=True).first()


def open_for_late_answer(ticket: Ticket, mail: Mail, *, now: datetime) -> Ticket:
    """The mail is heard as feedback, and no rule is asked what to do with it: they were answered
    here before. The ticket that ended must be locked. Raises TooMany, as hearing does."""
    hear_after_all(mail, now=now)
    feedback = _judged(mail, ticket, now)
    made = open_tickets([_plan(ticket, feedback, mail)], now=now)[0]
    write_entry(ticket, "linked", CUSTOMER, now=now, reason={"with": made.ref})
    return made


def _judged(mail: Mail, ticket: Ticket, now: datetime) -> Feedback:
    assert mail.feedback_id is not None
    Arrival.objects.filter(feedback=mail.feedback_id).delete()
    reason = f"No rule was asked: it answers {ticket.ref}, which had ended long before."
    Triage.objects.create(
        feedback_id=mail.feedback_id, decision=Triage.Decision.NONE, reason=reason, at=now
    )
    heard = Feedback.objects.select_related("customer__joined_to", "source")
    feedback = heard.get(pk=mail.feedback_id)
    as_reachable([feedback])
    return feedback


def _plan(ticket: Ticket, feedback: Feedback, mail: Mail) -> Plan:
    owner, customer = ticket.assignee, ticket.customer
    is_theirs = customer is not None and customer.email == mail.sender
    policy = ticket.promise.policy.policy
    return Plan(
        group=ticket.group,
        policy=PolicyVersion.objects.newest_by_slug([policy.slug])[policy.slug],
        priority=Priority(ticket.priority),
        actor=CUSTOMER,
        received_at=feedback.received_at,
        subject=subject_of(feedback),
        customer=customer if is_theirs else feedback.person,
        contactable=feedback.way,
        feedback=[feedback],
        assignee=owner if owner and may_work(owner, ticket.group) else None,
        linked_to=ticket,
        reason={"late_after": ticket.ref, "feedback": str(feedback.pk)},
    )
