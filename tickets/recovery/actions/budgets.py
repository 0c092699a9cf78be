"""What a month may cost. What is promised takes of every budget it falls under, or of none."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.actions.unique import given_once
from accounts.models import AccessGroup, User
from cxloop.kernel.errors import Conflict, NotHere, Refused
from tickets.recovery.currencies import DECIMALS, is_payable
from tickets.recovery.judgement import GESTURE_KINDS, NEVER
from tickets.recovery.models import Budget, BudgetMonth, BudgetUse, Gesture
from tickets.recovery.money import LARGEST_AMOUNT


def write_budget(
    *,
    group: AccessGroup | None,
    kind: str = "",
    currency: str,
    amount: Decimal,
    by: User,
    now: datetime,
) -> Budget:
    """For one group, or for the house together; of one kind of gesture, or of all. What was
    promised before it was written takes nothing of it. Raises Refused."""
    if currency not in DECIMALS:
        raise Refused.at("/currency", "unknown_currency", "A code of ISO 4217, for example EUR.")
    check_kind(kind)
    budget = Budget(group=group, kind=kind, currency=currency, written_at=now, written_by=by)
    budget.amount = acceptable_amount(amount, currency)
    with given_once("/currency", "There is such a budget already."):
        budget.save(force_insert=True)
    return budget


@transaction.atomic
def change_budget(budget: Budget, *, amount: Decimal, by: User, now: datetime) -> None:
    """Holds at once, for this month too. Raises Conflict `spent` below what is spent already."""
    _hold(budget)  # or somebody might begin the month with the old amount meanwhile
    _begin_months([budget], now)
    budget.amount = acceptable_amount(amount, budget.currency)
    budget.written_by, budget.written_at = by, now
    month = BudgetMonth.objects.select_for_update().filter(budget=budget, month=month_of(now))
    if (running := month.get()).spent > budget.amount:
        raise Conflict(
            f"{running.spent} {budget.currency} are spent in this month already.", code="spent"
        )
    budget.save(update_fields=["amount", "written_by", "written_at"])
    month.update(amount=budget.amount)


@transaction.atomic
def remove_budget(budget: Budget) -> None:
    """Nothing is counted for it any more. Whoever takes of it just now has done so before, and what
    they promised stands."""
    _hold(budget)
    budget.delete()


def _hold(budget: Budget) -> None:
    """Raises NotHere where somebody has removed it meanwhile."""
    if not Budget.objects.select_for_update().filter(pk=budget.pk).exists():
        raise NotHere()


def check_kind(kind: str) -> None:
    if kind and (kind not in GESTURE_KINDS or GESTURE_KINDS[kind].costs == NEVER):
        costly = [name for name, one in GESTURE_KINDS.items() if one.costs != NEVER]
        raise Refused.at("/kind", "unknown_kind", f"One of: {', '.join(costly)}.")


def acceptable_amount(amount: Decimal, currency: str) -> Decimal:
    """Itself. Raises Refused where it is too large, below nothing or half a won."""
    if not 0 <= amount <= LARGEST_AMOUNT:
        raise Refused.at("/amount", "out_of_range", "An amount from 0.")
    if not is_payable(amount, currency):
        raise Refused.at("/amount", "not_payable", f"No such amount of {currency} can be given.")
    return amount


def month_of(now: datetime) -> date:
    """Its first day, in UTC: a budget is the house's, and a house has people in several zones."""
    return now.astimezone(UTC).date().replace(day=1)


def months_for(
    group: AccessGroup, *, kind: str, currency: str, now: datetime
) -> QuerySet[BudgetMonth]:
    """This month of every budget that such a gesture falls under, begun where it has not been. The
    budgets are locked, in the order of their numbers: one that is being removed is none."""
    fits = Budget.objects.filter(Q(group=None) | Q(group=group), currency=currency)
    rows = fits.filter(kind__in={"", kind}).order_by("pk")
    found = list(rows.select_for_update(no_key=True))
    _begin_months(found, now)
    return BudgetMonth.objects.filter(budget__in=found, month=month_of(now)).order_by("pk")


def _begin_months(budgets: Iterable[Budget], now: datetime) -> None:
    """In one order, so that two who begin the same do not wait for each other in a circle."""
    ordered = sorted(budgets, key=lambda one: one.pk)
    begun = [BudgetMonth(budget=one, month=month_of(now), amount=one.amount) for one in ordered]
    BudgetMonth.objects.bulk_create(begun, ignore_conflicts=True)


def take_of_budgets(gesture: Gesture, group: AccessGroup, *, now: datetime) -> str:
    """Of all of them or of none: why not, where one has too little left. They are locked in the
    order of their numbers until the transaction ends, so two who promise at once wait for each
    other."""
    if gesture.amount is None:
        return ""
    wanted = months_for(group, kind=gesture.kind, currency=gesture.currency, now=now)
    months = list(wanted.select_for_update(of=("self",)).select_related("budget"))
    if short := next((one for one in months if one.left < gesture.amount), None):
        return f"{short.left} {gesture.currency} are left of the budget of this month"
    _spend(months, gesture)
    return ""


def _spend(months: Iterable[BudgetMonth], gesture: Gesture) -> None:
    assert gesture.amount is not None
    for month in months:
        BudgetMonth.objects.filter(pk=month.pk).update(spent=F("spent") + gesture.amount)
    BudgetUse.objects.bulk_create(
        [BudgetUse(month=month, gesture=gesture, amount=gesture.amount) for month in months]
    )


def give_back(gesture: Gesture) -> None:
    """It will not come: what it took is free again, in the month it was taken of. Locked in the
    order in which a budget goes, so that neither waits for the other in a circle."""
    uses = BudgetUse.objects.filter(gesture=gesture).order_by("month")
    for use in uses.select_for_update():
        BudgetMonth.objects.filter(pk=use.month_id).update(spent=F("spent") - use.amount)
    uses.delete()
