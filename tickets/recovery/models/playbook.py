from decimal import Decimal
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import User
from tickets.recovery.models.repair import Recovery
from tickets.recovery.playbooks import Book, Step


class Playbook(models.Model):
    """What the house does about a kind of failure, step by step. `is_on`: it is offered."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    is_on = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.slug


class PlaybookVersionQuerySet(models.QuerySet["PlaybookVersion"]):
    def newest(self) -> Self:
        """One of each playbook."""
        last = self.order_by("playbook", "-version").distinct("playbook")
        return self.filter(pk__in=last.values("pk")).select_related("playbook")

    def offered(self) -> Self:
        return self.newest().filter(playbook__archived_at=None, playbook__is_on=True)


class PlaybookVersion(models.Model):
    """When it fits, and its steps as the module of playbooks reads them. `source` is where the
    advice comes from. History: a change is the next version."""

    playbook = models.ForeignKey(Playbook, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    types = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    severity_from = models.PositiveSmallIntegerField(null=True, blank=True)
    value_from = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    again = models.BooleanField(null=True)
    monetary = models.BooleanField(null=True)
    steps = models.JSONField()
    note = models.TextField(default="", blank=True)
    source = models.CharField(max_length=300, default="", blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = PlaybookVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["playbook", "version"], name="one_playbook_version"),
            models.CheckConstraint(
                condition=Q(severity_from=None) | Q(severity_from__gte=1, severity_from__lte=4),
                name="playbook_severity_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.playbook_id} v{self.version}"

    def book(self) -> Book:
        return Book(
            key=self.pk,
            types=frozenset(self.types),
            severity_from=self.severity_from,
            value_from=Decimal(self.value_from) if self.value_from is not None else None,
            again=self.again,
            monetary=self.monetary,
            steps=tuple(Step(**step) for step in self.steps),
        )


class PlaybookUse(models.Model):
    """What became of the playbook that fitted a repair: followed to its end, or left, and why.
    Where somebody resolved without a word it was left for no reason that we know of."""

    recovery = models.OneToOneField(
        Recovery, on_delete=models.PROTECT, primary_key=True, related_name="use"
    )
    version = models.ForeignKey(PlaybookVersion, on_delete=models.PROTECT, related_name="+")
    followed = models.BooleanField()
    why_left = models.CharField(max_length=300, default="", blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(followed=False) | Q(why_left=""), name="followed_is_not_left"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} on {self.recovery_id}"
