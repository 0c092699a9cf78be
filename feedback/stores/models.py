from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from cxloop.kernel.due import Due, DueQuerySet
from feedback.intake.models import Customer, Feedback, Source
from feedback.stores.reading import Store


class Review(models.Model):
    """One review in a store. It is known by a digest of what the store calls it: so it is
    recognised, and not taken anew, also once its author was erased. `alias` is its id
    where it was read first in a file that named none."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    store = models.CharField(max_length=12, choices=[(store.value, store.value) for store in Store])
    mark = models.CharField(max_length=64)
    alias = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "mark"], name="one_review_a_mark"),
            models.UniqueConstraint(
                fields=["source", "alias"], name="one_review_an_alias", condition=~Q(alias="")
            ),
            models.CheckConstraint(
                condition=Q(store__in=[store.value for store in Store]), name="known_store"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store} {self.pk}"


class Revision(models.Model):
    """What a review said from `at` on: a feedback of its own, since feedback is never edited.
    `digest` is of its stars and words; empty once its author was erased."""

    feedback = models.OneToOneField(
        Feedback, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="revisions")
    at = models.DateTimeField()
    digest = models.CharField(max_length=64, default="", blank=True)

    def __str__(self) -> str:
        return f"{self.review_id} at {self.at.isoformat()}"


class StoreReplyQuerySet(DueQuerySet["StoreReply"]):
    def to_take_up(self, now: datetime) -> Self:
        """Replies that no ticket has taken up yet, oldest first."""
        return self.not_put_off(now).filter(state="waiting").order_by("at", "pk")

    def of_person(self, customer: Customer) -> Self:
        theirs = Revision.objects.filter(feedback__customer=customer)
        return self.filter(review__in=theirs.values("review"))


class StoreReply(Due):
    """That the company replied in the store, as an export says. It waits until it stands on the
    ticket of its review; where none has that, it is not needed unless somebody opens one.
    `is_edit`: the words of an earlier reply, put otherwise. `told_by` is who imported it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        NOTED = "noted", "stands on a ticket"
        UNNEEDED = "unneeded", "no ticket has its review"

    review = models.ForeignKey(
        Review, on_delete=models.PROTECT, related_name="replies", db_index=False
    )
    text = models.TextField()
    at = models.DateTimeField()
    is_edit = models.BooleanField(default=False)
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)

    objects = StoreReplyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "at"], name="one_reply_a_moment"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "noted", "unneeded"]), name="known_reply_state"
            ),
        ]
        indexes = [
            models.Index(
                fields=["at", "id"], name="store_reply_waiting", condition=Q(state="waiting")
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} reply to {self.review_id}"
