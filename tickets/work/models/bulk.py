from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from cxloop.kernel.due import Due, DueQuerySet
from tickets.work.models.ticket import Ticket

UNCONFIRMED_KEPT = timedelta(days=1)
KEPT = timedelta(days=30)


class BulkActQuerySet(DueQuerySet["BulkAct"]):
    def to_do(self, now: datetime) -> Self:
        """Confirmed, not undone, and the moment for undoing it is over."""
        begun = self.not_put_off(now).filter(starts_at__lte=now, undone_at=None, ended_at=None)
        return begun.order_by("starts_at", "pk")

    def under_way(self) -> Self:
        return self.filter(starts_at__isnull=False, undone_at=None, ended_at=None)

    def to_forget(self, now: datetime) -> Self:
        """What was never confirmed; and, long after, what was: the tickets keep their history."""
        idle = Q(starts_at=None, created_at__lt=now - UNCONFIRMED_KEPT)
        over = Q(ended_at__isnull=False) | Q(undone_at__isnull=False)
        return self.filter(idle | (over & Q(created_at__lt=now - KEPT))).order_by("pk")


class BulkAct(Due):
    """One verb said to many tickets: it begins a moment after it was confirmed, one ticket a
    transaction, so that undoing it means that it never happens."""

    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=30)
    said = models.JSONField(help_text="what the verb wants to be told")
    created_at = models.DateTimeField()
    starts_at = models.DateTimeField(null=True, help_text="null: not confirmed")
    undone_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = BulkActQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=False) | Q(undone_at=None, ended_at=None),
                name="bulk_act_was_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(ended_at=None), name="bulk_act_done_or_undone"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(undone_at__lt=models.F("starts_at")),
                name="bulk_act_undone_before_it_began",
            ),
        ]
        indexes = [
            models.Index(
                fields=["starts_at", "id"],
                name="bulk_act_to_do",
                condition=Q(starts_at__isnull=False, undone_at=None, ended_at=None),
            ),
            models.Index(fields=["by", "-id"], name="bulk_act_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} by {self.by_id}"


class BulkItem(models.Model):
    """One of its tickets, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        REFUSED = "refused"

    act = models.ForeignKey(BulkAct, on_delete=models.CASCADE, related_name="items")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["act", "ticket"], name="one_item_a_ticket"),
            models.CheckConstraint(
                condition=Q(state="refused") ^ Q(why=""), name="refused_item_says_why"
            ),
        ]
        indexes = [
            models.Index(
                fields=["act", "ticket"], name="bulk_item_waiting", condition=Q(state="waiting")
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} in {self.act_id}"
