from typing import Self

from django.db import models
from django.db.models import Q

from feedback.intake.models import Source

INBOX = "INBOX"


class ImapAccountQuerySet(models.QuerySet["ImapAccount"]):
    def to_fetch(self) -> Self:
        """Turned on, of sources that take mails."""
        return self.filter(is_on=True, source__archived_at=None)


class ImapAccount(models.Model):
    """A mailbox on somebody else's server, and how far it was fetched.

    `uid_validity` and `last_uid` are the server's: what it numbers higher is new, as long as the
    first is the same. `edited_at` says by which words of an admin somebody fetches just now.
    """

    class Security(models.TextChoices):
        TLS = "tls", "TLS from the first byte"
        STARTTLS = "starttls", "TLS after STARTTLS"
        PLAIN = "plain", "none, on this machine alone"

    class SignIn(models.TextChoices):
        PASSWORD = "password"
        OAUTH2 = "oauth2", "OAuth 2 (XOAUTH2)"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField()
    security = models.CharField(max_length=8, choices=Security.choices)
    username = models.CharField(max_length=320)
    sign_in = models.CharField(max_length=8, choices=SignIn.choices)
    sealed = models.TextField(help_text="the secrets, encrypted: never shown again")
    token_url = models.CharField(max_length=500, default="", blank=True)
    client_id = models.CharField(max_length=500, default="", blank=True)
    folder = models.CharField(max_length=255, default=INBOX)
    is_on = models.BooleanField(default=True)
    takes_all = models.BooleanField(
        default=False, help_text="also what lay there when it was added"
    )
    added_at = models.DateTimeField()
    edited_at = models.DateTimeField()

    uid_validity = models.BigIntegerField(null=True, blank=True)
    last_uid = models.BigIntegerField(null=True, blank=True)
    fetched_at = models.DateTimeField(
        null=True, blank=True, help_text="when all that was there was last here too"
    )
    trouble = models.CharField(max_length=20, default="", blank=True)
    last_error = models.CharField(max_length=500, default="", blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    try_after = models.DateTimeField(null=True, blank=True)

    objects = ImapAccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["host", "port", "username", "folder"],
                name="one_account_a_folder",
            ),
            models.CheckConstraint(
                condition=Q(uid_validity__isnull=True, last_uid__isnull=True)
                | Q(uid_validity__isnull=False, last_uid__isnull=False),
                name="uid_is_of_a_validity",
            ),
            models.CheckConstraint(
                condition=Q(port__gte=1, port__lte=65_535), name="port_is_a_port"
            ),
            models.CheckConstraint(
                condition=Q(security__in=["tls", "starttls", "plain"])
                & Q(sign_in__in=["password", "oauth2"]),
                name="account_signs_in_a_known_way",
            ),
            models.CheckConstraint(
                condition=Q(trouble="", try_after__isnull=True)
                | (~Q(trouble="") & Q(try_after__isnull=False)),
                name="trouble_is_tried_again",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.username} at {self.host}:{self.port}, {self.folder}"
