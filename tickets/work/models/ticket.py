from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Count, F, Q

from accounts.models import AccessGroup, User
from cxloop.kernel.due import Due, DueQuerySet
from feedback.intake.models import Customer
from tickets.sla.models import Promise
from tickets.work.lifecycle import (
    CLOSED,
    NOT_CLOSED,
    OUTCOMES,
    OUTCOMES_BY_ANSWER,
    RESOLVED,
    STATUSES,
    UNRESOLVED,
    WAITING,
)

# Whoever has put a ticket away has this long to keep its next promise.
WAKE_BEFORE = timedelta(hours=4)


class Priority(models.IntegerChoices):
    LOW = 1
    NORMAL = 2
    HIGH = 3
    URGENT = 4

    @property
    def word(self) -> str:
        return self.name.lower()


PRIORITY_WORDS = {priority.word: priority for priority in Priority}


class TicketQuerySet(DueQuerySet["Ticket"]):
    def visible_to(self, user: User, *, within: Sequence[int] | None = None) -> Self:
        """The one question that decides who may see a ticket, wherever tickets are shown. `within`
        are the numbers of the groups that they see, where those are known already: PostgreSQL
        plans a page of many questions in a third of the time if it need not find them out."""
        if user.is_active and user.reads_everything:
            return self
        seen = AccessGroup.objects.visible_to(user)
        groups: Any = seen.values("pk") if within is None else list(within)
        shared = TicketShare.objects.filter(group__in=groups).values("ticket")
        return self.filter(Q(group__in=groups) | Q(pk__in=shared))

    def workable_by(self, user: User) -> Self:
        return self.filter(group__in=AccessGroup.objects.workable_by(user).values("pk"))

    def notable_by(self, user: User) -> Self:
        """Who may write a note on it: who works it, and who works in a group that it is shared
        with for that."""
        groups = AccessGroup.objects.workable_by(user).values("pk")
        shared = TicketShare.objects.filter(group__in=groups, right=TicketShare.Right.NOTE)
        return self.filter(Q(group__in=groups) | Q(pk__in=shared.values("ticket")))

    def not_closed(self) -> Self:
        return self.filter(status__in=NOT_CLOSED)

    def unresolved(self) -> Self:
        """What still wants somebody's work. Worded so that PostgreSQL sees that none is closed, and
        reckons right with how many there are."""
        return self.not_closed().exclude(status=RESOLVED, unjudged_since=None)

    def live(self) -> Self:
        """Without imported history, which alarms nobody."""
        return self.filter(quiet=False)

    def of_assignee(self, user: User) -> Self:
        return self.filter(assignee=user)

    def unowned(self) -> Self:
        return self.filter(assignee=None)

    def carried_by(self, users: Iterable[int]) -> dict[int, int]:
        """How many tickets each of these people has to work on just now, over all groups."""
        held = self.unresolved().live().filter(assignee__in=users).order_by()
        return dict(held.values_list("assignee").annotate(Count("pk")))

    def due_before(self, moment: datetime) -> Self:
        return self.filter(next_due_at__lt=moment)

    def not_due_before(self, moment: datetime) -> Self:
        return self.filter(next_due_at__gte=moment)

    def waits_ended(self, now: datetime) -> Self:
        return (
            self.not_put_off(now)
            .filter(status=WAITING, waiting_until__lte=now)
            .order_by("waiting_until", "pk")
        )

    def awake(self) -> Self:
        """Without what its owner has put away for a time."""
        return self.filter(snoozed_until=None)

    def to_wake(self, now: datetime) -> Self:
        """Put away until now, or past the last moment before a promise."""
        come = Q(snoozed_until__lte=now)
        near = Q(snoozed_until__isnull=False, next_due_at__lte=now + WAKE_BEFORE)
        return self.not_put_off(now).filter(come | near).order_by("pk")

    def by_next_deadline(self) -> Self:
        return self.order_by(F("next_due_at").asc(nulls_last=True), "pk")


