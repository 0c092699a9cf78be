"""What the machine does by itself, and where it is stuck."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cxloop.kernel.due import Due, DueQuerySet
from cxloop.kernel.models import Heartbeat, Hold, Incident, Letter
from feedback.email.models import Mail
from feedback.intake.models import Arrival
from feedback.web.models import Part
from insights.models import CountedDay, DigestWish, Unrecorded
from tickets.escalation.models import Notice
from tickets.kudos.models import Unrouted
from tickets.problems.models import Problem, Told, Watch
from tickets.recovery.models import Gesture, Question
from tickets.sla.models import Clock
from tickets.sla.models.upkeep import Upkeep
from tickets.work.lifecycle import WAITING
from tickets.work.models import Ticket, Unasked

MOST_SHOWN = 20


@dataclass(frozen=True)
class Stuck:
    """A row that a sweep could not handle and has put off."""

    what: Promise
    row: Due


@dataclass(frozen=True)
class Beat:
    """`age_s` is how long ago a sweep finished."""

    heartbeat: Heartbeat
    age_s: int
    is_late: bool


def beats(now: datetime) -> list[Beat]:
    return [_beat(row, now) for row in Heartbeat.objects.order_by("name")]


def _beat(row: Heartbeat, now: datetime) -> Beat:
    age = now - row.finished_at
    return Beat(row, max(int(age.total_seconds()), 0), age > row.late_after)


def incident() -> Incident | None:
    """What the machine is late with just now, if it is."""
    return Incident.objects.under_way().first()


def hold() -> Hold | None:
    """Whether letters are held since a restore, and which."""
    return Hold.objects.in_force().first()


def stuck(now: datetime) -> list[Stuck]:
    """What failed and waits to be tried again. Only what is due is looked through, never what is
    stored."""
    return [
        Stuck(what, row)
        for what, rows in _due(now)
        for row in rows.failing().order_by("try_after")[:MOST_SHOWN]
    ]


def _due(now: datetime) -> list[tuple[Promise, DueQuerySet[Any]]]:
    sending = [Letter.State.WAITING, Letter.State.SENDING]
    return [
        (_("Feedback to be judged"), Arrival.objects.all()),
        (_("Answers that nobody sent"), Part.objects.filter(heard_at__lte=now)),
        (_("Promise to be looked at"), Clock.objects.filter(next_action_at__lte=now)),
        (
            _("Wait that has ended"),
            Ticket.objects.filter(status=WAITING, waiting_until__lte=now),
        ),
        (_("Customer to be asked"), Unasked.objects.all()),
        (_("Colleague to be told"), Notice.objects.waiting()),
        (_("Answer to be missed"), Question.objects.filter(state="open", silent_after__lte=now)),
        (
            _("Customer to be asked once more"),
            Question.objects.filter(state="open", remind_at__lte=now),
        ),
        (_("Gesture that is late"), Gesture.objects.filter(state="promised", keep_by__lte=now)),
        (_("Praise to be passed on"), Unrouted.objects.filter(since__lte=now)),
        (_("Problem to look back"), Problem.objects.filter(looks_back_at__lte=now)),
        (_("Fix to be watched"), Watch.objects.running().filter(next_at__lte=now)),
        (_("Customer to be told what was done"), Told.objects.filter(state=Told.State.WAITING)),
        (_("Repair to be recorded"), Unrecorded.objects.filter(since__lte=now)),
        (_("Mail to be read"), Mail.objects.filter(verdict="unread")),
        (_("Mail to be taken up"), Mail.objects.filter(verdict="answer", taken_up=False)),
        (_("Calendar to be renewed"), Upkeep.objects.filter(look_at__lte=now)),
        (_("Day to be counted"), CountedDay.objects.filter(count_at__lte=now)),
        (_("Letter of the week to be written"), DigestWish.objects.all()),
        (_("Letter to be sent"), Letter.objects.filter(state__in=sending)),
    ]
