from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from cxloop.kernel.letters import ERASED_ADDRESS
from cxloop.kernel.models import Letter
from feedback.email.models import Mail
from tickets.work.models.history import TimelineEntry
from tickets.work.models.ticket import Ticket


class SideThreadQuerySet(models.QuerySet["SideThread"]):
    def of(self, ticket: Ticket) -> Self:
        """The oldest first."""
        return self.filter(ticket=ticket).select_related("opened_by").order_by("pk")


class SideThread(models.Model):
    """What is written to somebody else about a ticket, and what they answer: a carrier, a supplier,
    a colleague. Its customer is shown nothing of it. It goes along where the ticket is merged."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+", db_index=False)
    address = models.EmailField(max_length=320)
    name = models.CharField(max_length=120, default="", blank=True, help_text="who they are")
    subject = models.CharField(max_length=200)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = SideThreadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(address="") & ~Q(subject=""),
                name="written_to_somebody_about_something",
            )
        ]
        indexes = [
            models.Index(fields=["ticket", "id"], name="side_threads_of_ticket"),
            models.Index(fields=["address"], name="side_threads_with"),
        ]

    def __str__(self) -> str:
        return f"{self.address} about {self.ticket_id}"

    @property
    def who(self) -> str:
        return self.name or self.address

    @property
    def is_erased(self) -> bool:
        return self.address == ERASED_ADDRESS


class SideMessage(models.Model):
    """One letter of ours there, or one answer. Its words stand in the entry of the history."""

    thread = models.ForeignKey(SideThread, on_delete=models.PROTECT, related_name="messages")
    entry = models.OneToOneField(TimelineEntry, on_delete=models.PROTECT, related_name="+")
    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, null=True, related_name="+")
    mail = models.OneToOneField(Mail, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(letter__isnull=False, mail=None) | Q(letter=None, mail__isnull=False),
                name="side_message_is_ours_or_theirs",
            )
        ]

    def __str__(self) -> str:
        return f"entry {self.entry_id} of {self.thread_id}"
