"""Rows for the rules to judge, made plainly."""

from datetime import datetime, timedelta
from typing import Any

from feedback.intake.models import Feedback, Source
from feedback.intake.scores import UNSCORED, class_of, worst
from tests.makers import NOW, make_feedback
from tickets.rules.actions import write_rule
from tickets.rules.models import RuleVersion

POLICIES = {"standard"}
NO_TICKET = {"ticket": False, "reason": "calm"}
TICKET = {"ticket": True, "group": "delivery"}


def days_before(days: float) -> datetime:
    return NOW - timedelta(days=days)


def make_heard(nps: int | None = None, *, days_ago: float = 1, **facts: Any) -> Feedback:
    """One feedback so many days ago, to the source "shop" unless another is named."""
    source = facts.pop("source", None) or shop()
    classes = [UNSCORED if nps is None else class_of("nps", nps)]
    classes += [score["class"] for score in facts.get("scores", [])]
    given = {"received_at": days_before(days_ago), "worst_class": worst(classes)}
    words = {"comment": "words"} if nps is None else {}
    return make_feedback(source, nps=nps, judged=True, **given | words | facts)


def shop() -> Source:
    given = {"name": "Shop", "channel": "website", "created_at": NOW}
    return Source.objects.get_or_create(slug="shop", defaults=given)[0]


def save_rule(when: Any, *, then: Any = NO_TICKET, **more: Any) -> RuleVersion:
    """A saved rule; with a result for a ticket the group must be there."""
    raw = {"name": "A rule", "when": when, "then": then} | more
    return write_rule(raw, known_policies=POLICIES, by=None, now=NOW)
