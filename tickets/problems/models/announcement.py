from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from cxloop.kernel.due import Due, DueQuerySet
from cxloop.kernel.models import Letter
from feedback.intake.models import Customer
from tickets.problems.models.problem import Problem
from tickets.work.letter_words import Words
from tickets.work.models import Ticket


class AnnouncementQuerySet(DueQuerySet["Announcement"]):
    def to_go_on(self, now: datetime) -> Self:
        due = self.not_put_off(now).filter(state=Announcement.State.SENDING, next_at__lte=now)
        return due.order_by("next_at", "pk")


class Announcement(Due):
    """You said, we did: what the people behind a problem are told of it. A draft until somebody
    confirms it; then letters are written, so many a minute, until all are or somebody stops it."""

    class State(models.TextChoices):
        DRAFT = "draft"
        SENDING = "sending"
        SENT = "sent"
        STOPPED = "stopped"

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="announcements")
    subject_en = models.CharField(max_length=150, default="", blank=True)
    body_en = models.TextField(default="", blank=True)
    subject_ko = models.CharField(max_length=150, default="", blank=True)
    body_ko = models.TextField(default="", blank=True)
    per_minute = models.PositiveSmallIntegerField(default=60)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    next_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state="draft",
                    confirmed_at=None,
                    confirmed_by=None,
                    next_at=None,
                    ended_at=None,
                    stopped_by=None,
                )
                | Q(
                    state="sending",
                    confirmed_at__isnull=False,
                    confirmed_by__isnull=False,
                    next_at__isnull=False,
                    ended_at=None,
                    stopped_by=None,
                )
                | Q(
                    state="sent",
                    confirmed_by__isnull=False,
                    next_at=None,
                    ended_at__isnull=False,
                    stopped_by=None,
                )
                | Q(
                    state="stopped",
                    confirmed_by__isnull=False,
                    next_at=None,
                    ended_at__isnull=False,
                    stopped_by__isnull=False,
                ),
                name="announcement_goes_its_way",
            ),
            models.CheckConstraint(
                condition=Q(per_minute__gte=1, per_minute__lte=600), name="announced_at_a_pace"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], name="announcement_to_go_on", condition=Q(state="sending")
            )
        ]

    def __str__(self) -> str:
        return f"{self.problem_id}: {self.subject_en or self.subject_ko}"

    def words(self, language: str) -> Words:
        """Spaces alone are none."""
        subject, body = (getattr(self, f"{part}_{language}") for part in ("subject", "body"))
        return Words(subject.strip(), body.strip())


class ToldQuerySet(DueQuerySet["Told"]):
    def to_write(self, now: datetime) -> Self:
        return self.not_put_off(now).filter(state=Told.State.WAITING).order_by("ticket")

    def written_after(self, moment: datetime) -> Self:
        return self.filter(state=Told.State.WRITTEN, at__gt=moment)


class Told(Due):
    """One person of an announcement, on one of their tickets: written to, or left out and why."""

    class State(models.TextChoices):
        WAITING = "waiting"
        WRITTEN = "written"
        LEFT_OUT = "left_out"

    # The unique key serves the reference to the announcement too.
    announcement = models.ForeignKey(
        Announcement, on_delete=models.PROTECT, related_name="told", db_index=False
    )
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=20, default="", blank=True)
    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(help_text="when it became what it is")

    objects = ToldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "customer"], name="told_once_an_announcement"
            ),
            models.UniqueConstraint(
                fields=["problem", "customer"],
                name="told_once_a_problem",
                condition=Q(state="written"),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", why="", letter=None)
                | Q(state="written", why="", letter__isnull=False)
                | (Q(state="left_out", letter=None) & ~Q(why="")),
                name="told_by_a_letter_or_left_out",
            ),
        ]
        indexes = [
            models.Index(
                fields=["announcement", "ticket"],
                name="told_waiting",
                condition=Q(state="waiting"),
            ),
            models.Index(
                fields=["announcement", "at"],
                name="told_lately",
                condition=Q(state="written"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} of {self.announcement_id}"
