from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from accounts.models import AccessGroup, User
from cxloop.kernel.due import Due, DueQuerySet
from cxloop.kernel.models import Letter
from feedback.intake.models import Customer, Feedback
from tickets.rules.models import RuleVersion
from tickets.sla.models import Promise
from tickets.work.lifecycle import (
    CLOSED,
    NOT_CLOSED,
    OUTCOMES,
    OUTCOMES_BY_ANSWER,
    STATUSES,
    UNRESOLVED,
    WAITING,
)


class Priority(models.IntegerChoices):
    LOW = 1
    NORMAL = 2
    HIGH = 3
    URGENT = 4

    @property
    def word(self) -> str:
        return self.name.lower()


PRIORITY_WORDS = {priority.word: priority for priority in Priority}


class RootCause(models.Model):
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.slug


class TicketQuerySet(DueQuerySet["Ticket"]):
    def visible_to(self, user: User) -> Self:
        """The one question that decides who may see a ticket, wherever tickets are shown."""
        if user.is_active and user.reads_everything:
            return self
        groups = AccessGroup.objects.visible_to(user).values("pk")
        shared = TicketShare.objects.filter(group__in=groups).values("ticket")
        return self.filter(Q(group__in=groups) | Q(pk__in=shared))

    def workable_by(self, user: User) -> Self:
        return self.filter(group__in=AccessGroup.objects.workable_by(user).values("pk"))

    def not_closed(self) -> Self:
        return self.filter(status__in=NOT_CLOSED)

    def unresolved(self) -> Self:
        """What still wants somebody's work."""
        return self.filter(status__in=UNRESOLVED)

    def live(self) -> Self:
        """Without imported history, which alarms nobody."""
        return self.filter(quiet=False)

    def of_assignee(self, user: User) -> Self:
        return self.filter(assignee=user)

    def unowned(self) -> Self:
        return self.filter(assignee=None)

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
    next_due_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    linked_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    quiet = models.BooleanField(default=False, db_default=False)
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

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="known_status"),
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
            models.Index(fields=["group", "-created_at"], name="ticket_of_group"),
            # Lists that leave nothing out, closed and imported tickets neither.
            models.Index(fields=["next_due_at", "promise"], name="ticket_by_deadline"),
            models.Index(fields=["created_at", "promise"], name="ticket_by_age"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        return f"T-{self.pk}"

    @property
    def priority_word(self) -> str:
        return Priority(self.priority).word


class SearchText(models.Model):
    """The words of a ticket as they are searched: words, and pairs of Hangul, Han and Kana."""

    ticket = models.OneToOneField(
        Ticket, on_delete=models.CASCADE, primary_key=True, related_name="search"
    )
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="ticket_words", fastupdate=False)]

    def __str__(self) -> str:
        return str(self.ticket_id)


class TicketFeedback(models.Model):
    """This feedback is answered by this ticket: at most one a feedback."""

    feedback = models.OneToOneField(
        Feedback, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="feedback_links")
    received_at = models.DateTimeField()
    linked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.feedback_id} on {self.ticket_id}"


class TicketShare(models.Model):
    """A second group that may read a ticket."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="shares")
    group = models.ForeignKey(AccessGroup, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "group"], name="ticket_shared_once")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} with {self.group_id}"


class Triage(models.Model):
    """What was decided about one feedback, by which rule, on which values; or why nothing was."""

    class Decision(models.TextChoices):
        TICKET = "ticket"
        JOINED = "joined"
        NONE = "none"

    feedback = models.OneToOneField(
        Feedback, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    decision = models.CharField(max_length=10, choices=Decision.choices)
    rule = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    matched = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__in=["ticket", "joined", "none"]), name="known_decision"
            ),
            models.CheckConstraint(
                condition=Q(decision="none") | Q(rule__isnull=False), name="ticket_names_its_rule"
            ),
        ]
        indexes = [models.Index(fields=["rule", "at"], name="triage_by_rule")]

    def __str__(self) -> str:
        return f"{self.feedback_id}: {self.decision}"


class TimelineEntry(models.Model):
    """One act on a ticket, written in its transaction; a trigger keeps it as it was written."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="timeline", db_index=False
    )
    at = models.DateTimeField()
    kind = models.CharField(max_length=30)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    actor_kind = models.CharField(
        max_length=10,
        choices=[(word, word) for word in ("person", "service", "customer", "rule", "clock")],
    )
    text = models.TextField(default="", blank=True)
    reason = models.JSONField(default=dict, blank=True)
    public = models.BooleanField(default=False, help_text="the customer may read it")

    class Meta:
        indexes = [models.Index(fields=["ticket", "at", "id"], name="timeline_of_ticket")]
        constraints = [
            models.CheckConstraint(
                condition=Q(actor_kind__in=["person", "service"], actor__isnull=False)
                | Q(actor_kind__in=["customer", "rule", "clock"], actor=None),
                name="actor_is_who_acted",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.ticket_id}"


class Contact(models.Model):
    """A person of the house reached the customer, or tried. Only a reached one meets promises; one
    by letter is provisional until the letter has proven undeliverable, which strikes it."""

    class Channel(models.TextChoices):
        LETTER = "letter"
        PHONE = "phone"
        VISIT = "visit"
        OTHER = "other"

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="contacts")
    cycle = models.PositiveSmallIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    reached = models.BooleanField()
    at = models.DateTimeField()
    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, null=True, related_name="+")
    struck_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(channel="letter") | Q(letter__isnull=False, reached=True),
                name="contact_by_letter_has_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} on {self.ticket_id}"


class Resolution(models.Model):
    """The agent's claim that the matter is settled, once a cycle."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="resolutions")
    cycle = models.PositiveSmallIntegerField()
    root_cause = models.ForeignKey(RootCause, on_delete=models.PROTECT, related_name="+")
    body = models.TextField(default="", blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "cycle"], name="one_resolution_a_cycle")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} cycle {self.cycle}"


class UnaskedQuerySet(DueQuerySet["Unasked"]):
    def to_ask(self, now: datetime) -> Self:
        return self.not_put_off(now).order_by("since", "pk")


class Unasked(Due):
    """A resolution whose customer still has to be asked; removed by who asks."""

    resolution = models.OneToOneField(
        Resolution, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    since = models.DateTimeField()

    objects = UnaskedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["since"], name="unasked_oldest")]

    def __str__(self) -> str:
        return str(self.resolution_id)


class Turn(models.Model):
    """Whose turn it is in a group's round robin: who was given a ticket longest ago."""

    group = models.ForeignKey(AccessGroup, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    last_given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "user"], name="one_turn_a_person")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.group_id}"


def timeline_brief(entry: TimelineEntry) -> dict[str, Any]:
    actor = entry.actor.brief() if entry.actor else {}
    return {
        "at": entry.at,
        "kind": entry.kind,
        "actor": {"kind": entry.actor_kind, **actor},
        "text": entry.text,
        "reason": entry.reason,
    }
