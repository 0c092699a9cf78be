from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import AccessGroup, User
from cxloop.kernel.due import Due, DueQuerySet
from feedback.intake.models import Source
from insights.calibration import Judged, Model
from insights.spread import as_json
from insights.tally import AGENT, COUNTS, GROUP, SOURCE, Key, Tally
from tickets.sla.models import Clock


class ForecastQuerySet(models.QuerySet["Forecast"]):
    def come_due(self, now: datetime) -> Self:
        return self.filter(due_at__lt=now)

    def made_before(self, moment: datetime) -> Self:
        return self.filter(made_at__lt=moment)


class Forecast(models.Model):
    """What stood before a running follow-up one night: kept to be held against what became of it.
    Written once, and forgotten when it is too old to be judged by."""

    # The unique key serves this reference too.
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    before = models.PositiveIntegerField(help_text="in the queue of its group")
    a_day = models.FloatField(help_text="customers the group answered, over the past days")

    objects = ForecastQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock", "day"], name="one_forecast_a_night"),
            models.CheckConstraint(condition=Q(a_day__gt=0), name="forecast_has_a_pace"),
        ]
        indexes = [models.Index(fields=["made_at"], name="forecast_by_age")]

    def __str__(self) -> str:
        return f"{self.clock_id} on {self.day}"


class VerdictQuerySet(models.QuerySet["Verdict"]):
    def newest(self) -> "Verdict | None":
        return self.order_by("-day").first()

    def of(self, day: date) -> Self:
        return self.filter(day=day)


class Verdict(models.Model):
    """How the forecasts of the last weeks have held, once a night. Without a score too few had come
    due; the names are those of insights.calibration.Judged."""

    day = models.DateField(primary_key=True)
    made_at = models.DateTimeField()
    trained = models.PositiveIntegerField(default=0)
    scored = models.PositiveIntegerField(default=0)
    cases = models.PositiveIntegerField(default=0)
    intercept = models.FloatField(null=True)
    slope = models.FloatField(null=True)
    base_rate = models.FloatField(null=True)
    brier = models.FloatField(null=True)
    base_brier = models.FloatField(null=True)
    prior_brier = models.FloatField(null=True)

    objects = VerdictQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    scored=0,
                    intercept=None,
                    slope=None,
                    base_rate=None,
                    brier=None,
                    base_brier=None,
                    prior_brier=None,
                )
                | Q(
                    scored__gt=0,
                    intercept__isnull=False,
                    slope__isnull=False,
                    base_rate__isnull=False,
                    brier__isnull=False,
                    base_brier__isnull=False,
                    prior_brier__isnull=False,
                ),
                name="verdict_is_whole",
            )
        ]

    def __str__(self) -> str:
        return str(self.day)

    @classmethod
    def over(cls, found: Judged | None, *, now: datetime) -> Self:
        row = cls(day=now.date(), made_at=now)
        if found:
            row.intercept, row.slope = found.model.intercept, found.model.slope
            for name in _FIGURES:
                setattr(row, name, getattr(found, name))
        return row

    def judged(self) -> Judged | None:
        if self.intercept is None or self.slope is None:
            return None
        figures = {name: getattr(self, name) for name in _FIGURES}
        return Judged(model=Model(self.intercept, self.slope), **figures)


_FIGURES = ("trained", "scored", "cases", "base_rate", "brier", "base_brier", "prior_brier")


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
    """How far the history of tickets was walked, to find the days whose figures it has changed: the
    number of an entry."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    entry = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="walked_one_way")]

    def __str__(self) -> str:
        return str(self.entry)


class DigestWishQuerySet(DueQuerySet["DigestWish"]):
    def to_write(self, now: datetime) -> Self:
        return self.not_put_off(now).filter(next_at__lte=now).order_by("next_at", "pk")


class DigestWish(Due):
    """Somebody wants the letter of the week since then; `next_at` is when the next is written."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    since = models.DateTimeField()
    next_at = models.DateTimeField()

    objects = DigestWishQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user_id} at {self.next_at}"
