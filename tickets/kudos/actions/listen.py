"""Praise is found in what was judged, in that order, and in what customers answered.

Both are walked on from where they were left, from their beginning at first. Whoever writes there
may not have committed yet, so the place is moved on only past what is settled; but what is newer is
listened to at once, and again until then.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import takewhile
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from feedback.intake.models import Feedback
from feedback.intake.scores import POSITIVE
from tickets.kudos.judgement import HAND
from tickets.kudos.models import Kudos, Listened, Unrouted
from tickets.recovery.models import Answer
from tickets.work.models import Triage
from tickets.work.walking import A_STRETCH, SETTLED


@transaction.atomic
def listen_to_judged(*, now: datetime) -> int:
    """How many pieces of feedback it passed for good."""
    listened = _listened()
    ahead = list(judged_after(listened)[:A_STRETCH])
    heard = Feedback.objects.filter(pk__in=[pk for pk, _ in ahead], worst_class=POSITIVE)
    new = not_routed(heard.exclude(comment=""), "feedback")
    _leave_to_route(Unrouted(feedback_id=pk, since=now) for pk in new)
    passed = _settled(ahead, now)
    if passed:
        listened.judged, listened.judged_at = passed[-1]
        listened.save(update_fields=["judged", "judged_at"])
    return len(passed)


@transaction.atomic
def listen_to_answers(*, now: datetime) -> int:
    """How many answers it passed for good."""
    listened = _listened()
    ahead = list(answers_after(listened)[:A_STRETCH])
    said = Answer.objects.filter(pk__in=[pk for pk, _ in ahead]).exclude(comment="")
    new = not_routed(said.exclude(solved=False), "answer")
    _leave_to_route(Unrouted(answer_id=pk, since=now) for pk in new)
    passed = _settled(ahead, now)
    if passed:
        listened.answer = passed[-1][0]
        listened.save(update_fields=["answer"])
    return len(passed)


def judged_after(listened: Listened) -> QuerySet[Triage, Any]:
    rows = Triage.objects.order_by("at", "feedback")
    if listened.judged_at:
        beyond = Q(at__gt=listened.judged_at) | Q(feedback__gt=listened.judged)
        rows = rows.filter(beyond, at__gte=listened.judged_at)
    return rows.values_list("feedback", "at")


def answers_after(listened: Listened) -> QuerySet[Answer, Any]:
    rows = Answer.objects.filter(pk__gt=listened.answer).order_by("pk")
    return rows.values_list("pk", "at")


def _listened() -> Listened:
    """Locked."""
    if not Listened.objects.exists():
        Listened.objects.bulk_create([Listened()], ignore_conflicts=True)
    return Listened.objects.select_for_update(no_key=True).get()


def not_routed(rows: QuerySet[Any], saying: str) -> QuerySet[Any, Any]:
    """Keys. What a sweep has routed is not looked at again: memberships and names change."""
    known = Kudos.objects.filter(**{saying: OuterRef("pk")}).exclude(why=HAND)
    return rows.filter(~Exists(known)).order_by("pk").values_list("pk", flat=True)


def _leave_to_route(rows: Iterable[Unrouted]) -> None:
    Unrouted.objects.bulk_create(list(rows), ignore_conflicts=True)


def _settled(ahead: list[tuple[Any, datetime]], now: datetime) -> list[tuple[Any, datetime]]:
    return list(takewhile(lambda one: one[1] <= now - SETTLED, ahead))
