"""Silence: letters about something are not to leave, neither those that wait nor those to come."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from cxloop.kernel.letters import call_back
from cxloop.kernel.models import Silence


@transaction.atomic
def begin_silence(marks: Collection[str], why: str, *, now: datetime) -> None:
    """Whoever writes a letter about one of these just now finds the row when it would leave."""
    rows = [Silence(mark=mark, why=why, since=now) for mark in sorted(marks)]
    Silence.objects.bulk_create(rows, ignore_conflicts=True)
    call_back(marks, why, now=now)


def end_silence(marks: Collection[str]) -> None:
    """What was called back meanwhile does not leave any more."""
    Silence.objects.filter(mark__in=marks).delete()
