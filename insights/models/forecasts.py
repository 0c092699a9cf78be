from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Q

from insights.calibration import Judged, Model
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
