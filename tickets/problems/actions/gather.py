"""A problem that gathers takes up by itself every ticket whose repair names its cause.

What happens from now on is found in the history of tickets, which is walked once for all problems;
what happened before a problem was opened, by walking its tickets from the day it begins with. Both
go on from where they were left, so they cost what is new and never what is stored.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from cxloop.kernel.away import is_away
from tickets.problems.models import Gathered, Problem, ProblemTicket
from tickets.problems.naming import NOT_COUNTED, naming
from tickets.work.models import Ticket
from tickets.work.walking import newest_settled, next_stretch

logger = logging.getLogger(__name__)

A_STEP = 500
# Entries that say, or take back, what brought something about, or by which a ticket comes into a
# group, leaves it, or counts again.
NAMES_A_CAUSE = ("resolved", "recovery_changed", "taken_back")
CHANGES_GROUP = ("handed_over", "sent_back", "handover_taken_back")
BEARS_ON_IT = (*NAMES_A_CAUSE, *CHANGES_GROUP, "not_spam")
MERGED = "merged"
RULE = ProblemTicket.How.RULE


@transaction.atomic
def gather_named(*, now: datetime) -> int:
    """Walks the history on from where it was left: how many entries it passed."""
    walked = _walked(now)
    if passed := next_stretch(walked.entry, now=now):
        for one in passed:
            if one.kind == MERGED:
                carry_on(one.ticket, now=now)
        tickets = {one.ticket for one in passed if one.kind in BEARS_ON_IT}
        for problem in Problem.objects.gathering().order_by("pk") if tickets else ():
            _take_up_or_leave(problem, tickets, now)
        walked.entry = passed[-1].entry
        walked.save(update_fields=["entry"])
    return len(passed)


def carry_on(merged: int, *, now: datetime) -> None:
    """Where a person put in what was merged since, the ticket that goes on for it stands there in
    its place; unless a person took out that one. What a rule took up a rule finds again."""
    into = Ticket.objects.get(pk=merged).merged_into_id
    rows = ProblemTicket.objects.standing().filter(ticket=merged, problem__archived_at=None)
    for row in rows.exclude(how=RULE).order_by("pk") if into else ():
        facts = {"how": row.how, "by": row.by, "at": now, "out_at": None}
        _, is_new = ProblemTicket.objects.get_or_create(
            problem_id=row.problem_id, ticket_id=into, defaults=facts
        )
        if not is_new:
            there = ProblemTicket.objects.filter(problem=row.problem_id, ticket=into, out_by=None)
            there.filter(Q(how=RULE) | Q(out_at__isnull=False)).update(**facts)


def _take_up_or_leave(problem: Problem, tickets: set[int], now: datetime) -> None:
    """One that cannot take them up is in no other's way: left to look back over all its past, it is
    put off by itself, and seen, until it can."""
    try:
        with transaction.atomic():
            take_up(problem, tickets, now=now)
    except Exception as error:
        if is_away(error):
            raise
        logger.exception("could not gather for %r", problem, extra={"row": repr(problem)})
        Problem.objects.gathering().filter(pk=problem.pk).update(
            looks_back_at=now, looked_back_to=None, looked_back_ticket=0
        )


def _walked(now: datetime) -> Gathered:
    """Locked. What happened before the first walk is found by looking back."""
    if not Gathered.objects.exists():
        first = Gathered(entry=newest_settled(now=now))
        Gathered.objects.bulk_create([first], ignore_conflicts=True)
    return Gathered.objects.select_for_update(no_key=True).get()


def look_back(problems: list[Problem], now: datetime) -> None:
    """One step of each, from the ticket where it was left towards the present. The problems must be
    locked."""
    for problem in problems:
        ahead = list(ahead_of(problem, now))
        take_up(problem, [number for number, _ in ahead], now=now)
        if len(ahead) == A_STEP:
            problem.looked_back_ticket, problem.looked_back_to = ahead[-1]
        else:
            problem.looks_back_at = None
        problem.attempts, problem.try_after, problem.last_error = 0, None, ""
        problem.save()


def ahead_of(problem: Problem, now: datetime) -> QuerySet[Ticket, tuple[int, datetime]]:
    """The next tickets on the way to the present, by their receipt."""
    since = problem.looked_back_to or problem.gathers_from
    beyond = Q(created_at__gt=since) | Q(created_at=since, pk__gt=problem.looked_back_ticket)
    rows = Ticket.objects.filter(beyond, created_at__gte=since, created_at__lte=now)
    return rows.order_by("created_at", "pk").values_list("pk", "created_at")[:A_STEP]


def take_up(problem: Problem, tickets: Iterable[int], *, now: datetime) -> None:
    """Of these tickets those whose repair names its cause, and no longer those that do so no more.
    What a person took out stays out, and what a person put in stays in."""
    looked_at = set(tickets)
    rows = Ticket.objects.filter(pk__in=looked_at, created_at__gte=problem.gathers_from)
    rows = rows.filter(group=problem.group_id) if problem.group_id else rows
    rows = rows.exclude(outcome__in=NOT_COUNTED)
    named = set(rows.filter(naming(problem.root_cause_id)).values_list("pk", flat=True))
    of_problem = ProblemTicket.objects.filter(problem=problem)
    gone = of_problem.standing().filter(ticket__in=looked_at - named, how=RULE)
    gone.update(out_at=now)
    again = of_problem.filter(ticket__in=named, out_at__isnull=False, out_by=None)
    again.update(out_at=None, how=RULE, by=None, at=now)
    ProblemTicket.objects.bulk_create(
        [ProblemTicket(problem=problem, ticket_id=pk, how=RULE, at=now) for pk in sorted(named)],
        ignore_conflicts=True,
    )
