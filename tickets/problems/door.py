"""The one door to a problem: strangers find nothing, readers may not write."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import AccessGroup, User
from cxloop.kernel.errors import Conflict, Forbidden, NotHere
from cxloop.kernel.moment import moment
from tickets.problems.models import Announcement, Problem, ProblemEntry


def problems_seen_by(user: User) -> QuerySet[Problem]:
    return Problem.objects.visible_to(user).select_related(
        "root_cause", "group", "owner", "opened_by"
    )


def get_problem_for(user: User, pk: int) -> Problem:
    """Raises NotHere for strangers."""
    found = problems_seen_by(user).filter(pk=pk).first()
    if found is None:
        raise NotHere()
    return found


def may_change(user: User, problem: Problem) -> bool:
    return Problem.objects.workable_by(user).filter(pk=problem.pk).exists()


def problem_to_change(user: User, pk: int) -> Problem:
    """To read, for who may change it. Raises NotHere for strangers, Forbidden for readers."""
    found = get_problem_for(user, pk)
    if not may_change(user, found):
        raise Forbidden("Its owner, leads and managers of its group, and admins change a problem.")
    return found


def must_work_tickets(user: User) -> None:
    if not AccessGroup.objects.workable_by(user).exists():
        raise Forbidden("You may read problems, not open one or put tickets into it.")


@contextmanager
def changing(user: User, pk: int) -> Iterator[tuple[Problem, datetime]]:
    """The problem, locked until the block ends, and the moment of the act. Raises Conflict
    `archived` for one that is."""
    with transaction.atomic():
        problem_to_change(user, pk)
        rows = problems_seen_by(user).filter(pk=pk)
        problem = rows.select_for_update(no_key=True, of=("self",)).get()
        not_archived(problem)
        yield problem, moment()


def not_archived(problem: Problem) -> None:
    if problem.archived_at:
        raise Conflict("This problem is archived.", code="archived")


def announcement_to_change(problem: Problem, number: int) -> Announcement:
    """Locked: the sweep that writes its letters holds it too. The problem must be locked."""
    rows = Announcement.objects.filter(problem=problem, pk=number)
    found = rows.select_for_update(no_key=True).first()
    if found is None:
        raise NotHere()
    found.problem = problem
    return found


def announcement_of(problem: Problem, number: int) -> Announcement:
    """To read."""
    found = Announcement.objects.filter(problem=problem, pk=number).first()
    if found is None:
        raise NotHere()
    found.problem = problem
    return found


def sees_whole(problem: Problem, user: User) -> bool:
    """Whether all tickets that its watches counted are theirs to see. Of its group they are, where
    they see the problem, unless it was of another before; of the whole house only who sees every
    group."""
    if user.reads_everything or (problem.group_id and not _had_another_group(problem)):
        return True
    seen = AccessGroup.objects.visible_to(user).values("pk")
    return not AccessGroup.objects.current().exclude(pk__in=seen).exists()


def _had_another_group(problem: Problem) -> bool:
    changed = ProblemEntry.objects.filter(problem=problem, kind="changed")
    return changed.filter(reason__to__has_key="group").exists()
