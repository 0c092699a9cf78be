from collections.abc import Collection
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from cxloop.kernel.due import Due, DueQuerySet
from cxloop.kernel.models import Letter
from feedback.email.imap_account import ImapAccount as ImapAccount
from feedback.intake.models import Arrival, Customer, Feedback, Source

NOT_UNDERSTOOD = ("unread", "unreadable")
SET_ASIDE = ("unreadable", "refused")
HEARD = ("feedback", "answer")


class Mailbox(models.Model):
    """An address at which a source is written to, in small letters."""

    address = models.CharField(max_length=320, unique=True)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "mailboxes"

    def __str__(self) -> str:
        return self.address


class MailHook(models.Model):
    """Where a provider posts the mails of a source. `key` stands in its address. Postmark says a
    secret of ours, kept as a hash; Mailgun signs with a key of its own, which is kept sealed."""

    class Provider(models.TextChoices):
        POSTMARK = "postmark", "Postmark"
        MAILGUN = "mailgun", "Mailgun"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    provider = models.CharField(max_length=10, choices=Provider.choices)
    key = models.CharField(max_length=40, unique=True)
    digest = models.BinaryField(max_length=32, null=True, help_text="SHA-256 of the secret")
    signing_key = models.BinaryField(null=True, help_text="sealed")
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "provider"], name="one_hook_a_provider"),
            models.CheckConstraint(
                condition=Q(provider="postmark", digest__isnull=False, signing_key=None)
                | Q(provider="mailgun", digest=None, signing_key__isnull=False),
                name="hook_has_its_secret",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.key}"


class HookToken(models.Model):
    """A signature that was used, and for what: it covers no content, so that whoever saw one could
    sign anything with it."""

    hook = models.ForeignKey(MailHook, on_delete=models.CASCADE, related_name="+")
    stamp = models.BinaryField(max_length=32, help_text="SHA-256 of what was signed")
    digest = models.BinaryField(max_length=32, help_text="SHA-256 of the message it brought")
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hook", "stamp"], name="one_use_a_token"),
        ]
        indexes = [models.Index(fields=["used_at"], name="hook_token_by_age")]

    def __str__(self) -> str:
        return f"{self.hook_id} {self.used_at}"


class MailQuerySet(DueQuerySet["Mail"]):
    def unread(self, now: datetime) -> Self:
        """Kept, and not looked at yet, oldest first."""
        waiting = self.not_put_off(now).filter(verdict="unread", raw__isnull=False)
        return waiting.order_by("received_at", "pk")

    def answers_to_take_up(self, now: datetime) -> Self:
        """Customers' answers that no ticket has taken up yet, oldest first. One to what is not
        judged yet waits for that."""
        judged = ~Exists(Arrival.objects.filter(feedback=OuterRef("follows")))
        waiting = self.not_put_off(now).filter(verdict="answer", taken_up=False)
        return waiting.filter(judged).order_by("received_at", "pk")

    def set_aside(self) -> Self:
        """Not understood, or not let in, and still whole: the newest first; their raw messages are
        not read."""
        waiting = self.filter(verdict__in=SET_ASIDE, raw__isnull=False).defer("raw")
        return waiting.order_by("-pk")

    def proofs_to_tell(self, now: datetime) -> Self:
        """Answers on a ticket already, whose senders have the address that they name."""
        told = self.not_put_off(now).filter(verdict="answer", taken_up=True, proves_address=True)
        return told.order_by("received_at", "pk")

    def of_person(
        self,
        customer: Customer,
        *,
        addresses: Collection[str],
        tickets: Collection[int],
        sides: Collection[int],
        letters: Collection[int],
    ) -> Self:
        """Written by this customer or from these addresses, answering on these tickets or beside
        them, or about these letters."""
        return self.filter(
            Q(feedback__customer=customer)
            | Q(sender__in=addresses)
            | Q(ticket_number__in=tickets)
            | Q(side_number__in=sides)
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
        DUPLICATE = "duplicate", "came by another way before"
        REFUSED = "refused", "says to be from a colleague"
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
    side_number = models.BigIntegerField(
        null=True, blank=True, help_text="what it answers beside a ticket: no customer's words"
    )
    authentication = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="what a server that we believe found out about the sender, and which",
    )
    proves_address = models.BooleanField(
        default=False, db_default=False, help_text="they had our letter at the address they name"
    )
    follows = models.ForeignKey(
        Feedback,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="heard by an earlier mail, which this one answers",
    )
    fingerprint = models.BinaryField(
        max_length=32, null=True, help_text="equal where it is the same message by another way"
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
                condition=~Q(verdict="answer")
                | Q(ticket_number__isnull=False)
                | Q(follows__isnull=False)
                | Q(side_number__isnull=False),
                name="answer_names_what_it_answers",
            ),
            models.CheckConstraint(
                condition=Q(side_number=None)
                | Q(ticket_number=None, follows=None, feedback=None, proves_address=False),
                name="said_beside_is_no_customers",
            ),
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=Q(verdict__in=HEARD),
                name="one_mail_however_it_came",
            ),
            models.CheckConstraint(
                condition=Q(
                    verdict__in=[
                        *(*HEARD, "bounce", "automatic", "duplicate", "refused"),
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
            models.Index(
                fields=["-id"],
                name="mail_set_aside",
                condition=Q(verdict__in=SET_ASIDE, raw__isnull=False),
            ),
            models.Index(
                fields=["received_at", "id"],
                name="mail_proof_waiting",
                condition=Q(verdict="answer", taken_up=True, proves_address=True),
            ),
            models.Index(fields=["digest"], name="mail_by_digest"),
            models.Index(fields=["message_id"], name="mail_by_message_id"),
            models.Index(
                fields=["ticket_number"],
                name="mail_by_ticket",
                condition=Q(ticket_number__isnull=False),
            ),
            models.Index(
                fields=["side_number"],
                name="mail_by_side",
                condition=Q(side_number__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.message_id}"

    @property
    def is_set_aside(self) -> bool:
        return self.verdict in SET_ASIDE
