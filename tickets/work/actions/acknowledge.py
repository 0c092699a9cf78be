"""We have it: said at once where the rule says so. It keeps no promise but its own."""

from datetime import datetime

from cxloop.kernel.letters import Draft, write_letters
from tickets.sla.actions import meet_clocks
from tickets.sla.models import Clock, Kind
from tickets.work.actor import RULE
from tickets.work.deadlines import refresh_deadline
from tickets.work.letters import acknowledgement, can_write_to
from tickets.work.models import Ticket
from tickets.work.opening import Plan
from tickets.work.timeline import write_entry


def acknowledge_tickets(plans: list[Plan], *, now: datetime) -> None:
    """One automatic letter a ticket, with the time by which a person will write."""
    written = [plan for plan in plans if plan.ticket and can_write_to(plan.ticket)]
    due = _due_times([plan.ticket for plan in written if plan.ticket])
    drafts = []
    for plan in written:
        assert plan.ticket is not None
        if plan.ticket.pk in due:
            drafts.append(_letter(plan, plan.ticket, due[plan.ticket.pk]))
            _note(plan, now)
    write_letters(drafts, now=now)


def _letter(plan: Plan, ticket: Ticket, due_at: datetime) -> Draft:
    zone = plan.feedback[0].source.time_zone
    return acknowledgement(ticket, due_at=due_at, zone=zone, received_at=plan.received_at)


def _note(plan: Plan, now: datetime) -> None:
    assert plan.ticket is not None
    meet_clocks(plan.ticket.promise, [Kind.ACKNOWLEDGE], at=now, now=now, contact=None)
    reason = {"rule": plan.reason["rule"]}
    write_entry(plan.ticket, "acknowledged", RULE, now=now, reason=reason, public=True)
    refresh_deadline(plan.ticket)


def _due_times(tickets: list[Ticket]) -> dict[int, datetime]:
    clocks = Clock.objects.filter(promise__in=[t.pk for t in tickets], kind=Kind.FOLLOW_UP)
    return {clock.promise_id: clock.due_at for clock in clocks if clock.due_at}
