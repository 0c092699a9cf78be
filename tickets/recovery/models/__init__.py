"""What the room keeps: repairs, the gestures made for them, what customers were asked and said."""

from tickets.recovery.models.failure import CauseDefault, Driver, FailureType
from tickets.recovery.models.gesture import Gesture, GestureLimit, GestureLimitQuerySet
from tickets.recovery.models.question import Answer, Question, QuestionQuerySet
from tickets.recovery.models.repair import Recovery

__all__ = [
    "Answer",
    "CauseDefault",
    "Driver",
    "FailureType",
    "Gesture",
    "GestureLimit",
    "GestureLimitQuerySet",
    "Question",
    "QuestionQuerySet",
    "Recovery",
]
