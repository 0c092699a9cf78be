"""What the measures look like over the API."""

from typing import Any

from rest_framework.fields import BooleanField, CharField, FloatField, IntegerField
from rest_framework.serializers import Serializer

from cxloop.kernel.shapes import Instant, Shape
from insights.gate import Standing
from insights.promises import FollowUp
from insights.reach import Outlook
from insights.shares import Share


class ShareShape(Serializer[Any]):
    """Never without its 95 % interval."""

    part = IntegerField()
    whole = IntegerField()
    share = FloatField(allow_null=True)
    low = FloatField(allow_null=True)
    high = FloatField(allow_null=True)


class Rates(Serializer[Any]):
    """Follow-up by the day of receipt, of the tickets you may see."""

    start = Instant()
    end = Instant()
    in_48_hours = ShareShape(help_text="in real hours, whatever the policies say")
    as_promised = ShareShape(help_text="in the policies' own targets and open hours")
    void = IntegerField(help_text="closed without contact in time, with a reason")
    too_young = IntegerField(help_text="younger than 48 hours and not answered yet")


class RatesQuery(Shape):
    days = IntegerField(required=False, default=28, min_value=1, max_value=366)


class Score(Serializer[Any]):
    """Brier scores, 0 at best, and over what they were worked out."""

    brier = FloatField()
    base_brier = FloatField(help_text="of the share that broke, known in hindsight")
    prior_brier = FloatField(help_text="of the share that had broken before")
    base_rate = FloatField(help_text="the share that broke")
    forecasts = IntegerField()
    promises = IntegerField()
    is_own = BooleanField(help_text="over this house's own promises; otherwise over a helpdesk's")


class LikelyClock(Serializer[Any]):
    ticket = CharField(help_text="ref")
    group = CharField(help_text="slug")
    due_at = Instant()
    before = IntegerField(help_text="in the queue of the group")
    a_day = FloatField(help_text="customers the group answers")
    reached_in_days = FloatField()
    due_in_days = FloatField()
    probability = FloatField(help_text="that it breaks")
    reason = CharField()


class LikelyList(Serializer[Any]):
    """Open follow-ups that their group will not reach in time, among the groups you see."""

    is_shown = BooleanField(help_text="only while the score beats the base rate's")
    why = CharField()
    score = Score()
    results = LikelyClock(many=True, help_text="the most likely first, at most 100")
    more = IntegerField(help_text="likely ones beyond these")


def score_json(standing: Standing) -> dict[str, Any]:
    found = standing.judged
    about = {name: getattr(found, name) for name in ("brier", "base_brier", "prior_brier")}
    counts = {"forecasts": found.scored, "promises": found.cases}
    return {**about, "base_rate": found.base_rate, **counts, "is_own": standing.is_own}


def likely_json(one: Outlook, chance: float) -> dict[str, Any]:
    """But for the ticket and its group, which others know."""
    return {
        "due_at": one.waiting.due_at,
        "before": one.before,
        "a_day": one.a_day,
        "reached_in_days": one.reached_days,
        "due_in_days": one.left_days,
        "probability": chance,
        "reason": one.reason,
    }


def rates_json(found: FollowUp) -> dict[str, Any]:
    return {
        "in_48_hours": share_json(found.in_48_hours),
        "as_promised": share_json(found.as_promised),
        "void": found.void,
        "too_young": found.too_young,
    }


def share_json(share: Share) -> dict[str, Any]:
    low, high = share.interval or (None, None)
    return {
        "part": share.part,
        "whole": share.whole,
        "share": share.value,
        "low": low,
        "high": high,
    }
