"""What one person may promise alone, and what a month may cost."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.models import AccessGroup
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.forms.base import Said
from desk.forms.limits import LimitForm, NewBudgetForm, NewLimitForm
from desk.pages.admin.shelf import done, reads_or_sends, shelve
from desk.pages.approvals import Left, spent_of
from tickets.recovery.actions import budgets as budget_actions
from tickets.recovery.actions import limits as limit_actions
from tickets.recovery.models import Budget, GestureLimit


@reads_or_sends
@admins_write
def limits(request: HttpRequest) -> HttpResponse:
    def write(said: Said) -> GestureLimit:
        return limit_actions.write_limit(**_of_group(said), by=caller(request), now=moment())

    form = NewLimitForm.of(request)
    if form.carries_out(write):
        return done(request, "admin-limits")
    rows = GestureLimit.objects.select_related("group", "written_by")
    context = {"rows": rows.order_by("group__name", "currency", "role", "kind")}
    return shelve(request, "limits/list", context, form=form)


@reads_or_sends
@admins_write
@transaction.atomic
def limit(request: HttpRequest, pk: int) -> HttpResponse:
    found, change = GestureLimit.objects.filter(pk=pk), limit_actions.change_limit
    return _edit(request, found, "limits", change=change, remove=limit_actions.remove_limit)


@reads_or_sends
@admins_write
def budgets(request: HttpRequest) -> HttpResponse:
    def write(said: Said) -> Budget:
        return budget_actions.write_budget(**_of_group(said), by=caller(request), now=moment())

    form = NewBudgetForm.of(request)
    if form.carries_out(write):
        return done(request, "admin-budgets")
    rows = Budget.objects.select_related("group", "written_by")
    spent = spent_of(rows, moment())
    ordered = rows.order_by("group__name", "currency", "kind")
    context = {"rows": [Left(row, spent.get(row.pk)) for row in ordered]}
    return shelve(request, "budgets/list", context, form=form)


@reads_or_sends
@admins_write
@transaction.atomic
def budget(request: HttpRequest, pk: int) -> HttpResponse:
    found, change = Budget.objects.filter(pk=pk), budget_actions.change_budget
    return _edit(request, found, "budgets", change=change, remove=budget_actions.remove_budget)


def _edit(
    request: HttpRequest,
    found: QuerySet[Any],
    shelf: str,
    *,
    change: Callable[..., Any],
    remove: Callable[[Any], None],
) -> HttpResponse:
    """Its amount is changed, or it is removed."""
    row = found.select_related("group").first()
    if row is None:
        raise NotHere()
    if "remove" in request.POST:
        remove(row)
        return done(request, f"admin-{shelf}")
    form = LimitForm.of(request, initial={"amount": row.amount})
    if form.carries_out(lambda said: change(row, **said, by=caller(request), now=moment())):
        return done(request, f"admin-{shelf}")
    return shelve(request, f"{shelf}/edit", {"row": row}, form=form)


def _of_group(said: Said) -> Said:
    group = AccessGroup.objects.current().filter(slug=said.pop("group")).first()
    return {**said, "group": group}
