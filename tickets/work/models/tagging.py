from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from cxloop.kernel.due import Due, DueQuerySet
from tickets.work.models.bulk import KEPT
from tickets.work.models.ticket import Ticket, TicketQuerySet

LONGEST_TAG = 64
NEXT_STEP = timedelta(seconds=1)


class TagChangeQuerySet(DueQuerySet["TagChange"]):
    def open(self) -> Self:
        return self.filter(undone_at=None, ended_at=None)

    def to_do(self, now: datetime) -> Self:
        """The moment for undoing it is over, and tickets are left."""
        return self.not_put_off(now).open().filter(starts_at__lte=now).order_by("starts_at", "pk")

    def to_forget(self, now: datetime) -> Self:
        """The tickets keep their history, and so does who changed what."""
        return self.filter(created_at__lt=now - KEPT).exclude(undone_at=None, ended_at=None)


class TagChange(Due):
    """A tag is called otherwise on every ticket of these groups; where that is a tag already, the
    two become one. Done some tickets at a time, in the order of their numbers, up to `walked_to`,
    so it may stop anywhere. `groups` is null for the whole house."""

    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    was = models.CharField(max_length=LONGEST_TAG)
    becomes = models.CharField(max_length=LONGEST_TAG)
    groups = ArrayField(models.BigIntegerField(), null=True)
    created_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    walked_to = models.BigIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0, help_text="tickets so far")

    objects = TagChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(was="") & ~Q(becomes="") & ~Q(was=F("becomes")),
                name="tag_change_is_of_two",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None)
                | Q(ended_at=None, walked_to=0, changed=0, undone_at__lt=F("starts_at")),
                name="tag_change_undone_before_it_began",
            ),
            models.UniqueConstraint(
                fields=["was"],
                name="one_change_a_tag",
                condition=Q(undone_at=None, ended_at=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["starts_at", "id"],
                name="tag_change_to_do",
                condition=Q(undone_at=None, ended_at=None),
            ),
            models.Index(fields=["-id"], name="tag_change_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.was} becomes {self.becomes}"

    def tickets(self) -> TicketQuerySet:
        """Those that have the tag still. Without the last word no index of tagged tickets could be
        read."""
        rows = Ticket.objects.filter(tags__contains=[self.was]).exclude(tags=[])
        return rows if self.groups is None else rows.filter(group__in=self.groups)
