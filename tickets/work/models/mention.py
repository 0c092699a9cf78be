from django.db import models

from accounts.models import User
from tickets.work.models.history import TimelineEntry


class Mention(models.Model):
    """A colleague named in a note: who it was, whatever they are called since."""

    entry = models.ForeignKey(
        TimelineEntry, on_delete=models.PROTECT, related_name="mentions", db_index=False
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "user"], name="mentioned_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.entry_id}"
