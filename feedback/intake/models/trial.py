from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from feedback.intake.models.customer import Customer
from feedback.intake.models.ids import new_id
from feedback.intake.models.source import Source, SourceKey


class TrialQuerySet(models.QuerySet["Trial"]):
    def newest(self) -> Self:
        return self.order_by("-posted_at", "-pk")

    def naming(self, customer: Customer) -> Self:
        """What names them, whoever said so: no trial belongs to anybody."""
        known = {customer.external_id, customer.email, customer.phone} - {""}
        return self.filter(marks__overlap=list(known))


class Trial(models.Model):
    """What came by a test key. It was answered as feedback is, and is none: whatever reads
    feedback, judges it or opens tickets for it does not find it here. `said` is the submission;
    `files` name what came with it, of which no bytes are kept; `marks` are the names by which a
    person would be found in it. It goes after a month."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+", db_index=False)
    source_key = models.ForeignKey(
        SourceKey, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    posted_at = models.DateTimeField()
    received_at = models.DateTimeField()
    said = models.JSONField()
    trust = models.CharField(max_length=10)
    suspicions = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    files = models.JSONField(default=list, blank=True)
    marks = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    endpoint = models.CharField(max_length=20)
    key = models.CharField(max_length=255, default="", blank=True, help_text="while it is replayed")
    body_digest = models.BinaryField(max_length=32, default=b"")

    objects = TrialQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_key", "endpoint", "key"],
                condition=~Q(key=""),
                name="one_trial_a_key",
            )
        ]
        indexes = [
            models.Index(fields=["source", "-posted_at", "-id"], name="trial_of_source"),
            models.Index(fields=["posted_at"], name="trial_by_age"),
            models.Index(fields=["posted_at"], name="trial_key_by_age", condition=~Q(key="")),
        ]

    def __str__(self) -> str:
        return str(self.pk)
