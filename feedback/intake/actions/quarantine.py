"""What was held is let go on to the rules, or said to be spam: by a person."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from cxloop.kernel.nudge import nudge_after_commit
from feedback.intake.models import Arrival, Feedback, Quarantine


@transaction.atomic
def release(held: Collection[UUID], *, by: User, now: datetime) -> int:
    """A customer after all, who has waited since their receipt: the rules judge it as of then, also
    where somebody had called it spam. How many; what was released before is none of them."""
    found = _locked(Quarantine.objects.filter(released_at=None), held)
    heard = Feedback.objects.filter(pk__in=found).values_list("pk", "received_at")
    Arrival.objects.bulk_create(Arrival(feedback_id=pk, received_at=at) for pk, at in heard)
    Quarantine.objects.filter(pk__in=found).update(released_at=now, released_by=by)
    if found:
        nudge_after_commit("triage")
    return len(found)


@transaction.atomic
def confirm_spam(held: Collection[UUID], *, by: User, now: datetime) -> int:
    """It stays stored, is judged by no rule and counts for nothing. How many; what somebody has
    decided before is none of them."""
    found = _locked(Quarantine.objects.held(), held)
    return Quarantine.objects.filter(pk__in=found).update(spam_at=now, spam_by=by)


def _locked(rows: QuerySet[Quarantine], wanted: Collection[UUID]) -> list[UUID]:
    """Whoever comes second looks again once the first is done, and finds them decided."""
    rows = rows.filter(pk__in=wanted).order_by("pk")
    return list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
