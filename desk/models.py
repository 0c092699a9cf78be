from collections.abc import Collection
from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.models import AccessGroup, User
from tickets.work.models import Ticket

# What is written in more than a line, and would be missed.
DRAFTED = ("reply", "note", "log-contact", "side", "resolve", "final-position")


class SentForm(models.Model):
    """A form that has acted, by the digest of all it said: sent again it finds itself here."""

    digest = models.BinaryField(primary_key=True, max_length=32)
    sent_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["sent_at"], name="sent_form_age")]

    def __str__(self) -> str:
        return bytes(self.digest).hex()


class TicketSeen(models.Model):
    """How far somebody has read the history of a ticket: `seen_to` is the number of the newest
    entry that was shown to them. A time would miss what was being written just then."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    seen_to = models.BigIntegerField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "ticket"], name="one_reading_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.ticket_id}"


class Audience(models.TextChoices):
    MINE = "mine"
    GROUP = "group"
    EVERYONE = "everyone"


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def offered_to(self, person: User, *, groups: Collection[int] | None = None) -> Self:
        """One's own, those of the groups one sees, and everyone's. `groups` are the numbers of
        these groups, where they are known already."""
        if not person.is_active:
            return self.none()
        seen: Any = groups
        if groups is None:
            seen = AccessGroup.objects.visible_to(person).values("pk")
        return self.filter(
            Q(owner=person) | Q(audience=Audience.EVERYONE) | Q(group__in=seen)
        ).select_related("owner", "group")


class SavedView(models.Model):
    """A name for an address of the queue. It shows nothing by itself: whoever follows it sees what
    they may see."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000)
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.MINE)
    group = models.ForeignKey(AccessGroup, on_delete=models.CASCADE, null=True, related_name="+")
    saved_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_view_a_name"),
            models.CheckConstraint(
                condition=Q(audience="group", group__isnull=False)
                | Q(audience__in=["mine", "everyone"], group=None),
                name="view_of_a_group_names_it",
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(query=""), name="view_says_which"),
        ]
        indexes = [
            models.Index(
                fields=["audience"], name="view_of_everyone", condition=Q(audience="everyone")
            )
        ]

    def __str__(self) -> str:
        return self.name


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
