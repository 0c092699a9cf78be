"""What happened to a problem is written with each act, and read by who may see what it is about."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from tickets.problems.models import Problem, ProblemEntry
from tickets.work.models import Ticket


def note(
    problem: Problem,
    kind: str,
    by: User | None,
    *,
    now: datetime,
    text: str = "",
    reason: dict[str, Any] | None = None,
    ticket: Ticket | None = None,
) -> ProblemEntry:
    return ProblemEntry.objects.create(
        problem=problem, kind=kind, actor=by, at=now, text=text, reason=reason or {}, ticket=ticket
    )


def history_of(problem: Problem, reader: User) -> QuerySet[ProblemEntry]:
    """The newest first; not what is about tickets that they do not see."""
    rows = ProblemEntry.objects.filter(problem=problem).select_related("actor")
    if not reader.reads_everything:
        seen = Ticket.objects.visible_to(reader).values("pk")
        rows = rows.filter(Q(ticket=None) | Q(ticket__in=seen))
    return rows.order_by("-at", "-pk")
