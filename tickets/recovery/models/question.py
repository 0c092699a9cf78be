from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from cxloop.kernel.due import Due, DueQuerySet
from cxloop.kernel.models import Letter
from tickets.work.models import Resolution, Ticket


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
