"""What a forecast looks like over the API, and what asks for one."""

from typing import Any

from rest_framework.fields import (
    BooleanField,
    CharField,
    DictField,
    FloatField,
    IntegerField,
    ListField,
)
from rest_framework.serializers import Serializer

from cxloop.kernel.shapes import Instant, Shape
from tickets.sla.forecast import TOLERATED, Forecast
from tickets.sla.foresight import Foresight, OfRoster
from tickets.sla.foretelling import foretell
from tickets.sla.hours import WEEKDAYS
from tickets.sla.models import FORTY_EIGHT_HOURS
from tickets.sla.shapes import Policy


class ForecastCell(Serializer[Any]):
    weekday = CharField(help_text="mon to sun, in the roster's zone")
    hour = IntegerField(help_text="0 is from 00:00 to 01:00")
    due = IntegerField()
    closed = IntegerField(help_text="of these, while the roster is closed")


class ForecastCure(Serializer[Any]):
    """The fewest weekly hours that bring the share below what is tolerated, best first chosen."""

    weekly = DictField(
        child=ListField(child=CharField()), help_text='further hours: {"sat": ["10:00-13:00"]}'
    )
    hours = IntegerField(help_text="a week")
    closed = IntegerField(help_text="what would be left")
    share = FloatField(allow_null=True)
    is_enough = BooleanField(help_text="false: the rest falls due on days with hours of their own")


class TargetForecast(Serializer[Any]):
    target_s = IntegerField()
    arrivals = IntegerField()
    closed = IntegerField(help_text="fall due while the roster is closed")
    share = FloatField(allow_null=True, help_text="closed of arrivals")
    tolerated = FloatField(help_text="a share below this is no warning")
    out_of_reach = IntegerField(help_text="have too little open time: cannot be kept at all")
    least_open_s = IntegerField(help_text="less is too little")
    real_s = IntegerField(allow_null=True, help_text="half have at most this, in real time")
    open_s = IntegerField(allow_null=True, help_text="half have at most this, in open hours")
    is_kept = BooleanField(help_text="nothing to warn of")
    cells = ForecastCell(many=True, help_text="due times by weekday and hour; empty ones left out")
    cure = ForecastCure()
    sentences = ListField(child=CharField())


class RosterForecast(Serializer[Any]):
    roster = CharField(help_text="slug of the calendar in whose hours people are there")
    version = IntegerField()
    targets = DictField(child=TargetForecast(), help_text="by name: follow_up_s")


class PolicyForecast(Serializer[Any]):
    start = Instant()
    end = Instant()
    receipts = IntegerField(help_text="how many receipts were looked at, at most 5,000")
    is_sample = BooleanField(help_text="there were more, and these are evenly among them")
    rosters = RosterForecast(many=True)


class ForecastAnswer(Serializer[Any]):
    forecast = PolicyForecast(allow_null=True, help_text="null where no calendar is a roster")


class PolicyWithForecast(Policy):
    forecast = PolicyForecast(
        allow_null=True, help_text="by every current calendar; null where there is none"
    )


class ForecastBody(Shape):
    """A draft of a policy, and the calendar in whose hours people are there."""

    acknowledge_s = IntegerField(required=False, allow_null=True)
    follow_up_s = IntegerField(required=False, default=FORTY_EIGHT_HOURS)
    resolve_s = IntegerField(required=False, allow_null=True)
    calendar = CharField(required=False, allow_null=True, help_text="null is round the clock")
    roster = CharField(
        required=False, allow_null=True, help_text="slug; null is every current calendar"
    )


def foresight_json(found: Foresight | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "start": found.start,
        "end": found.end,
        "receipts": len(found.sample.received),
        "is_sample": not found.sample.is_whole,
        "rosters": [_roster(one) for one in found.rosters],
    }


def _roster(one: OfRoster) -> dict[str, Any]:
    name = one.calendar.calendar.name
    return {
        "roster": one.calendar.calendar.slug,
        "version": one.calendar.version,
        "targets": {target: _target(found, name) for target, found in one.targets.items()},
    }


def _target(found: Forecast, roster: str) -> dict[str, Any]:
    counted = ("target_s", "arrivals", "closed", "share", "out_of_reach", "least_open_s")
    about = {name: getattr(found, name) for name in (*counted, "real_s", "open_s", "is_kept")}
    cells = [
        {"weekday": WEEKDAYS[c.weekday], "hour": c.hour, "due": c.due, "closed": c.closed}
        for c in found.cells
    ]
    said = {"cells": cells, "cure": _cure(found), "sentences": foretell(found, roster=roster)}
    return {**about, "tolerated": TOLERATED, **said}


def _cure(found: Forecast) -> dict[str, Any]:
    weekly: dict[str, list[str]] = {}
    for more in found.cure:
        weekly.setdefault(more.day, []).append(more.spelled)
    return {
        "weekly": weekly,
        "hours": found.hours_more,
        "closed": found.closed_then,
        "share": found.closed_then / found.arrivals if found.arrivals else None,
        "is_enough": found.is_cured,
    }
