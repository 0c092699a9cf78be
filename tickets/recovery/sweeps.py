"""Work that waits for nobody's click."""

from cxloop.kernel.due import Clock, drain
from cxloop.kernel.letters import drain_undelivered
from cxloop.kernel.moment import moment
from tickets.escalation import sweeps as raising
from tickets.recovery.actions.ask import (
    ask_customers,
    close_silent,
    note_undelivered,
    note_unreminded,
    remind_asked,
)
from tickets.recovery.actions.gesture_letter import strike_dead_letters
from tickets.recovery.actions.gestures import note_late
from tickets.recovery.deciding import who_may_decide
from tickets.recovery.letters import QUESTION_AGAIN
from tickets.recovery.models import Gesture, Question
from tickets.recovery.verbs import say
from tickets.work import sweeps
from tickets.work.letter_words import QUESTION
from tickets.work.models import Unasked


def ask_resolved() -> int:
    return drain(Unasked.objects.to_ask, ask_customers, batch=20)


def close_gone_silent() -> int:
    return drain(Question.objects.gone_silent, close_silent, batch=50)


def remind_of_questions() -> int:
    return drain(Question.objects.to_remind, remind_asked, batch=20)


def note_late_gestures() -> int:
    return drain(Gesture.objects.newly_late, note_late, batch=50)


def strike_dead() -> int:
    """The sweep of the room of work, which knows no gestures."""
    return sweeps.strike_dead(strike_dead_letters)


def climb_ladders(*, clock: Clock = moment) -> int:
    """As the room that raises does; of a decision that is owed only who may make it is told."""
    return raising.climb_ladders(clock=clock, who_decides=who_may_decide)


def do_held() -> int:
    """As the room of work does, with our verbs: a merge takes along what is owed."""
    return sweeps.do_held(say)


def note_dead_questions() -> int:
    asked = drain_undelivered([QUESTION], note_undelivered)
    return asked + drain_undelivered([QUESTION_AGAIN], note_unreminded)
