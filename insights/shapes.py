"""What the measures look like over the API."""

from typing import Any

from rest_framework.fields import FloatField, IntegerField
from rest_framework.serializers import Serializer

from cxloop.kernel.shapes import Instant, Shape
from insights.promises import FollowUp
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