class Ticket(Due):
    """The promise to one customer about one or more pieces of feedback.

    `next_due_at` is the earliest deadline of its live clocks, kept here so that a queue reads one
    index. `cycle` counts the times we had to begin anew.
    """

    promise = models.OneToOneField(
        Promise, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    subject = models.CharField(max_length=200)
    status = models.CharField(max_length=10, default=STATUSES[0])
    outcome = models.CharField(max_length=30, default="", blank=True)
    close_reason = models.CharField(max_length=300, default="", blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    cycle = models.PositiveSmallIntegerField(default=1)
    group = models.ForeignKey(AccessGroup, on_delete=models.PROTECT, related_name="+")
    assignee = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+")
    contactable = models.CharField(max_length=10)
    tags = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    waiting_until = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(
        null=True, blank=True, help_text="out of its owner's queue; its clocks run on"
    )
    next_due_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    linked_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    quiet = models.BooleanField(default=False, db_default=False)
    failure_number = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="the how-manieth failure of this customer it began as"
    )
    is_again = models.BooleanField(
        default=False, db_default=False, help_text="soon after an earlier one, by its policy"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(
        null=True, blank=True, help_text="when the customer was asked, in this cycle"
    )
    answered_at = models.DateTimeField(
        null=True, blank=True, help_text="the answer that closed or began this cycle"
    )

    unjudged_since = models.DateTimeField(
        null=True,
        blank=True,
        help_text="they wrote while it was resolved, and nobody has said what that means",
    )

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="known_status"),
            models.CheckConstraint(
                condition=Q(unjudged_since=None) | Q(status=RESOLVED),
                name="only_what_is_resolved_is_judged",
            ),
            models.CheckConstraint(
                condition=Q(status=CLOSED, outcome__in=OUTCOMES, closed_at__isnull=False)
                | (~Q(status=CLOSED) & Q(outcome="", closed_at=None)),
                name="closed_ticket_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome="merged", merged_into__isnull=False)
                | (~Q(outcome="merged") & Q(merged_into=None)),
                name="merged_ticket_says_into_which",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=OUTCOMES_BY_ANSWER) | Q(answered_at__isnull=False),
                name="customer_alone_says_how_it_ended",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="silent") | Q(asked_at__isnull=False),
                name="silent_customer_was_asked",
            ),
            models.CheckConstraint(
                condition=Q(waiting_until=None) | Q(status=WAITING), name="only_waiting_has_an_end"
            ),
            models.CheckConstraint(
                condition=Q(snoozed_until=None) | Q(status__in=UNRESOLVED),
                name="only_work_is_put_away",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("pk")), name="not_merged_into_itself"
            ),
            models.CheckConstraint(
                condition=Q(priority__gte=Priority.LOW, priority__lte=Priority.URGENT),
                name="known_priority",
            ),
        ]
        indexes = [
            models.Index(
                F("group"),
                F("next_due_at").asc(nulls_last=True),
                F("promise"),
                name="ticket_queue_of_group",
                condition=~Q(status=CLOSED) & Q(quiet=False),
            ),
            models.Index(
                F("assignee"),
                F("next_due_at").asc(nulls_last=True),
                F("promise"),
                name="ticket_queue_of_person",
                condition=~Q(status=CLOSED) & Q(quiet=False),
            ),
            models.Index(
                F("next_due_at").asc(nulls_last=True),
                F("promise"),
                name="ticket_queue",
                condition=~Q(status=CLOSED) & Q(quiet=False),
            ),
            # Also what stands on the tabs: how many of each state are there, and how many unowned.
            models.Index(
                fields=["status", "group", "promise"],
                include=["assignee"],
                name="ticket_open_by_status",
                condition=~Q(status=CLOSED) & Q(quiet=False),
            ),
            models.Index(
                fields=["customer", "group"],
                name="ticket_open_of_customer",
                condition=~Q(status=CLOSED) & Q(customer__isnull=False),
            ),
            models.Index(
                fields=["waiting_until"],
                name="ticket_wait_ends",
                condition=Q(status=WAITING, waiting_until__isnull=False),
            ),
            models.Index(
                fields=["snoozed_until"],
                name="ticket_put_away",
                condition=Q(snoozed_until__isnull=False),
            ),
            models.Index(
                fields=["next_due_at"],
                name="ticket_put_away_due",
                condition=Q(snoozed_until__isnull=False),
            ),
            models.Index(fields=["promise"], name="ticket_not_closed", condition=~Q(status=CLOSED)),
            models.Index(
                fields=["closed_at", "promise"],
                name="ticket_done",
                condition=Q(status=CLOSED, quiet=False),
            ),
            models.Index(fields=["promise"], name="ticket_imported", condition=Q(quiet=True)),
            models.Index(fields=["group", "-created_at"], name="ticket_of_group"),
            # Lists that leave nothing out, closed and imported tickets neither.
            models.Index(fields=["next_due_at", "promise"], name="ticket_by_deadline"),
            models.Index(fields=["created_at", "promise"], name="ticket_by_age"),
            models.Index(fields=["group", "-promise"], name="ticket_tagged", condition=~Q(tags=[])),
            GinIndex(fields=["tags"], name="ticket_by_tag", condition=~Q(tags=[])),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        return f"T-{self.pk}"

    @property
    def wants_work(self) -> bool:
        """As `unresolved` finds them."""
        return self.status in UNRESOLVED or self.unjudged_since is not None

    @property
    def priority_word(self) -> str:
        return Priority(self.priority).word


class TicketShare(models.Model):
    """A second group that may read a ticket, and write notes on it if it is shared for that."""

    class Right(models.TextChoices):
        READ = "read"
        NOTE = "note"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="shares")
    group = models.ForeignKey(AccessGroup, on_delete=models.CASCADE, related_name="+")
    right = models.CharField(
        max_length=10, choices=Right.choices, default=Right.READ, db_default=Right.READ
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "group"], name="ticket_shared_once"),
            models.CheckConstraint(
                condition=Q(right__in=["read", "note"]), name="known_share_right"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} with {self.group_id}"
