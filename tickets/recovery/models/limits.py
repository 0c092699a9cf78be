from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import AccessGroup, User
from accounts.roles import GroupRole
from tickets.recovery.judgement import GESTURE_KINDS
from tickets.recovery.models.gesture import Gesture

_ANY = ""


class GestureLimitQuerySet(models.QuerySet["GestureLimit"]):
    def of_group(
        self, group: AccessGroup, *, role: str = _ANY, kind: str = _ANY
    ) -> dict[str, Decimal]:
        """The limits that hold there for this role and gesture, by currency: a group's own before
        those of all, then one for the role, then one for the gesture."""
        rows = self._for(group).filter(role__in={_ANY, role}, kind__in={_ANY, kind})
        return {row.currency: row.amount for row in rows}

    def to_approve(
        self, group: AccessGroup, *, role: str, kind: str, currency: str
    ) -> Decimal | None:
        """Up to what this role may let others promise: as the limits that name it say, and nothing
        where they leave a currency or gesture out. None where no limit names it: it has none."""
        rows = list(self._for(group).filter(role=role)) if role else []
        limits = {row.currency: row.amount for row in rows if row.kind in (_ANY, kind)}
        return limits.get(currency, Decimal(0)) if rows else None

    def _for(self, group: AccessGroup) -> Self:
        """The nearest last."""
        own_last = F("group").asc(nulls_first=True)
        return self.filter(Q(group=None) | Q(group=group)).order_by(own_last, "role", "kind")


class GestureLimit(models.Model):
    """What one person of this group may promise alone, per currency; no row means nothing that
    costs. Without a group it holds for every group that has no row of its own, without a role for
    every role, without a kind for every gesture."""

    group = models.ForeignKey(AccessGroup, on_delete=models.CASCADE, null=True, related_name="+")
    role = models.CharField(
        max_length=10, choices=GroupRole.choices, default=_ANY, db_default=_ANY, blank=True
    )
    kind = models.CharField(max_length=20, default=_ANY, db_default=_ANY, blank=True)
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = GestureLimitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "role", "kind", "currency"],
                name="one_limit_for_each",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="limit_is_not_negative"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="limit_has_a_currency"
            ),
            models.CheckConstraint(
                condition=Q(role__in=[_ANY, "agent", "lead", "manager"])
                & Q(kind__in=[_ANY, *GESTURE_KINDS]),
                name="limit_is_of_what_there_is",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class Budget(models.Model):
    """What may be promised in one calendar month of UTC: in a group or in the house, of one kind or
    of all, in one currency. What would go beyond it waits, and cannot be approved either."""

    group = models.ForeignKey(AccessGroup, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=20, default=_ANY, blank=True)
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "kind", "currency"], name="one_budget", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="budget_is_not_negative"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="budget_has_a_currency"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[_ANY, *GESTURE_KINDS]), name="budget_is_of_a_gesture"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} a month"


class BudgetMonth(models.Model):
    """How much of a budget one month has spent. `amount` is the budget as it is then: so PostgreSQL
    itself sees that no two approvals at once go beyond it."""

    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="months")
    month = models.DateField(help_text="its first day")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    spent = models.DecimalField(max_digits=14, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["budget", "month"], name="one_month_of_a_budget"),
            models.CheckConstraint(
                condition=Q(spent__gte=0, spent__lte=F("amount")), name="budget_is_not_overspent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.spent} of {self.amount} in {self.month}"

    @property
    def left(self) -> Decimal:
        return self.amount - self.spent


class BudgetUse(models.Model):
    """What one gesture takes of a budget; given back where it is broken."""

    month = models.ForeignKey(BudgetMonth, on_delete=models.CASCADE, related_name="uses")
    gesture = models.ForeignKey(Gesture, on_delete=models.PROTECT, related_name="uses")
    amount = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "gesture"], name="gesture_spends_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="use_is_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.gesture_id} in {self.month_id}"
