from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from cxloop.kernel.due import Due, DueQuerySet
from tickets.problems.models.problem import Problem


class WatchQuerySet(DueQuerySet["Watch"]):
    def to_look(self, now: datetime) -> Self:
        due = self.not_put_off(now).filter(ended_at=None, next_at__lte=now)
        return due.order_by("next_at", "pk")

    def running(self) -> Self:
        return self.filter(ended_at=None)


class Watch(Due):
    """Whether a fix holds. Begun by it, ended by a signal, by reopening, by archiving the
    problem, or after a year.

    What it is held against is counted once, when the causes of the days before the fix have been
    named: `had` of `of` new tickets; `period_days` is how long one point is, and `power` how likely
    a doubled rate is found within ten of them. `waits_days` is how long after its end a period is
    looked at. Until then these are null.
    """

    class Why(models.TextChoices):
        SIGNAL = "signal"
        REOPENED = "reopened"
        ARCHIVED = "archived"
        HELD = "held"
        NOTHING = "nothing", "there was nothing before it to hold it against"

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="watches")
    begun_at = models.DateTimeField(help_text="the end of the day of the fix")
    expected_left = models.FloatField(help_text="the share of the old rate that it claims is left")
    waits_days = models.PositiveSmallIntegerField(null=True)
    had = models.PositiveIntegerField(null=True)
    of = models.PositiveIntegerField(null=True)
    period_days = models.PositiveSmallIntegerField(null=True)
    power = models.FloatField(null=True)
    next_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    why_ended = models.CharField(max_length=10, choices=Why.choices, default="", blank=True)

    objects = WatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["problem"], name="one_watch_runs_a_problem", condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                condition=Q(expected_left__gte=0, expected_left__lte=1),
                name="expected_left_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(had=None, of=None, period_days=None, power=None)
                | Q(
                    had__isnull=False,
                    of__isnull=False,
                    period_days__isnull=False,
                    power__isnull=False,
                    had__lte=F("of"),
                ),
                name="watch_is_held_against_something",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, why_ended="")
                | Q(
                    ended_at__isnull=False,
                    why_ended__in=["signal", "reopened", "archived", "held", "nothing"],
                ),
                name="watch_ends_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at", "id"], name="watch_to_look", condition=Q(ended_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.problem_id} since {self.begun_at:%Y-%m-%d}"


class WatchPoint(models.Model):
    """One whole period, judged once: `had` of `of` new tickets have the cause, and `most` is how
    many may have it before the watch says so."""

    watch = models.ForeignKey(
        Watch, on_delete=models.PROTECT, related_name="points", db_index=False
    )
    start = models.DateTimeField()
    end = models.DateTimeField()
    had = models.PositiveIntegerField()
    of = models.PositiveIntegerField()
    expected = models.FloatField()
    most = models.PositiveIntegerField()
    signal = models.BooleanField()
    judged_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["watch", "start"], name="period_is_judged_once"),
            models.CheckConstraint(
                condition=Q(had__lte=F("of"), end__gt=F("start")), name="point_is_of_a_period"
            ),
            models.CheckConstraint(
                condition=Q(signal=True, had__gt=F("most")) | Q(signal=False, had__lte=F("most")),
                name="signal_is_above_the_limit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.had} of {self.of} from {self.start:%Y-%m-%d}"
