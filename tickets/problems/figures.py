"""What stands behind problems, cut to the tickets that one reader may see: as many statements for
many problems as for one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from tickets.problems.cost import DAYS, Size, Spent
from tickets.problems.models import Problem, ProblemTicket
from tickets.problems.naming import NOT_COUNTED
from tickets.recovery.judgement import KEPT, PROMISED
from tickets.work.lifecycle import CLOSED
from tickets.work.models import Ticket

WON_BACK = ("recovered", "improved", "satisfied_without_repair")
_PERSON = Coalesce("ticket__customer__joined_to", "ticket__customer")
_VALUE = Coalesce("ticket__customer__joined_to__value", "ticket__customer__value")


def standing_in(problems: Iterable[Problem], reader: User) -> QuerySet[ProblemTicket]:
    """The tickets that count for these, as far as the reader sees them."""
    rows = ProblemTicket.objects.standing().filter(problem__in=[one.pk for one in problems])
    if not reader.reads_everything:
        seen = Ticket.objects.visible_to(reader).values("pk")
        rows = rows.filter(ticket__in=seen)
    return rows.exclude(ticket__outcome__in=NOT_COUNTED)


def tickets_of(problem: Problem, reader: User) -> QuerySet[ProblemTicket]:
    """The newest tickets first."""
    rows = standing_in([problem], reader).select_related("ticket__group", "ticket__customer", "by")
    return rows.order_by("-ticket")


def sizes_of(problems: Sequence[Problem], reader: User, *, now: datetime) -> dict[int, Size]:
    """By the number of the problem."""
    rows = standing_in(problems, reader).order_by()
    sizes = {problem.pk: Size() for problem in problems}
    for found in _counts(rows, now):
        number = found.pop("problem")
        sizes[number] = Size(**found)
    for number, (value, at_risk) in _values(rows).items():
        sizes[number] = replace(sizes[number], value=value, value_at_risk=at_risk)
    for number, spent in _spent(rows).items():
        sizes[number] = replace(sizes[number], spent=spent)
    return sizes


def _counts(rows: QuerySet[ProblemTicket], now: datetime) -> list[dict[str, Any]]:
    since = now - timedelta(days=DAYS)
    counted: Any = rows.values("problem").annotate(
        tickets=Count("pk"),
        open=Count("pk", filter=~Q(ticket__status=CLOSED)),
        new=Count("pk", filter=Q(ticket__created_at__gt=since)),
        customers=Count(_PERSON, distinct=True),
    )
    return list(counted)


def _values(rows: QuerySet[ProblemTicket]) -> dict[int, tuple[Decimal, Decimal]]:
    """Of all and of those at risk; one row a person, of those whose value is known."""
    valued = rows.annotate(person=_PERSON, worth=_VALUE).filter(worth__isnull=False)
    people = valued.values("problem", "person").annotate(
        most=Max("worth"),
        lost=Count("pk", filter=~Q(ticket__outcome__in=WON_BACK)),
    )
    found: dict[int, tuple[Decimal, Decimal]] = {}
    for number, most, lost in people.values_list("problem", "most", "lost"):
        value, at_risk = found.get(number, (Decimal(0), Decimal(0)))
        found[number] = (value + most, at_risk + (most if lost else 0))
    return found


def _spent(rows: QuerySet[ProblemTicket]) -> dict[int, dict[str, Spent]]:
    """Promised or kept, by currency: amounts of different ones are never added up."""
    given = rows.filter(
        ticket__recoveries__gestures__state__in=[PROMISED, KEPT],
        ticket__recoveries__gestures__amount__isnull=False,
    )
    paid: Any = given.values("problem", currency=F("ticket__recoveries__gestures__currency"))
    found: dict[int, dict[str, Spent]] = {}
    for row in paid.annotate(
        amount=Sum("ticket__recoveries__gestures__amount"),
        gestures=Count("ticket__recoveries__gestures"),
    ):
        of_problem = found.setdefault(row["problem"], {})
        of_problem[row["currency"]] = Spent(row["amount"], row["gestures"])
    return found
