from django.db import models

from tickets.work.models import RootCause, Ticket


class Recovery(models.Model):
    """The repair of one cycle: what failed, what it was worth to us, what the customer said."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="recoveries")
    cycle = models.PositiveSmallIntegerField()
    failure = models.CharField(max_length=300, default="", blank=True)
    root_cause = models.ForeignKey(RootCause, on_delete=models.PROTECT, null=True, related_name="+")
    score_type_before = models.CharField(max_length=10, default="", blank=True)
    score_before = models.SmallIntegerField(null=True, blank=True)
    score_after = models.SmallIntegerField(null=True, blank=True, help_text="CSAT, 1 to 5")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "cycle"], name="one_recovery_a_cycle")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} cycle {self.cycle}"
