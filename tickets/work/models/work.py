from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import AccessGroup, User
from cxloop.kernel.due import Due, DueQuerySet
from cxloop.kernel.models import Letter
from tickets.sla.models import PolicyVersion
from tickets.work.models.ticket import Ticket


class RootCause(models.Model):
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.slug


class Contact(models.Model):
    """A person of the house reached the customer, or tried. Only a reached one meets promises; one
    by letter is provisional until the letter has proven undeliverable, which strikes it. One at the
    receipt page has reached them once they opened it, and `at` is when they did. One in an app
    store is known from its export, which does not say who of the house wrote it: `by` is nobody."""

    class Channel(models.TextChoices):
        LETTER = "letter"
        RECEIPT = "receipt", "receipt page"
        PHONE = "phone"
        VISIT = "visit"
        OTHER = "other"
        STORE = "store", "app store"

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="contacts")
    cycle = models.PositiveSmallIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    reached = models.BooleanField()
    at = models.DateTimeField()
    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, null=True, related_name="+")
    struck_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(channel="letter") | Q(letter__isnull=False, reached=True),
                name="contact_by_letter_has_one",
            ),
            models.CheckConstraint(
                condition=Q(channel="store", by=None, reached=True)
                | (~Q(channel="store") & Q(by__isnull=False)),
                name="contact_names_who_made_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} on {self.ticket_id}"


class Resolution(models.Model):
    """The agent's claim that the matter is settled, once a cycle."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="resolutions")
    cycle = models.PositiveSmallIntegerField()
    root_cause = models.ForeignKey(RootCause, on_delete=models.PROTECT, related_name="+")
    body = models.TextField(default="", blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "cycle"], name="one_resolution_a_cycle")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} cycle {self.cycle}"


class UnaskedQuerySet(DueQuerySet["Unasked"]):
    def to_ask(self, now: datetime) -> Self:
        """Once nobody can take the resolution back any more, and it is time."""
        final = self.not_put_off(now).filter(ask_at__lte=now - settings.UNDO)
        return final.order_by("ask_at", "pk")


class Unasked(Due):
    """A resolution whose customer still has to be asked; removed by who asks. `since` is when it
    was resolved, `ask_at` when the policy has them asked."""

    resolution = models.OneToOneField(
        Resolution, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    since = models.DateTimeField()
    ask_at = models.DateTimeField()

    objects = UnaskedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["ask_at"], name="unasked_oldest")]

    def __str__(self) -> str:
        return str(self.resolution_id)


class WaitQuerySet(DueQuerySet["Wait"]):
    def to_remind(self, now: datetime) -> Self:
        return self.not_put_off(now).filter(next_at__lte=now).order_by("next_at", "pk")


class Wait(Due):
    """A ticket that waits for its customer, who is reminded of it; gone when the wait ends.

    `step` counts how often they have heard from us; after the last time they were asked whether we
    may close, and silence closes.
    """

    ticket = models.OneToOneField(
        Ticket, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    since = models.DateTimeField()
    step = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()

    objects = WaitQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="wait_to_remind")]

    def __str__(self) -> str:
        return str(self.ticket_id)


class PolicyMoveQuerySet(DueQuerySet["PolicyMove"]):
    def to_go_on(self, now: datetime) -> Self:
        return self.not_put_off(now).filter(finished_at=None, next_at__lte=now).order_by("next_at")


class PolicyMove(Due):
    """Promises that run go on under the newest version of their policy: confirmed by an admin, done
    part by part. What is done is known by the clocks themselves, so it may stop anywhere."""

    version = models.OneToOneField(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    moved = models.PositiveIntegerField(default=0, help_text="clocks so far")
    next_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = PolicyMoveQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"], name="policy_move_to_do", condition=Q(finished_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"to {self.version_id}"


class Turn(models.Model):
    """Whose turn it is in a group's round robin: who was given a ticket longest ago."""

    group = models.ForeignKey(AccessGroup, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    last_given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "user"], name="one_turn_a_person")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.group_id}"
