"""What was held is let go on to the rules, or said to be spam: each once, by a person."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from cxloop.kernel.nudge import nudge_after_commit
from feedback.intake.models import Arrival, Feedback, Quarantine

RELEASED, SPAM = Quarantine.Ended.RELEASED, Quarantine.Ended.SPAM


@transaction.atomic
def release(held: Collection[UUID], *, by: User, now: datetime) -> int:
    """A customer after all, who has waited since their receipt: the rules judge it as of then. How
    many; what somebody else has ended meanwhile is none of them."""
    found = _still_held(held)
    heard = Feedback.objects.filter(pk__in=found).values_list("pk", "received_at")
    Arrival.objects.bulk_create(Arrival(feedback_id=pk, received_at=at) for pk, at in heard)
    _end(found, RELEASED, by=by, now=now)
    if found:
        nudge_after_commit("triage")
    return len(found)


@transaction.atomic
def confirm_spam(held: Collection[UUID], *, by: User, now: datetime) -> int:
    """It stays stored, is judged by no rule and counts for nothing. How many."""
    found = _still_held(held)
    _end(found, SPAM, by=by, now=now)
    return len(found)


def _still_held(wanted: Collection[UUID]) -> list[UUID]:
    """Locked: whoever comes second looks again, and finds them ended."""
    rows = Quarantine.objects.held().filter(pk__in=wanted).order_by("pk")
    return list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def _end(found: Collection[UUID], how: str, *, by: User, now: datetime) -> None:
    rows = Quarantine.objects.filter(pk__in=found)
    rows.update(ended=how, ended_by=by, ended_at=now)
