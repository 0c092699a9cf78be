from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from cxloop.kernel.due import Due, DueQuerySet
from tickets.sla.ledger import BREACHED, EVENT_KINDS, MET, PAUSED, RUNNING, STATES, VOID, Event
from tickets.sla.models.policy import PolicyVersion
from tickets.sla.targets import TARGET_OF, Terms


class Kind(models.TextChoices):
    """What is promised: that we say we have it, that a person answers, that a person answers again
    when the customer has written, that it is settled (the agent's claim), that there is news in
    the meantime, that the loop is closed (the customer's word), that they are called when they
    asked to be; and, among ourselves, that somebody decides on what is to be given to them."""

    ACKNOWLEDGE = "acknowledge"
    FOLLOW_UP = "follow_up"
    NEXT_REPLY = "next_reply"
    RESOLVE = "resolve"
    KEEP_IN_LOOP = "keep_in_loop"
    CLOSE_LOOP = "close_loop"
    APPROVE = "approve"
    CALL_BACK = "call_back"


# What we owe each other, and no customer knows of.
AMONG_US = (Kind.APPROVE,)
OWED_THEM = tuple(kind for kind in Kind if kind not in AMONG_US)


class Promise(models.Model):
    """What one customer may expect of us: the peg on which the clocks of a ticket hang.

    Its number is the ticket's. A quiet promise is history that was imported: judged and clocked at
    its own times, but nobody is alarmed.
    """

    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    quiet = models.BooleanField(default=False)
    priority = models.CharField(max_length=10, default="normal", db_default="normal")
    segment = models.CharField(max_length=64, default="", blank=True, db_default="")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def terms(self) -> Terms:
        """What of the ticket decides its targets, as we were last told."""
        return Terms(self.priority, self.segment)


class ClockQuerySet(DueQuerySet["Clock"]):
    def to_look_at(self, now: datetime) -> Self:
        """Clocks whose next rung or deadline has come, oldest first."""
        return (
            self.not_put_off(now).filter(next_action_at__lte=now).order_by("next_action_at", "pk")
        )

    def live(self) -> Self:
        return self.filter(met_at=None, voided_at=None)

    def to_move(self, newest: PolicyVersion) -> Self:
        """Running under an earlier version of this policy."""
        earlier = PolicyVersion.objects.filter(policy=newest.policy, version__lt=newest.version)
        running = self.live().filter(state__in=[RUNNING, PAUSED], policy__in=earlier)
        running = running.of_kinds(TARGET_OF)
        return running.filter(~Q(moved_to=newest) | Q(moved_to=None))

    def broken_before(self, newest: PolicyVersion) -> Self:
        """Broken under an earlier version, and not yet made good."""
        earlier = PolicyVersion.objects.filter(policy=newest.policy, version__lt=newest.version)
        return self.live().filter(state=BREACHED, policy__in=earlier)

    def of_kinds(self, kinds: Iterable[str]) -> Self:
        return self.filter(kind__in=list(kinds))


class Clock(Due):
    """One promise with a deadline: the cached reading of its events.

    `policy` is the version it started under, `moved_to` the one it was moved to since.
    `next_action_at` is when somebody should look: set to the present by every change, moved on by
    the room that raises.
    """

    # The unique keys of clocks and their events serve these references too.
    promise = models.ForeignKey(
        Promise, on_delete=models.PROTECT, related_name="clocks", db_index=False
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    cycle = models.PositiveSmallIntegerField(default=1)
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    moved_to = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    state = models.CharField(max_length=10)
    started_at = models.DateTimeField()
    target_s = models.PositiveIntegerField()
    due_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    detected_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=200, default="", blank=True)
    next_action_at = models.DateTimeField(null=True, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promise", "kind", "cycle"], name="one_clock_a_cycle"),
            models.UniqueConstraint(
                fields=["promise", "kind"],
                name="one_running_clock_a_kind",
                condition=Q(state__in=[RUNNING, PAUSED]),
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="known_clock_state"),
            models.CheckConstraint(
                condition=~Q(state=MET)
                | Q(met_at__isnull=False, due_at__isnull=False, met_at__lte=F("due_at")),
                name="met_is_in_time",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=BREACHED,
                    due_at__isnull=False,
                    breached_at__isnull=False,
                    breached_at=F("due_at"),
                    detected_at__isnull=False,
                )
                | (~Q(state=BREACHED) & Q(breached_at=None, detected_at=None)),
                name="breached_at_is_the_due_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=PAUSED) | Q(due_at=None, paused_at__isnull=False),
                name="paused_clock_has_no_due_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=RUNNING) | Q(due_at__isnull=False, met_at=None),
                name="running_clock_has_a_due_time",
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None, void_reason="")
                | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
                name="void_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=VOID) | Q(voided_at__isnull=False), name="void_has_a_time"
            ),
            models.CheckConstraint(
                condition=Q(next_action_at=None) | Q(met_at=None, voided_at=None),
                name="ended_clock_is_not_looked_at",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_action_at", "id"],
                name="clock_to_look_at",
                condition=Q(next_action_at__isnull=False),
            ),
            models.Index(fields=["kind", "started_at"], name="clock_by_receipt"),
            models.Index(
                fields=["-breached_at", "promise"],
                name="clock_breached",
                condition=Q(state=BREACHED),
            ),
            models.Index(
                fields=["policy", "promise"],
                name="clock_live_by_policy",
                condition=Q(met_at=None, voided_at=None),
            ),
            models.Index(
                fields=["due_at", "promise"],
                include=["started_at"],  # read for every group's longest wait
                name="clock_waiting",
                condition=Q(kind=Kind.FOLLOW_UP, met_at=None, voided_at=None),
            ),
            models.Index(
                fields=["met_at", "promise"],
                name="clock_answered",
                condition=Q(kind=Kind.FOLLOW_UP, met_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.cycle} of {self.promise_id}"

    @property
    def under(self) -> PolicyVersion:
        """The version that holds now."""
        return self.moved_to or self.policy

    def public(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "cycle": self.cycle,
            "state": self.state,
            "started_at": self.started_at,
            "due_at": self.due_at,
            "met_at": self.met_at,
            "breached_at": self.breached_at,
            "detected_at": self.detected_at,
        }


class ClockEvent(models.Model):
    """What happened to a clock. `at` is when it counts from, `written_at` when we wrote it."""

    clock = models.ForeignKey(
        Clock, on_delete=models.PROTECT, related_name="events", db_index=False
    )
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=16)
    at = models.DateTimeField()
    data = models.JSONField(default=dict, blank=True)
    policy = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock", "position"], name="clock_events_in_order"),
            models.CheckConstraint(condition=Q(kind__in=EVENT_KINDS), name="known_clock_event"),
            models.CheckConstraint(
                condition=Q(kind="moved", policy__isnull=False)
                | (~Q(kind="moved") & Q(policy=None)),
                name="move_names_its_policy",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id}.{self.position} {self.kind}"

    def as_event(self) -> Event:
        return Event(self.kind, self.at, self.data, self.policy.hours() if self.policy else None)
