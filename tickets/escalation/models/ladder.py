from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import AccessGroup, User
from cxloop.kernel.due import Due, DueQuerySet
from tickets.escalation.rungs import LONGEST_PAUSE_S, PAUSE_S
from tickets.work.models import Ticket, TicketQuerySet


class LadderQuerySet(models.QuerySet["Ladder"]):
    def current(self) -> Self:
        return self.filter(archived_at=None)


class Ladder(models.Model):
    """The rungs of a group; the one without a group serves all groups that have none."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    group = models.ForeignKey(
        AccessGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    rungs = models.JSONField(help_text="in order; see tickets.escalation.ladder")
    pause_s = models.PositiveIntegerField(
        default=PAUSE_S,
        db_default=PAUSE_S,
        help_text="how long the next rungs wait once somebody has taken note",
    )
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = LadderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(pause_s__lte=LONGEST_PAUSE_S), name="ladder_pauses_a_day_at_most"
            ),
            models.UniqueConstraint(
                fields=["group"],
                name="one_ladder_a_group",
                condition=Q(archived_at=None),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class LadderVersion(models.Model):
    """A ladder as it stood; never changed, only followed by the next version. Who wrote
    it and when is unknown of what stood before versions were kept."""

    ladder = models.ForeignKey(Ladder, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    rungs = models.JSONField()
    pause_s = models.PositiveIntegerField()
    written_at = models.DateTimeField(null=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ladder", "version"], name="one_ladder_version")
        ]

    def __str__(self) -> str:
        return f"{self.ladder_id} v{self.version}"


class LadderChangeQuerySet(DueQuerySet["LadderChange"]):
    def to_walk(self, now: datetime) -> Self:
        return self.not_put_off(now).order_by("pk")


class LadderChange(Due):
    """A ladder has changed, and clocks that climb it still have to be looked at anew; removed by
    who wakes the last of them.

    `walked_to` is the number of the last ticket whose clocks were woken. Without a group it is the
    ladder for all.
    """

    group = models.ForeignKey(
        AccessGroup, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    changed_at = models.DateTimeField()
    walked_to = models.BigIntegerField(default=0, db_default=0)

    objects = LadderChangeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.group_id or 'all'} at {self.changed_at}"

    def tickets_ahead(self) -> TicketQuerySet:
        """Those that climb it and were not yet woken, in the order of their numbers."""
        ahead = Ticket.objects.not_closed().filter(pk__gt=self.walked_to).order_by("pk")
        if self.group_id:
            return ahead.filter(group=self.group_id)
        own = Ladder.objects.current().exclude(group=None).values("group")
        return ahead.exclude(group__in=own)
