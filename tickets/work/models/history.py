from typing import Any

from django.db import models
from django.db.models import Q

from accounts.models import User
from tickets.work.models.ticket import Ticket

BY_NOBODY_HERE = ["customer", "rule", "clock", "outsider"]


class TimelineEntry(models.Model):
    """One act on a ticket, written in its transaction; a trigger keeps it as it was written."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="timeline", db_index=False
    )
    at = models.DateTimeField()
    kind = models.CharField(max_length=30)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    actor_kind = models.CharField(
        max_length=10,
        choices=[(word, word) for word in ("person", "service", *BY_NOBODY_HERE)],
    )
    text = models.TextField(default="", blank=True)
    reason = models.JSONField(default=dict, blank=True)
    public = models.BooleanField(default=False, help_text="the customer may read it")

    class Meta:
        indexes = [models.Index(fields=["ticket", "at", "id"], name="timeline_of_ticket")]
        constraints = [
            models.CheckConstraint(
                condition=Q(actor_kind__in=["person", "service"], actor__isnull=False)
                | Q(actor_kind__in=BY_NOBODY_HERE, actor=None),
                name="actor_is_who_acted",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.ticket_id}"

    def brief(self) -> dict[str, Any]:
        actor = self.actor.brief() if self.actor else {}
        return {
            "at": self.at,
            "kind": self.kind,
            "actor": {"kind": self.actor_kind, **actor},
            "text": self.text,
            "reason": self.reason,
        }
