"""What is praise, and why somebody is praised by it. Pure."""

from datetime import datetime, timedelta

from feedback.intake.scores import POSITIVE
from tickets.recovery.judgement import HAPPY, mood_of

NAMED, REACHED, ASSIGNED, GROUP, HAND = "named", "reached", "assigned", "group", "hand"
WHYS = (NAMED, REACHED, ASSIGNED, GROUP, HAND)

# What was said longer ago is counted, and news to nobody.
NEWS_WITHIN = timedelta(days=7)


def is_praise_heard(worst_class: str, comment: str) -> bool:
    """Every score that they gave is good, and they said it in words."""
    return worst_class == POSITIVE and bool(comment.strip())


def is_praise_answered(solved: bool | None, score: int | None, comment: str) -> bool:
    """A happy answer to whether it is put right, in words."""
    return mood_of(solved, score) == HAPPY and bool(comment.strip())


def is_old(said_at: datetime, now: datetime) -> bool:
    return said_at < now - NEWS_WITHIN
