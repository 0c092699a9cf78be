from django.db import models
from django.db.models import Q

from accounts.models import User
from tickets.work.models import Ticket

# What is written in more than a line, and would be missed.
DRAFTED = ("reply", "note", "log-contact", "resolve", "final-position")


class SentForm(models.Model):
    """A form that has acted, by the digest of all it said: sent again it finds itself here."""

    digest = models.BinaryField(primary_key=True, max_length=32)
    sent_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["sent_at"], name="sent_form_age")]

    def __str__(self) -> str:
        return bytes(self.digest).hex()


class Draft(models.Model):
    """What somebody has typed to a ticket and not said yet; gone once they have."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    verb = models.CharField(max_length=20)
    text = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "user", "verb"], name="one_draft_a_verb"),
            models.CheckConstraint(condition=Q(verb__in=DRAFTED), name="drafted_verb"),
            models.CheckConstraint(condition=~Q(text=""), name="draft_has_words"),
        ]
        indexes = [models.Index(fields=["saved_at"], name="draft_oldest")]

    def __str__(self) -> str:
        return f"{self.verb} on {self.ticket_id}"


class Presence(models.Model):
    """Somebody has this ticket open, last heard of at `seen_at`; `verb` is what they type."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    verb = models.CharField(max_length=20, default="", blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "user"], name="present_once"),
            models.CheckConstraint(condition=Q(verb__in=["", *DRAFTED]), name="typed_verb"),
        ]
        indexes = [models.Index(fields=["seen_at"], name="presence_oldest")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.ticket_id}"
