"""Tickets are put into a problem by hand, and taken out again."""

from datetime import datetime

from accounts.models import User
from cxloop.kernel.errors import Conflict, NotHere, Refused
from tickets.problems.door import not_archived
from tickets.problems.history import note
from tickets.problems.models import Problem, ProblemTicket
from tickets.problems.naming import NOT_COUNTED
from tickets.work.door import working_on
from tickets.work.models import Ticket

HAND, SUGGESTION = ProblemTicket.How.HAND, ProblemTicket.How.SUGGESTION


def put_ticket_in(person: User, problem: Problem, ticket: str, how: str = HAND) -> ProblemTicket:
    """Raises Refused for a ticket that they do not see, Forbidden for one they do not work."""
    try:
        with working_on(person, ticket) as (found, now):
            return put_in(problem, found, how=how, by=person, now=now)
    except NotHere:
        detail = "There is no such ticket, as far as you may see."
        raise Refused.at("/ticket", "unknown_ticket", detail) from None


def put_in(
    problem: Problem, ticket: Ticket, *, how: str = HAND, by: User, now: datetime
) -> ProblemTicket:
    """Whatever rule or person took it out before. The same again writes nothing. Raises Refused for
    one that was merged or is spam, Conflict `archived`. The ticket must be locked."""
    not_archived(problem)
    if ticket.outcome in NOT_COUNTED:
        detail = "It was merged or is spam, and counts nowhere."
        raise Refused.at("/ticket", "not_counted", detail)
    facts = {"how": how, "by": by, "at": now, "out_at": None, "out_by": None}
    row, is_new = ProblemTicket.objects.get_or_create(
        problem=problem, ticket=ticket, defaults=facts
    )
    if not is_new and row.out_at is None:
        return row
    if not is_new:
        ProblemTicket.objects.filter(pk=row.pk).update(**facts)
        row.refresh_from_db()
    note(problem, "put_in", by, now=now, ticket=ticket, reason={"ref": ticket.ref, "how": how})
    return row


def take_out(problem: Problem, ticket: Ticket, *, by: User, now: datetime) -> None:
    """No rule puts it back. The ticket must be locked."""
    not_archived(problem)
    rows = ProblemTicket.objects.standing().filter(problem=problem, ticket=ticket)
    if not rows.update(out_at=now, out_by=by):
        raise Conflict("This ticket is not in the problem.", code="not_in_it")
    note(problem, "taken_out", by, now=now, ticket=ticket, reason={"ref": ticket.ref})
