from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from accounts.models import User
from tickets.sla.calendars import ROUND_THE_CLOCK, Hours
from tickets.sla.models.calendar import CalendarVersion, CurrentQuerySet
from tickets.sla.targets import TARGETS, Terms, target_for, usual_pauses, usual_reminders

HOUR = 3600
FORTY_EIGHT_HOURS = 48 * HOUR


class Policy(models.Model):
    """`law` is what obliges us to it, where it is more than our own promise."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    law = models.CharField(max_length=200, default="", blank=True, db_default="")
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return self.slug


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    def newest_by_slug(self, slugs: Iterable[str]) -> "dict[str, PolicyVersion]":
        """The version in force of each of these policies; archived ones keep their promises."""
        rows = self.filter(policy__slug__in=list(slugs)).order_by("policy", "-version")
        newest = rows.distinct("policy").select_related("policy", "calendar__calendar")
        return {row.policy.slug: row for row in newest}


class PolicyVersion(models.Model):
    """Targets in seconds; none means no such clock. A clock keeps the version it started under.

    `variants` give other targets by priority and segment; `pauses` names the statuses in which a
    clock stands still, by its kind; `reminders` are the seconds of waiting for the customer after
    which they hear from us by themselves, the last time whether we may close. Whoever writes within
    `reopens_for_s` of the end begins the ticket anew, always where it is none; later, another one.
    Who is failed again within `again_within_s` is treated as such; never where it is none.
    """

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    acknowledge_s = models.PositiveIntegerField(null=True, blank=True)
    follow_up_s = models.PositiveIntegerField(default=FORTY_EIGHT_HOURS)
    next_reply_s = models.PositiveIntegerField(null=True, blank=True)
    resolve_s = models.PositiveIntegerField(null=True, blank=True)
    keep_in_loop_s = models.PositiveIntegerField(null=True, blank=True)
    close_loop_s = models.PositiveIntegerField(null=True, blank=True)
    approve_s = models.PositiveIntegerField(null=True, blank=True)
    variants = models.JSONField(default=list, blank=True)
    pauses = models.JSONField(default=usual_pauses, blank=True)
    reminders = models.JSONField(default=usual_reminders, blank=True)
    reopens_for_s = models.PositiveIntegerField(null=True, blank=True)
    again_within_s = models.PositiveIntegerField(null=True, blank=True)
    calendar = models.ForeignKey(
        CalendarVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="none is round the clock",
    )
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "version"], name="one_policy_version"),
            models.CheckConstraint(
                condition=Q(follow_up_s__gt=0)
                & (Q(acknowledge_s=None) | Q(acknowledge_s__gt=0))
                & (Q(resolve_s=None) | Q(resolve_s__gt=0)),
                name="target_takes_time",
            ),
            models.CheckConstraint(
                condition=(Q(next_reply_s=None) | Q(next_reply_s__gt=0))
                & (Q(keep_in_loop_s=None) | Q(keep_in_loop_s__gt=0))
                & (Q(close_loop_s=None) | Q(close_loop_s__gt=0)),
                name="further_target_takes_time",
            ),
            models.CheckConstraint(
                condition=Q(approve_s=None) | Q(approve_s__gt=0), name="approval_takes_time"
            ),
            models.CheckConstraint(
                condition=Q(reopens_for_s=None) | Q(reopens_for_s__gt=0), name="reopens_for_a_time"
            ),
            models.CheckConstraint(
                condition=Q(again_within_s=None) | Q(again_within_s__gt=0),
                name="again_within_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} v{self.version}"

    def hours(self) -> Hours:
        return self.calendar.hours() if self.calendar else ROUND_THE_CLOCK

    def target(self, kind: str, terms: Terms) -> int | None:
        targets = {name: getattr(self, name) for name in TARGETS}
        return target_for(kind, targets, self.variants, terms)

    def stands_still(self, kind: str, status: str) -> bool:
        return status in self.pauses.get(kind, ())
