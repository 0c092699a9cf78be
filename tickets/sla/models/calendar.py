from typing import Any, Self

from django.db import models

from accounts.models import User
from tickets.sla.written_hours import WrittenHours


class CurrentQuerySet(models.QuerySet[Any]):
    def current(self) -> Self:
        return self.filter(archived_at=None)


class Calendar(models.Model):
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = CurrentQuerySet.as_manager()

    def __str__(self) -> str:
        return self.slug


class CalendarVersion(WrittenHours):
    """Opening hours as they were in force; never changed, only followed by the next version."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "version"], name="one_calendar_version")
        ]

    def __str__(self) -> str:
        return f"{self.calendar_id} v{self.version}"
