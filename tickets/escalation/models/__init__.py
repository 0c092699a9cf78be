"""What the room keeps: ladders and their versions, what was raised, and who was to hear."""

from tickets.escalation.models.ladder import (
    Ladder,
    LadderChange,
    LadderChangeQuerySet,
    LadderQuerySet,
    LadderVersion,
)
from tickets.escalation.models.raised import Escalation, Notice, NoticeQuerySet, WorkingHours

__all__ = [
    "Escalation",
    "Ladder",
    "LadderChange",
    "LadderChangeQuerySet",
    "LadderQuerySet",
    "LadderVersion",
    "Notice",
    "NoticeQuerySet",
    "WorkingHours",
]
