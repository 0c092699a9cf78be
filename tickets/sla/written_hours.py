"""Opening hours as a row keeps them."""

import json
from functools import cached_property

from django.db import models

from tickets.sla.closings import together
from tickets.sla.hours import Hours, hours_from


class WrittenHours(models.Model):
    """`holidays` and `ical` are what their readers gave when the row was written, with their days:
    read again from the library or the file, an old promise would fall due at another time."""

    zone = models.CharField(max_length=60)
    weekly = models.JSONField(default=dict, help_text='{"mon": ["09:00-12:00", "13:00-18:00"]}')
    exceptions = models.JSONField(default=dict, blank=True, help_text='{"2026-12-25": []}')
    holidays = models.JSONField(default=dict, blank=True, db_default={})
    ical = models.JSONField(default=dict, blank=True, db_default={})

    class Meta:
        abstract = True

    def closings(self) -> dict[str, str]:
        return together(self.holidays.get("days", {}), self.ical.get("days", {}))

    def hours(self) -> Hours:
        return self._hours

    @cached_property
    def _hours(self) -> Hours:
        facts = (self.weekly, self.exceptions, self.closings())
        return hours_from(self.zone, *map(json.dumps, facts))
