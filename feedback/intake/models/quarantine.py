from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import AccessGroup, User
from feedback.intake.models.feedback import Feedback
from feedback.intake.models.source import Source, SourceOwner
from feedback.intake.suspicion import CODES

HELD = Q(spam_at=None, released_at=None)
SPAM = Q(spam_at__isnull=False, released_at=None)
RELEASED = Q(released_at__isnull=False)
STATES = {"held": HELD, "released": RELEASED, "spam": SPAM}


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
    """Feedback that looks as if no person had sent it, held before the rules. Somebody lets it go
    on to them, once and for good; or says that it is spam, which may still turn out to be wrong.
    `source` is the feedback's, so that what waits of one source is found by an index."""

    feedback = models.OneToOneField(
        Feedback, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    reasons = ArrayField(models.CharField(max_length=20))
    held_at = models.DateTimeField()
    spam_at = models.DateTimeField(null=True, blank=True)
    spam_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = QuarantineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reasons__contained_by=list(CODES)) & ~Q(reasons=[]),
                name="held_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(spam_at=None, spam_by=None)
                | Q(spam_at__isnull=False, spam_by__isnull=False),
                name="who_calls_it_spam_is_named",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None)
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="who_releases_is_named",
            ),
        ]
        indexes = [
            models.Index(fields=["held_at", "feedback"], name="quarantine_oldest", condition=HELD),
            models.Index(
                fields=["source", "held_at", "feedback"],
                name="quarantine_of_source",
                condition=HELD,
            ),
            models.Index(fields=["held_at", "feedback"], name="quarantine_ended", condition=~HELD),
        ]

    def __str__(self) -> str:
        return str(self.feedback_id)

    @property
    def state(self) -> str:
        if self.released_at:
            return "released"
        return "spam" if self.spam_at else "held"

    @property
    def ended_at(self) -> datetime | None:
        return self.released_at or self.spam_at

    @property
    def ended_by(self) -> User | None:
        return self.released_by or self.spam_by


def is_counted() -> Q:
    """Whether feedback counts for anything: neither held nor spam."""
    return ~Q(Exists(Quarantine.objects.filter(feedback=OuterRef("pk"), released_at=None)))
