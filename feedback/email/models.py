from collections.abc import Collection
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from cxloop.kernel.due import Due, DueQuerySet
from cxloop.kernel.models import Letter
from feedback.intake.models import Customer, Feedback, Source

NOT_UNDERSTOOD = ("unread", "unreadable")


class Mailbox(models.Model):
    """An address at which a source is written to, in small letters."""

    address = models.CharField(max_length=320, unique=True)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "mailboxes"

    def __str__(self) -> str:
        return self.address


class MailQuerySet(DueQuerySet["Mail"]):
    def unread(self, now: datetime) -> Self:
        """Kept, and not looked at yet, oldest first."""
        waiting = self.not_put_off(now).filter(verdict="unread", raw__isnull=False)
        return waiting.order_by("received_at", "pk")

    def answers_to_take_up(self, now: datetime) -> Self:
        """Customers' answers that no ticket has taken up yet, oldest first."""
        return (
            self.not_put_off(now)
            .filter(verdict="answer", taken_up=False)
            .order_by("received_at", "pk")
        )

    def of_person(
        self,
        customer: Customer,
        *,
        addresses: Collection[str],
        tickets: Collection[int],
        letters: Collection[int],
    ) -> Self:
        """Written by this customer or from these addresses, answering on these tickets, or about
        these letters."""
        return self.filter(
            Q(feedback__customer=customer)
            | Q(sender__in=addresses)
            | Q(ticket_number__in=tickets)
            | Q(letter__in=letters)
        )


class Mail(Due):
    """One message as it came, and what it turned out to be. Same bytes, same mail."""

    class Verdict(models.TextChoices):
        UNREAD = "unread", "not read yet"
        FEEDBACK = "feedback"
        ANSWER = "answer", "answer to one of our letters"
        BOUNCE = "bounce"
        AUTOMATIC = "automatic", "automatic, list or own mail"
        UNREADABLE = "unreadable"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=32, help_text="SHA-256 of the raw message")
    raw = models.BinaryField(null=True, help_text="null once its person was erased")
    message_id = models.CharField(max_length=1000, default="", blank=True)
    sender = models.CharField(max_length=320, default="", blank=True)
    subject = models.TextField(default="", blank=True)
    text = models.TextField(default="", blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.UNREAD)
    reason = models.CharField(max_length=300, default="", blank=True)
    ticket_number = models.BigIntegerField(
        null=True, blank=True, help_text="from the signed reply address"
    )
    taken_up = models.BooleanField(default=False)
    feedback = models.OneToOneField(
        Feedback, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    letter = models.ForeignKey(
        Letter,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="that this bounce says reached nobody",
    )
    received_at = models.DateTimeField()

    objects = MailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "digest"], name="one_mail_a_message"),
            models.CheckConstraint(
                condition=~Q(verdict="feedback") | Q(feedback__isnull=False),
                name="heard_mail_has_feedback",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="answer") | Q(ticket_number__isnull=False),
                name="answer_names_its_ticket",
            ),
            models.CheckConstraint(
                condition=Q(
                    verdict__in=[
                        *("feedback", "answer", "bounce", "automatic"),
                        *NOT_UNDERSTOOD,
                    ]
                ),
                name="known_verdict",
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at", "id"],
                name="mail_answer_waiting",
                condition=Q(verdict="answer", taken_up=False),
            ),
            models.Index(
                fields=["received_at", "id"], name="mail_unread", condition=Q(verdict="unread")
            ),
            models.Index(fields=["digest"], name="mail_by_digest"),
            models.Index(fields=["message_id"], name="mail_by_message_id"),
            models.Index(
                fields=["ticket_number"],
                name="mail_by_ticket",
                condition=Q(ticket_number__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.message_id}"
