from django.db import models
from django.db.models import F, Q

from accounts.models import User
from tickets.work.models.ticket import Ticket


class TicketLink(models.Model):
    """Two tickets that have to do with each other: one row for both ways, lower number first."""

    low = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    high = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["low", "high"], name="tickets_linked_once"),
            models.CheckConstraint(condition=Q(low__lt=F("high")), name="lower_ticket_first"),
        ]

    def __str__(self) -> str:
        return f"{self.low_id} and {self.high_id}"
