from datetime import datetime
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q, Sum

from accounts.models import User
from cxloop.kernel.due import Due, DueQuerySet
from tickets.recovery import judgement
from tickets.recovery.models.repair import Recovery
from tickets.work.models import Ticket, TimelineEntry


class GestureQuerySet(DueQuerySet["Gesture"]):
    def visible_to(self, person: User) -> Self:
        return self.filter(recovery__ticket__in=Ticket.objects.visible_to(person).values("pk"))

    def waiting(self) -> Self:
        return self.filter(state=judgement.WAITING).order_by("at", "pk")

    def promised_alone(self, recovery: Recovery, person: User, currency: str) -> Decimal:
        """What they promised for this repair without anybody's consent, and have not broken."""
        return self.filter(needs_approval=False, by=person)._standing(recovery, currency)

    def approved_by(self, person: int, recovery: Recovery, currency: str) -> Decimal:
        """What they let others promise for this repair, and was not broken."""
        return self.filter(decided_by=person)._standing(recovery, currency)

    def _standing(self, recovery: Recovery, currency: str) -> Decimal:
        stands = self.filter(state__in=[judgement.PROMISED, judgement.KEPT])
        rows = stands.filter(recovery=recovery, currency=currency)
        summed: dict[str, Decimal] = rows.aggregate(sum=Sum("amount", default=Decimal(0)))
        return summed["sum"]

    def newly_late(self, now: datetime) -> Self:
        """Promised until now, and nobody has said that they have it."""
        late = self.filter(state=judgement.PROMISED, keep_by__lte=now, late_noted_at=None)
        return late.not_put_off(now).order_by("keep_by", "pk")


class Gesture(Due):
    """One thing done or promised to put it right. Above the limit somebody else approves it.

    What was kept has its proof: a letter or a call of this ticket's history, or the reference under
    which others find it.
    """

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
    keep_by = models.DateTimeField(null=True, blank=True, help_text="what the customer was told")
    late_noted_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True, help_text="kept or broken")
    proof = models.CharField(max_length=10, default="", db_default="", blank=True)
    proof_entry = models.ForeignKey(
        TimelineEntry, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    proof_reference = models.CharField(max_length=120, default="", db_default="", blank=True)

    objects = GestureQuerySet.as_manager()

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
                condition=Q(needs_approval=True) | ~Q(state__in=["waiting", "rejected"]),
                name="only_approval_is_waited_for",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["kept", "broken"], settled_at__isnull=False)
                | (~Q(state__in=["kept", "broken"]) & Q(settled_at=None)),
                name="settled_gesture_has_time",
            ),
            models.CheckConstraint(
                condition=Q(proof="", proof_entry=None, proof_reference="")
                | Q(proof__in=["letter", "call"], proof_entry__isnull=False, state="kept")
                | Q(proof="reference", state="kept", proof_entry=None),
                name="proof_is_of_what_was_kept",
            ),
        ]
        indexes = [
            models.Index(fields=["at"], name="gesture_waiting", condition=Q(state="waiting")),
            models.Index(
                fields=["keep_by", "id"],
                name="gesture_late",
                condition=Q(state="promised", keep_by__isnull=False, late_noted_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.recovery_id}"
