from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from cxloop.kernel.models import File
from tickets.work.models.history import TimelineEntry
from tickets.work.models.ticket import Ticket

# What is said with files.
ENCLOSING = ("reply", "note", "log-contact", "side")
# What came with the words of a customer, or of somebody else who was written to.
RECEIVED = "received"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def seen_on(self, ticket: Ticket, person: User) -> Self:
        """Of a ticket that they see: what was said with it, and what they chose and did not say
        yet, which is nobody else's to see."""
        said_or_theirs = Q(entry__isnull=False) | Q(by=person)
        return self.filter(said_or_theirs, ticket=ticket)

    def chosen_by(self, person: User) -> Self:
        return self.filter(by=person, entry=None)

    def forgotten(self, before: datetime) -> Self:
        """Chosen long ago, and never said."""
        return self.filter(entry=None, file__kept_at__lt=before).order_by("pk")


class Attachment(models.Model):
    """A file on a ticket: said with an entry of its history, which a trigger keeps, or chosen for
    what a colleague is about to say."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+", db_index=False)
    file = models.OneToOneField(File, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(
        max_length=20, choices=[(verb, verb) for verb in (*ENCLOSING, RECEIVED)]
    )
    entry = models.ForeignKey(
        TimelineEntry, on_delete=models.PROTECT, null=True, related_name="attachments"
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "id"], name="attachment_of_ticket"),
            models.Index(fields=["id"], name="attachment_chosen", condition=Q(entry=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(verb__in=(*ENCLOSING, RECEIVED)), name="enclosing_verb"
            ),
            models.CheckConstraint(
                condition=Q(entry__isnull=False) | Q(by__isnull=False), name="chosen_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} on {self.ticket_id}"
