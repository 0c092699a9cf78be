"""Work that waits for nobody's click."""

from datetime import datetime

from django.db.models import QuerySet

from cxloop.kernel.due import drain
from cxloop.kernel.models import Letter
from tickets.recovery.actions.ask import ask_customers, close_silent, note_undelivered
from tickets.recovery.actions.gestures import note_late
from tickets.recovery.letters import QUESTION
from tickets.recovery.models import Gesture, Question
from tickets.work.models import Unasked


def ask_resolved() -> int:
    return drain(Unasked.objects.to_ask, ask_customers, batch=20)


def close_gone_silent() -> int:
    return drain(Question.objects.gone_silent, close_silent, batch=50)


def note_late_gestures() -> int:
    return drain(Gesture.objects.newly_late, note_late, batch=50)


def note_dead_questions() -> int:
    return drain(_dead_questions, note_undelivered, batch=20) + drain(
        _withdrawn_questions, note_undelivered, batch=20
    )


def _dead_questions(now: datetime) -> QuerySet[Letter]:
    return Letter.objects.newly_dead([QUESTION]).not_put_off(now)


def _withdrawn_questions(now: datetime) -> QuerySet[Letter]:
    return Letter.objects.newly_withdrawn([QUESTION], now)
