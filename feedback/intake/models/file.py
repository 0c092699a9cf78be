from typing import Self

from django.db import models
from django.db.models import Q, QuerySet

from cxloop.kernel.models import File
from feedback.intake.models.feedback import Feedback

MOST_FILES = 5


class FeedbackFileQuerySet(models.QuerySet["FeedbackFile"]):
    def of(self, feedback: QuerySet[Feedback]) -> Self:
        """What came with feedback that the asker may see, in the order in which it came."""
        rows = self.filter(feedback__in=feedback.order_by().values("pk"))
        return rows.select_related("file").order_by("feedback", "place")


class FeedbackFile(models.Model):
    """A file that came with feedback. History: a trigger keeps that it did; where the customer is
    erased, its name and content go."""

    feedback = models.ForeignKey(
        Feedback, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    place = models.PositiveSmallIntegerField()
    file = models.OneToOneField(File, on_delete=models.PROTECT, related_name="+")

    objects = FeedbackFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feedback", "place"], name="one_file_a_place"),
            models.CheckConstraint(condition=Q(place__lt=MOST_FILES), name="no_more_than_five"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} with {self.feedback_id}"
