"""How a test brings problems about."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from tests.cast import Cast
from tests.makers import NOW, make_customer, make_feedback, make_root_cause, make_ticket
from tests.recovery.asking import resolve
from tickets.problems.actions.problems import analyse_problem, fix_problem, open_problem
from tickets.problems.actions.tickets import put_in
from tickets.problems.models import Problem, ProblemTicket, Watch, WatchPoint
from tickets.problems.sweeps import gather_tickets
from tickets.work.models import RootCause, Ticket

DAY = timedelta(days=1)


def cause(slug: str = "delivery") -> RootCause:
    return RootCause.objects.filter(slug=slug).first() or make_root_cause(slug)


def make_problem(cast: Cast, **facts: Any) -> Problem:
    """Of the cast's group, the lead's, about deliveries."""
    by, now = facts.pop("by", cast.lead), facts.pop("now", NOW)
    given = {"title": "Parcels get lost", "root_cause": cause(), "group": cast.group}
    return open_problem({**given, **facts}, by=by, now=now)


def ticket_at(cast: Cast, at: datetime, *, group: Any = None, **plan: Any) -> Ticket:
    customer = plan.pop("customer", None) or make_customer()
    words = plan.pop("comment", "Parcel never arrived")
    said = make_feedback(nps=2, comment=words, customer=customer, received_at=at, judged=True)
    return make_ticket(group or cast.group, customer=customer, feedback=said, **plan)


def resolved_at(
    cast: Cast, at: datetime, *, slug: str = "delivery", by: User | None = None, **plan: Any
) -> Ticket:
    """Received then, resolved an hour later."""
    named = cause(slug)
    ticket = ticket_at(cast, at, **plan)
    return resolve(ticket, by=by or cast.agent, now=at + timedelta(hours=1), cause=named)


def put(problem: Problem, *tickets: Ticket, by: User, now: datetime = NOW) -> None:
    for ticket in tickets:
        put_in(problem, ticket, by=by, now=now)


def standing(problem: Problem) -> set[int]:
    rows = ProblemTicket.objects.standing().filter(problem=problem)
    return set(rows.values_list("ticket", flat=True))


def gather(now: datetime) -> None:
    gather_tickets(clock=lambda: now)


def make_fixed(
    problem: Problem, *, on: datetime, by: User, now: datetime, left: float = 0.5
) -> Watch:
    analyse_problem(problem, by=by, now=now)
    return fix_problem(problem, fixed_on=on.date(), expected_left=left, by=by, now=now)


def watched(problem: Problem) -> None:
    """With one point that was judged."""
    facts = {"had": 60, "of": 540, "waits_days": 3, "period_days": 7, "power": 0.95}
    watch = Watch.objects.create(
        problem=problem, begun_at=NOW, expected_left=0.5, next_at=NOW, **facts
    )
    facts = {"start": NOW, "end": NOW.replace(day=27), "judged_at": NOW}
    WatchPoint.objects.create(watch=watch, had=3, of=40, expected=2, most=6, signal=False, **facts)
