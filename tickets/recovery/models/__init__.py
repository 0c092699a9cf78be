"""What the room keeps: repairs, the gestures made for them, what customers were asked and said."""

from tickets.recovery.models.failure import CauseDefault, Driver, FailureType
from tickets.recovery.models.gesture import Gesture, GestureQuerySet
from tickets.recovery.models.limits import (
    Budget,
    BudgetMonth,
    BudgetUse,
    GestureLimit,
    GestureLimitQuerySet,
)
from tickets.recovery.models.playbook import (
    Playbook,
    PlaybookUse,
    PlaybookVersion,
    PlaybookVersionQuerySet,
)
from tickets.recovery.models.question import Answer, Question, QuestionQuerySet
from tickets.recovery.models.repair import Recovery

__all__ = [
    "Answer",
    "Budget",
    "BudgetMonth",
    "BudgetUse",
    "CauseDefault",
    "Driver",
    "FailureType",
    "Gesture",
    "GestureLimit",
    "GestureLimitQuerySet",
    "GestureQuerySet",
    "Playbook",
    "PlaybookUse",
    "PlaybookVersion",
    "PlaybookVersionQuerySet",
    "Question",
    "QuestionQuerySet",
    "Recovery",
]
