from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, Lower

from cxloop.kernel.due import Due, DueQuerySet


class LetterQuerySet(DueQuerySet["Letter"]):
    def to_send(self, now: datetime) -> Self:
        """Waiting letters whose time has come, oldest first; also those whose sender died."""
        return (
            self.filter(state__in=[Letter.State.WAITING, Letter.State.SENDING])
            .filter(leave_at__lte=now)
            .order_by("leave_at", "pk")
        )

    def unsent(self) -> Self:
        """Still to leave, held, or leaving just now, and not called back."""
        sending = [Letter.State.WAITING, Letter.State.HELD, Letter.State.SENDING]
        return self.filter(state__in=sending, withdrawn_at=None)

    def about(self, marks: Iterable[str]) -> Self:
        # The exclusion says nothing new: it lets PostgreSQL read the partial index.
        return self.exclude(about=[]).filter(about__overlap=list(marks))

    def withdrawn(self) -> Self:
        """Letters that were called back before they left, the latest first."""
        return self.filter(state=Letter.State.WITHDRAWN).order_by("-withdrawn_at", "-pk")

    def newly_withdrawn(self, kinds: Iterable[str], now: datetime) -> Self:
        """Of these kinds, from which nothing was concluded yet."""
        found = self.not_put_off(now).filter(state=Letter.State.WITHDRAWN, kind__in=list(kinds))
        return found.filter(withdrawal_noticed=False).order_by("withdrawn_at", "pk")

    def about_until(self, moment: datetime) -> Self:
        """Letters that tell of what happened until then."""
        return self.alias(of=Coalesce("about_at", "written_at")).filter(of__lte=moment)

    def about_after(self, moment: datetime) -> Self:
        return self.alias(of=Coalesce("about_at", "written_at")).filter(of__gt=moment)

    def held(self) -> Self:
        """Letters that a restore may have brought back, until a person has decided."""
        return self.filter(state=Letter.State.HELD)

    def dead(self) -> Self:
        """Letters that we have given up, the newest first."""
        return self.filter(state=Letter.State.DEAD).order_by("-died_at", "-pk")

    def newly_dead(self, kinds: Iterable[str]) -> Self:
        """Letters of these kinds that will reach nobody, from which nothing was concluded yet."""
        return self.filter(
            state=Letter.State.DEAD, death_noticed=False, kind__in=list(kinds)
        ).order_by("died_at")


class Letter(Due):
    """One letter out. The row is the promise to send it; a sweep keeps the promise.

    `key` says what the letter is for and makes writing it twice impossible. `leave_at` is both the
    earliest time to leave and, while a sender has it, the end of that sender's lease. `about` marks
    what the letter is about: whoever settles that calls the letter back, if it has not left.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        DEAD = "dead"
        WITHDRAWN = "withdrawn"
        HELD = "held", "held after a restore, until a person releases it"

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    to = models.EmailField(max_length=320)
    subject = models.CharField(max_length=400)
    body = models.TextField()
    language = models.CharField(max_length=35, default="", db_default="", blank=True)
    reply_to = models.CharField(max_length=320, default="", blank=True)
    references = models.TextField(default="", blank=True)
    unsubscribe = models.CharField(
        max_length=500, default="", db_default="", blank=True, help_text="link; RFC 8058 headers"
    )
    automatic = models.BooleanField(default=False, help_text="sent by no person: RFC 3834 header")
    rationed = models.BooleanField(
        default=False, db_default=False, help_text="one address gets so many and no more"
    )
    secret = models.BooleanField(default=False, help_text="its body is forgotten once it left")
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    written_at = models.DateTimeField()
    about_at = models.DateTimeField(
        null=True, blank=True, help_text="when that happened of which it tells"
    )
    leave_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    died_at = models.DateTimeField(null=True, blank=True)
    death_noticed = models.BooleanField(default=False)
    about = ArrayField(
        models.CharField(max_length=60), default=list, db_default=Value("{}"), blank=True
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=60, default="", db_default="", blank=True)
    withdrawal_noticed = models.BooleanField(default=False, db_default=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["leave_at", "id"],
                name="letter_to_send",
                condition=Q(state__in=["waiting", "sending"]),
            ),
            models.Index(
                fields=["kind", "died_at"],
                name="letter_newly_dead",
                condition=Q(state="dead", death_noticed=False),
            ),
            models.Index(fields=["to"], name="letter_by_address"),
            models.Index(fields=["-died_at", "-id"], name="letter_dead", condition=Q(state="dead")),
            GinIndex(fields=["about"], name="letter_about", condition=~Q(about=[])),
            models.Index(
                fields=["-withdrawn_at", "-id"],
                name="letter_withdrawn",
                condition=Q(state="withdrawn"),
            ),
            models.Index(
                fields=["kind", "withdrawn_at"],
                name="letter_newly_withdrawn",
                condition=Q(state="withdrawn", withdrawal_noticed=False),
            ),
            models.Index(fields=["id"], name="letter_held", condition=Q(state="held")),
            models.Index(
                Lower("to"), "sent_at", name="letter_rationed", condition=Q(rationed=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="sent_letter_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="dead") | Q(died_at__isnull=False), name="dead_letter_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_why="")),
                name="withdrawn_letter_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.key
