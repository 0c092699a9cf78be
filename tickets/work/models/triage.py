from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from feedback.intake.models import Feedback
from tickets.rules.models import RuleVersion
from tickets.work.models.ticket import Ticket


class SearchText(models.Model):
    """The words of a ticket as they are searched: words, and pairs of Hangul, Han and Kana."""

    ticket = models.OneToOneField(
        Ticket, on_delete=models.CASCADE, primary_key=True, related_name="search"
    )
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="ticket_words", fastupdate=False)]

    def __str__(self) -> str:
        return str(self.ticket_id)


class TicketFeedback(models.Model):
    """This feedback is answered by this ticket: at most one a feedback."""

    feedback = models.OneToOneField(
        Feedback, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="feedback_links")
    received_at = models.DateTimeField()
    linked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.feedback_id} on {self.ticket_id}"


class Triage(models.Model):
    """What was decided about one feedback, by which rule, on which values; or why nothing was."""

    class Decision(models.TextChoices):
        TICKET = "ticket"
        JOINED = "joined"
        NONE = "none"

    feedback = models.OneToOneField(
        Feedback, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    decision = models.CharField(max_length=10, choices=Decision.choices)
    rule = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    matched = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__in=["ticket", "joined", "none"]), name="known_decision"
            ),
            models.CheckConstraint(
                condition=Q(decision="none") | Q(rule__isnull=False), name="ticket_names_its_rule"
            ),
        ]
        indexes = [
            models.Index(fields=["rule", "at"], name="triage_by_rule"),
            # For later rooms, which walk what was judged in this order.
            models.Index(fields=["at", "feedback"], name="triage_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.feedback_id}: {self.decision}"
