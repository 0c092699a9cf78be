"""Two tickets are linked, both ways, or no longer; and one that holds two matters is split."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from cxloop.kernel.errors import Conflict, Refused
from feedback.intake.actions.asks import as_reachable
from feedback.intake.models import Feedback
from tickets.sla.actions.end import meet_clocks
from tickets.sla.models import Clock, Kind
from tickets.work.actions.moves import check_move
from tickets.work.actor import Actor
from tickets.work.deadlines import refresh_deadline
from tickets.work.models import Priority, Ticket, TicketFeedback, TicketLink
from tickets.work.opening import Plan, open_tickets, subject_of
from tickets.work.timeline import write_entry

MOST_LINKS = 50


def link_tickets(ticket: Ticket, other: Ticket, *, by: Actor, now: datetime) -> None:
    """Both must be locked."""
    if ticket.pk == other.pk:
        raise Refused.at("/to", "linked_to_itself", "A ticket is not linked to itself.")
    if _pair(ticket, other).exists():
        return
    if links_of(ticket).count() >= MOST_LINKS:
        raise Refused.at("/to", "enough_links", f"At most {MOST_LINKS} tickets are linked.")
    low, high = sorted((ticket.pk, other.pk))
    TicketLink.objects.create(low_id=low, high_id=high, by=by.user, since=now)
    _note_both("linked", (ticket, other), by, now)


def unlink_tickets(ticket: Ticket, other: Ticket, *, by: Actor, now: datetime) -> None:
    gone, _ = _pair(ticket, other).delete()
    if gone:
        _note_both("unlinked", (ticket, other), by, now)


def links_of(ticket: Ticket) -> QuerySet[TicketLink]:
    return TicketLink.objects.filter(Q(low=ticket) | Q(high=ticket))


def _pair(ticket: Ticket, other: Ticket) -> QuerySet[TicketLink]:
    low, high = sorted((ticket.pk, other.pk))
    return TicketLink.objects.filter(low=low, high=high)


def _note_both(kind: str, both: tuple[Ticket, Ticket], by: Actor, now: datetime) -> None:
    ticket, other = both
    write_entry(ticket, kind, by, now=now, reason={"with": other.ref})
    write_entry(other, kind, by, now=now, reason={"with": ticket.ref})


def split_ticket(ticket: Ticket, feedback: UUID, *, by: Actor, now: datetime) -> Ticket:
    """This feedback gets a ticket of its own, whose promises run from its own receipt, under the
    policy it was promised by. The other one keeps its history and its clocks as they are. Raises
    Conflict `last_feedback` where nothing would be left."""
    check_move(ticket, "split")
    links = TicketFeedback.objects.filter(ticket=ticket)
    found = links.filter(pk=feedback).first()
    if found is None:
        raise Refused.at("/feedback", "not_on_ticket", "This feedback is not on this ticket.")
    if links.count() == 1:
        raise Conflict("It is the last feedback of this ticket.", code="last_feedback")
    said = Feedback.objects.select_related("customer__joined_to", "source").get(pk=feedback)
    as_reachable([said])
    found.delete()
    made = open_tickets([_plan(ticket, said, by)], now=now)[0]
    _carry_acknowledgement(ticket, made, said.received_at, now)
    reason = {"into": made.ref, "feedback": str(feedback)}
    write_entry(ticket, "split", by, now=now, reason=reason)
    return made


def _plan(ticket: Ticket, said: Feedback, by: Actor) -> Plan:
    return Plan(
        group=ticket.group,
        policy=ticket.promise.policy,
        priority=Priority(ticket.priority),
        actor=by,
        received_at=said.received_at,
        subject=subject_of(said),
        customer=said.person or ticket.customer,
        contactable=said.way,
        feedback=[said],
        assignee=ticket.assignee,
        tags=ticket.tags,
        linked_to=ticket,
        quiet=ticket.quiet,
        reason={"split_from": ticket.ref, "feedback": str(said.pk)},
    )


def _carry_acknowledgement(
    ticket: Ticket, made: Ticket, received_at: datetime, now: datetime
) -> None:
    """They were told that we have it, when it still was one ticket."""
    told = Clock.objects.filter(promise=ticket.promise, kind=Kind.ACKNOWLEDGE)
    first = told.exclude(met_at=None).order_by("met_at").first()
    if first and first.met_at:
        at = max(first.met_at, received_at)
        meet_clocks(made.promise, [Kind.ACKNOWLEDGE], at=at, now=now, contact=None)
        refresh_deadline(made)
