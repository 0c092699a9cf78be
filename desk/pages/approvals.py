"""What waits for somebody to decide: the gestures above a limit or beyond a budget."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import AccessGroup, User
from cxloop.kernel.moment import moment
from desk.admission import caller
from desk.answers import show
from desk.forms.recovery import GestureNoteForm
from tickets.recovery.actions.budgets import month_of
from tickets.recovery.door import waiting_seen_by
from tickets.recovery.models import Budget, BudgetMonth, Gesture
from tickets.sla.models import Clock, Kind

MOST_SHOWN = 100


@dataclass(frozen=True)
class Waiting:
    """`share` is that of the order, in percent, where both are known in one currency."""

    gesture: Gesture
    due_at: datetime | None
    decidable: bool
    note: GestureNoteForm

    @property
    def share(self) -> Decimal | None:
        return share_of_order(self.gesture)


@dataclass(frozen=True)
class Left:
    budget: Budget
    spent: Decimal | None

    @property
    def left(self) -> Decimal:
        return self.budget.amount - (self.spent or 0)


@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    person, now = caller(request), moment()
    rows = list(waiting_seen_by(person)[: MOST_SHOWN + 1])
    led = list(AccessGroup.objects.led_by(person))
    context = {
        "room": "approvals",
        "waiting": list(_told(rows[:MOST_SHOWN], person, {one.pk for one in led})),
        "most": MOST_SHOWN if len(rows) > MOST_SHOWN else 0,
        "budgets": left_in(led, now),
        "now": now,
    }
    return show(request, "approvals.html", context)


def _told(rows: Sequence[Gesture], person: User, led: set[int]) -> Iterable[Waiting]:
    tickets = {row.recovery.ticket_id for row in rows}
    owed = Clock.objects.filter(promise__in=tickets, kind=Kind.APPROVE).live()
    due = dict(owed.values_list("promise", "due_at"))
    for row in rows:
        may = row.recovery.ticket.group_id in led and row.by_id != person.pk
        yield Waiting(row, due.get(row.recovery.ticket_id), may, GestureNoteForm(auto_id=False))


def share_of_order(gesture: Gesture) -> Decimal | None:
    recovery = gesture.recovery
    if not gesture.amount or gesture.currency != recovery.order_currency:
        return None
    assert recovery.order_value is not None
    return 100 * gesture.amount / recovery.order_value


def left_in(groups: Sequence[AccessGroup], now: datetime) -> list[Left]:
    """What this month has left of the budgets of these groups, and of the house's."""
    if not groups:
        return []
    rows = Budget.objects.filter(Q(group=None) | Q(group__in=groups)).select_related("group")
    spent = spent_of(rows, now)
    ordered = rows.order_by("group__name", "kind", "currency")
    return [Left(row, spent.get(row.pk)) for row in ordered]


def spent_of(rows: QuerySet[Budget], now: datetime) -> dict[int, Decimal]:
    """By the number of the budget; a month of which nothing was taken yet is not there."""
    months = BudgetMonth.objects.filter(budget__in=rows, month=month_of(now))
    return dict(months.values_list("budget", "spent"))
