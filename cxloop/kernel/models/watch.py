from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def late(self, now: datetime) -> Self:
        """Sweeps that have not finished for too long."""
        return self.filter(finished_at__lt=now - F("late_after"))


class Heartbeat(models.Model):
    """When each sweep last finished: what the watchdog and the health page read."""

    name = models.CharField(max_length=60, primary_key=True)
    finished_at = models.DateTimeField()
    seconds = models.FloatField()
    handled = models.PositiveIntegerField()
    late_after = models.DurationField(help_text="the silence that is an alarm")

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class IncidentQuerySet(models.QuerySet["Incident"]):
    def under_way(self) -> Self:
        return self.filter(ended_at=None)


class Incident(models.Model):
    """A time in which the machine does not keep its hours: at most one at once, however many
    sweeps are late in it. `told_at` is when the admins were written to."""

    noticed_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    late = models.JSONField(default=list, help_text="names of the sweeps that were late in it")

    objects = IncidentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ended_at"], name="one_incident_at_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{', '.join(self.late)} since {self.noticed_at}"
