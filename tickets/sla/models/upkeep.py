"""Calendars whose closed days come from elsewhere, and when each is looked at again."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from cxloop.kernel.due import Due, DueQuerySet

LEASE = timedelta(minutes=5)
LOOKED_AT_EVERY = timedelta(days=1)


class Origin(models.TextChoices):
    HOLIDAYS = "holidays"
    ICAL = "ical"


class UpkeepQuerySet(DueQuerySet["Upkeep"]):
    def to_look_at(self, now: datetime) -> Self:
        return self.not_put_off(now).filter(look_at__lte=now).order_by("look_at", "pk")


class Upkeep(Due):
    """`text` is an iCal file that was handed in; one that is fetched has an `address` instead.
    `looked_at` is when the days were last found to be right, whoever changed them since."""

    calendar = models.ForeignKey("sla.Calendar", on_delete=models.PROTECT, related_name="upkeeps")
    origin = models.CharField(max_length=8, choices=Origin.choices)
    address = models.CharField(max_length=500, default="", blank=True)
    text = models.TextField(default="", blank=True)
    look_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True, blank=True)

    objects = UpkeepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "origin"], name="one_upkeep_an_origin"),
            models.CheckConstraint(
                condition=Q(origin=Origin.HOLIDAYS, address="", text="")
                | Q(origin=Origin.ICAL, address="") & ~Q(text="")
                | Q(origin=Origin.ICAL, text="") & ~Q(address=""),
                name="upkeep_has_one_source",
            ),
        ]
        indexes = [models.Index(fields=["look_at", "id"], name="upkeep_to_look_at")]

    def __str__(self) -> str:
        return f"{self.origin} of {self.calendar_id}"

    def lease(self, now: datetime) -> None:
        """For as long as one look may take, no other worker takes it up."""
        self.try_after = now + LEASE
        self.save(update_fields=["try_after"])

    def settle(self, now: datetime) -> None:
        self.look_at, self.looked_at = now + LOOKED_AT_EVERY, now
        self.attempts, self.try_after, self.last_error = 0, None, ""
        self.save()
