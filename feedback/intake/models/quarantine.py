from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import AccessGroup, User
from feedback.intake.models.feedback import Feedback
from feedback.intake.models.source import Source, SourceOwner
from feedback.intake.suspicion import CODES

HELD = Q(ended="")


class QuarantineQuerySet(models.QuerySet["Quarantine"]):
    def held(self) -> Self:
        """Nobody has said yet what it is."""
        return self.filter(HELD)

    def visible_to(self, user: User) -> Self:
        if user.is_active and user.reads_everything:
            return self
        return self.filter(source__in=Source.objects.visible_to(user).values("pk"))

    def workable_by(self, user: User) -> Self:
        """Admins, and whoever works in a group that owns the source."""
        if user.is_active and user.is_admin:
            return self
        groups = AccessGroup.objects.workable_by(user).values("pk")
        return self.filter(source__in=SourceOwner.objects.filter(group__in=groups).values("source"))


class Quarantine(models.Model):
    """Feedback that looks as if no person had sent it, held before the rules. It ends once:
    somebody lets it go on to them, or says that it is spam. `source` is the feedback's, so that
    what waits of one source is found by an index."""

    class Ended(models.TextChoices):
        RELEASED = "released"
        SPAM = "spam"

    feedback = models.OneToOneField(
        Feedback, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    reasons = ArrayField(models.CharField(max_length=20))
    held_at = models.DateTimeField()
    ended = models.CharField(max_length=10, choices=Ended.choices, blank=True, default="")
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = QuarantineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reasons__contained_by=list(CODES)) & ~Q(reasons=[]),
                name="held_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended="", ended_by=None, ended_at=None)
                | Q(ended__in=["released", "spam"], ended_by__isnull=False, ended_at__isnull=False),
                name="quarantine_ends_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["held_at", "feedback"], name="quarantine_oldest", condition=HELD),
            models.Index(
                fields=["source", "held_at", "feedback"],
                name="quarantine_of_source",
                condition=HELD,
            ),
            models.Index(
                fields=["held_at", "feedback"], name="quarantine_ended", condition=~HELD
            ),
        ]

    def __str__(self) -> str:
        return str(self.feedback_id)

    @property
    def state(self) -> str:
        return self.ended or "held"


def is_counted() -> Q:
    """Whether feedback counts for anything: neither held nor spam."""
    return ~Q(Exists(Quarantine.objects.filter(feedback=OuterRef("pk")).exclude(ended="released")))
