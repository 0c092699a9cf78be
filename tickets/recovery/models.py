from datetime import datetime
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import AccessGroup, User
from cxloop.kernel.due import Due, DueQuerySet
from cxloop.kernel.models import Letter
from tickets.recovery import judgement
from tickets.work.models import Resolution, RootCause, Ticket


class Recovery(models.Model):
    """The repair of one cycle: what failed, what it was worth to us, what the customer said."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="recoveries")
    cycle = models.PositiveSmallIntegerField()
    failure = models.CharField(max_length=300, default="", blank=True)
    root_cause = models.ForeignKey(RootCause, on_delete=models.PROTECT, null=True, related_name="+")
    score_type_before = models.CharField(max_length=10, default="", blank=True)
    score_before = models.SmallIntegerField(null=True, blank=True)
    score_after = models.SmallIntegerField(null=True, blank=True, help_text="CSAT, 1 to 5")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "cycle"], name="one_recovery_a_cycle")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} cycle {self.cycle}"


class GestureLimitQuerySet(models.QuerySet["GestureLimit"]):
    def of_group(self, group: AccessGroup) -> dict[str, Decimal]:
        """The limits that hold for this group, by currency: its own before those of all."""
        rows = self.filter(Q(group=None) | Q(group=group)).order_by(
            F("group").asc(nulls_first=True)
        )
        return {row.currency: row.amount for row in rows}


class GestureLimit(models.Model):
    """What one person of this group may promise alone, per currency; no row means nothing that
    costs. Without a group it holds for every group that has no row of its own."""

    group = models.ForeignKey(AccessGroup, on_delete=models.CASCADE, null=True, related_name="+")
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = GestureLimitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "currency"], name="one_limit_a_currency", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="limit_is_not_negative"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="limit_has_a_currency"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class Gesture(models.Model):
    """One thing done or promised to put it right. Above the limit somebody else approves it."""

    class State(models.TextChoices):
        WAITING = judgement.WAITING, "waiting for approval"
        PROMISED = judgement.PROMISED
        REJECTED = judgement.REJECTED
        KEPT = judgement.KEPT
        BROKEN = judgement.BROKEN

    recovery = models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="gestures")
    kind = models.CharField(max_length=20)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="", blank=True)
    explanation = models.TextField(default="", blank=True)
    state = models.CharField(max_length=10, choices=State.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    needs_approval = models.BooleanField(default=False)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=300, default="", blank=True)
    settled_at = models.DateTimeField(null=True, blank=True, help_text="kept or broken")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(judgement.GESTURE_STATES)), name="known_gesture_state"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(judgement.GESTURE_KINDS)), name="known_gesture_kind"
            ),
            models.CheckConstraint(
                condition=Q(amount=None, currency="")
                | Q(amount__isnull=False, amount__gt=0, currency__regex=r"^[A-Z]{3}$"),
                name="amount_has_a_currency",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("by")), name="four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(needs_approval=False)
                | Q(state="waiting", decided_by=None)
                | (~Q(state="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="approval_was_given",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["kept", "broken"], settled_at__isnull=False)
                | (~Q(state__in=["kept", "broken"]) & Q(settled_at=None)),
                name="settled_gesture_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["at"], name="gesture_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.recovery_id}"


class QuestionQuerySet(DueQuerySet["Question"]):
    def gone_silent(self, now: datetime) -> Self:
        return (
            self.not_put_off(now)
            .filter(state=Question.State.OPEN, silent_after__lte=now)
            .order_by("silent_after", "pk")
        )


class Question(Due):
    """Is it put right? Asked once a cycle, by letter, with a link to a signed page."""

    class State(models.TextChoices):
        OPEN = "open"
        ANSWERED = "answered"
        SILENT = "silent", "nobody answered in time"
        FAILED = "failed", "its letter reached nobody"
        OVERTAKEN = "overtaken", "the ticket went on before it was answered"

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="questions")
    cycle = models.PositiveSmallIntegerField()
    resolution = models.OneToOneField(Resolution, on_delete=models.PROTECT, related_name="+")
    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    silent_after = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "cycle"], name="one_question_a_cycle"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "answered", "silent", "failed", "overtaken"]),
                name="known_question_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["silent_after", "id"], name="question_open", condition=Q(state="open")
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} cycle {self.cycle}"


class Answer(models.Model):
    """The customer's own word: the only proof that the loop is closed. Written once.

    Given on the page behind our question, or said or written to a colleague, who then answers for
    it.
    """

    class Channel(models.TextChoices):
        PAGE = "page"
        LETTER = "letter"
        PHONE = "phone"
        VISIT = "visit"
        OTHER = "other"

    question = models.OneToOneField(Question, on_delete=models.PROTECT, related_name="answer")
    solved = models.BooleanField(null=True)
    score = models.PositiveSmallIntegerField(null=True, help_text="CSAT, 1 to 5")
    comment = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    channel = models.CharField(
        max_length=10, choices=Channel.choices, default=Channel.PAGE, db_default=Channel.PAGE
    )
    heard_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(channel="page", heard_by=None)
                | Q(channel__in=["letter", "phone", "visit", "other"], heard_by__isnull=False),
                name="answer_by_voice_was_heard",
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=1, score__lte=5),
                name="answer_score_in_range",
            ),
            models.CheckConstraint(
                condition=Q(solved__isnull=False) | Q(score__isnull=False),
                name="answer_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"answer to {self.question_id}"
