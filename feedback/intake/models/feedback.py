from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cxloop.kernel.due import Due, DueQuerySet
from feedback.intake.models.customer import Contactable, Customer
from feedback.intake.models.ids import new_id
from feedback.intake.models.source import Channel, Source, SourceKey
from feedback.intake.scores import CLASSES, NEGATIVE, TABLE, TABLE_VERSION, UNSCORED, shown


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def received_between(self, start: datetime, end: datetime) -> Self:
        return self.filter(received_at__gte=start, received_at__lt=end)


class Feedback(models.Model):
    """What one customer said once. Never edited: a trigger refuses it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # The indexes below begin with these; ones of their own would be paid for and never read.
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    received_at = models.DateTimeField()
    occurred_at = models.DateTimeField(null=True, blank=True)
    imported_at = models.DateTimeField(null=True, blank=True)
    quiet = models.BooleanField(default=False, db_default=False, help_text="too old to be live")
    score_type = models.CharField(max_length=10, default="", blank=True)
    score_value = models.SmallIntegerField(null=True, blank=True)
    score_class = models.CharField(max_length=10, default=UNSCORED)
    worst_class = models.CharField(max_length=10, default=UNSCORED)
    score_table = models.PositiveSmallIntegerField(default=TABLE_VERSION)
    scores = models.JSONField(default=list, blank=True)
    comment = models.TextField(default="", blank=True)
    answers = models.JSONField(default=dict, blank=True)
    context = models.JSONField(default=dict, blank=True)
    tags = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    form = models.CharField(max_length=64, default="", blank=True)
    form_version = models.PositiveIntegerField(null=True, blank=True)
    contactable = models.CharField(max_length=10, choices=Contactable.choices)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(score_type="", score_value=None, score_class=UNSCORED)
                | Q(score_type__in=list(TABLE), score_value__isnull=False),
                name="score_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(score_class__in=CLASSES, worst_class__in=CLASSES),
                name="known_score_class",
            ),
        ]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="feedback_newest"),
            models.Index(fields=["source", "-received_at", "-id"], name="feedback_of_source"),
            models.Index(
                fields=["customer", "-received_at"],
                name="feedback_of_customer",
                condition=Q(customer__isnull=False),
            ),
            models.Index(
                fields=["customer", "received_at"],
                name="failures_of_customer",
                condition=Q(worst_class=NEGATIVE, customer__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def score(self) -> dict[str, Any] | None:
        if self.score_value is None:
            return None
        value = shown(self.score_type, self.score_value)
        return {"type": self.score_type, "value": value, "class": self.score_class}

    @property
    def person(self) -> Customer | None:
        """Who is owed the answer: whom a joined claim stands for, otherwise who said it."""
        return self.customer.person if self.customer else None

    @property
    def way(self) -> str:
        """How they can be reached: a joined claim is answered to its person, never to the address
        that it named; where that has none, in the store where they wrote."""
        joined = self.customer and self.customer.joined_to
        if joined is None:
            return self.contactable
        is_way = joined.way == Contactable.NONE and not joined.do_not_contact
        return Contactable.STORE if is_way and self.contactable == Contactable.STORE else joined.way


class ArrivalQuerySet(DueQuerySet["Arrival"]):
    def waiting(self, now: datetime) -> Self:
        return self.not_put_off(now).order_by("received_at", "feedback")


class Arrival(Due):
    """Feedback that nobody has judged yet: written beside it, removed by its triage."""

    feedback = models.OneToOneField(
        Feedback, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    received_at = models.DateTimeField()

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["received_at", "feedback"], name="arrival_oldest")]

    def __str__(self) -> str:
        return str(self.feedback_id)


class ReceiptAsk(models.Model):
    """Whoever said it left no address, and will look for an answer on their receipt page."""

    feedback = models.OneToOneField(
        Feedback, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.feedback_id)


class IdempotencyKey(models.Model):
    """Whose answer a key has; written in the same transaction as the feedback it stands for."""

    source_key = models.ForeignKey(
        SourceKey, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    endpoint = models.CharField(max_length=20)
    key = models.CharField(max_length=255)
    body_digest = models.BinaryField(max_length=32)
    feedback = models.ForeignKey(Feedback, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_key", "endpoint", "key"], name="one_answer_a_key"
            )
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_key_age")]

    def __str__(self) -> str:
        return self.key
