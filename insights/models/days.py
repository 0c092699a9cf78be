from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import AccessGroup, User
from cxloop.kernel.due import Due, DueQuerySet
from feedback.intake.models import Source
from insights.spread import as_json
from insights.tally import AGENT, COUNTS, GROUP, SOURCE, Key, Tally


class CountedDayQuerySet(DueQuerySet["CountedDay"]):
    def to_count(self, now: datetime) -> Self:
        """The newest first: those are what people look at."""
        return self.not_put_off(now).filter(count_at__lte=now).order_by("-day", "pk")

    def between(self, zone: str, first: date, last: date) -> Self:
        return self.filter(zone=zone, day__range=(first, last))

    def counted(self) -> Self:
        return self.exclude(counted_at=None)

    def of_days(self, zone: str, days: Iterable[date]) -> Self:
        return self.filter(zone=zone, day__in=set(days))


class CountedDay(Due):
    """One day in one time zone, whose receipts are counted: a report adds up days and never reads
    what they were counted from. `count_at` is when it wants counting, for as long as it does."""

    zone = models.CharField(max_length=60)
    day = models.DateField()
    counted_at = models.DateTimeField(null=True, blank=True)
    count_at = models.DateTimeField(null=True, blank=True)

    objects = CountedDayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["zone", "day"], name="one_count_a_day"),
            models.CheckConstraint(
                condition=Q(counted_at__isnull=False) | Q(count_at__isnull=False),
                name="day_is_counted_or_waits",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-day", "id"], name="day_to_count", condition=Q(count_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} in {self.zone}"


class DayTally(models.Model):
    """What was counted of one day in one group: of all of it, of one source, or of one agent; the
    names are those of insights.tally.Tally."""

    # The unique key serves the reference to the day too; of the others nothing is ever deleted.
    counted = models.ForeignKey(
        CountedDay, on_delete=models.CASCADE, related_name="tallies", db_index=False
    )
    group = models.ForeignKey(
        AccessGroup, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    cut = models.CharField(max_length=6)
    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    agent = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    real = models.PositiveIntegerField()
    in_real = models.PositiveIntegerField()
    promised = models.PositiveIntegerField()
    kept = models.PositiveIntegerField()
    void = models.PositiveIntegerField()
    unreachable = models.PositiveIntegerField()
    tickets = models.PositiveIntegerField()
    answered = models.JSONField(default=dict)
    closed = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["counted", "group", "cut", "source", "agent"],
                name="counted_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(cut=GROUP, source=None, agent=None)
                | Q(cut=SOURCE, agent=None)
                | Q(cut=AGENT, source=None),
                name="tally_is_of_its_cut",
            ),
            models.CheckConstraint(
                condition=Q(in_real__lte=F("real"), kept__lte=F("promised")),
                name="part_is_no_more_than_the_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cut} of {self.group_id} on {self.counted_id}"

    @classmethod
    def of(cls, counted: CountedDay, key: Key, tally: Tally) -> Self:
        counts = {name: getattr(tally, name) for name in COUNTS}
        times = {"answered": as_json(tally.answered), "closed": as_json(tally.closed)}
        whose = {"group_id": key.group, "source_id": key.source, "agent_id": key.agent}
        return cls(counted=counted, cut=key.cut, **whose, **counts, **times)


class Walked(models.Model):
    """How far the history of tickets was walked, to find the days whose figures it has changed, and
    the tickets whose repairs have to be recorded again: the number of an entry."""

    class Why(models.IntegerChoices):
        DAYS = 1
        REPAIRS = 2

    id = models.PositiveSmallIntegerField(primary_key=True, choices=Why.choices, default=Why.DAYS)
    entry = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id__in=[1, 2]), name="walked_one_way")]

    def __str__(self) -> str:
        return str(self.entry)
