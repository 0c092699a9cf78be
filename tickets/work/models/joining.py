from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from cxloop.kernel.due import Due, DueQuerySet
from feedback.intake.models import Customer
from tickets.work.models.bulk import KEPT


class JoiningQuerySet(DueQuerySet["Joining"]):
    def open(self) -> Self:
        return self.filter(undone_at=None, ended_at=None)

    def to_do(self, now: datetime) -> Self:
        """The moment for undoing it is over."""
        return self.not_put_off(now).open().filter(starts_at__lte=now).order_by("starts_at", "pk")

    def to_forget(self, now: datetime) -> Self:
        """The tickets keep their history."""
        return self.filter(created_at__lt=now - KEPT).exclude(undone_at=None, ended_at=None)


class Joining(Due):
    """A colleague said that a claim is this person, or that it is somebody else after all. It is
    done a moment later, so that undoing it means that it never happens: a wish for silence that
    became the wish of both could not be told apart again."""

    class What(models.TextChoices):
        JOIN = "join"
        PART = "part"

    what = models.CharField(max_length=4, choices=What.choices)
    claim = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    refused_as = models.CharField(max_length=60, default="", blank=True)

    objects = JoiningQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(what__in=["join", "part"]), name="known_joining"),
            models.CheckConstraint(condition=~Q(claim=F("person")), name="joining_is_of_two"),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(ended_at=None, undone_at__lt=F("starts_at")),
                name="joining_undone_before_it_began",
            ),
            models.CheckConstraint(
                condition=Q(refused_as="") | Q(ended_at__isnull=False),
                name="joining_refused_has_ended",
            ),
            models.UniqueConstraint(
                fields=["claim"],
                name="one_joining_a_claim",
                condition=Q(undone_at=None, ended_at=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["starts_at", "id"],
                name="joining_to_do",
                condition=Q(undone_at=None, ended_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.claim_id} and {self.person_id}"
