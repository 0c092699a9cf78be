from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from accounts.models import AccessGroup, User
from tickets.recovery import judgement
from tickets.recovery.models.repair import Recovery


class GestureLimitQuerySet(models.QuerySet["GestureLimit"]):
    def of_group(self, group: AccessGroup) -> dict[str, Decimal]:
        """The limits that hold for this group, by currency: its own before those of all."""
        rows = self.filter(Q(group=None) | Q(group=group)).order_by(
            F("group").asc(nulls_first=True)
        )
        return {row.currency: row.amount for row in rows}


class GestureLimit(models.Model):
    """What one person of this group may promise alone, per currency; no row means nothing that
    costs. Without a group it holds for every group that has no row of its own."""

    group = models.ForeignKey(AccessGroup, on_delete=models.CASCADE, null=True, related_name="+")
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = GestureLimitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "currency"], name="one_limit_a_currency", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="limit_is_not_negative"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="limit_has_a_currency"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class Gesture(models.Model):
    """One thing done or promised to put it right. Above the limit somebody else approves it."""

    class State(models.TextChoices):
        WAITING = judgement.WAITING, "waiting for approval"
        PROMISED = judgement.PROMISED
        REJECTED = judgement.REJECTED
        KEPT = judgement.KEPT
        BROKEN = judgement.BROKEN

    recovery = models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="gestures")
    kind = models.CharField(max_length=20)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="", blank=True)
    explanation = models.TextField(default="", blank=True)
    state = models.CharField(max_length=10, choices=State.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    needs_approval = models.BooleanField(default=False)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=300, default="", blank=True)
    settled_at = models.DateTimeField(null=True, blank=True, help_text="kept or broken")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(judgement.GESTURE_STATES)), name="known_gesture_state"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(judgement.GESTURE_KINDS)), name="known_gesture_kind"
            ),
            models.CheckConstraint(
                condition=Q(amount=None, currency="")
                | Q(amount__isnull=False, amount__gt=0, currency__regex=r"^[A-Z]{3}$"),
                name="amount_has_a_currency",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("by")), name="four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(needs_approval=False)
                | Q(state="waiting", decided_by=None)
                | (~Q(state="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="approval_was_given",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["kept", "broken"], settled_at__isnull=False)
                | (~Q(state__in=["kept", "broken"]) & Q(settled_at=None)),
                name="settled_gesture_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["at"], name="gesture_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.recovery_id}"
