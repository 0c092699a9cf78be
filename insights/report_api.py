from datetime import date, datetime
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.fields import CharField, DateField, FloatField, IntegerField
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.authentication import caller
from accounts.models import AccessGroup, User
from cxloop.kernel.errors import Refused
from cxloop.kernel.moment import moment
from cxloop.kernel.shapes import Instant, Shape
from insights.days import A_DAY, EARLIEST_DAY, newest_day, zone_named
from insights.report import Figures, Line, Report, read_report
from insights.shapes import ShareShape, share_json

USUAL, LONGEST = 28, 366
FIRST = OpenApiParameter("first", date, description="receipts from this day on, of your time zone")
LAST = OpenApiParameter(
    "last", date, description="until this day, included; without it the newest that can be judged"
)
GROUP = OpenApiParameter("group", str, description="slug; without it all that you see")


class FiguresShape(Serializer[Any]):
    """Times in seconds, within 2.5 %; null while fewer than that share have got there."""

    cases = IntegerField()
    in_48_hours = ShareShape(help_text="in real hours, whatever the policies say")
    as_promised = ShareShape(help_text="in the policies' own targets and open hours")
    void = IntegerField(help_text="closed without contact, with a reason")
    unreachable = IntegerField(help_text="tickets whose customer nobody can contact")
    answered_half_s = FloatField(allow_null=True)
    answered_nine_of_ten_s = FloatField(allow_null=True)
    closed_half_s = FloatField(allow_null=True)
    closed_nine_of_ten_s = FloatField(allow_null=True)


class DayShape(FiguresShape):
    day = DateField()


class LineShape(FiguresShape):
    key = CharField(help_text="slug, or the id of an agent; blank: none, nobody")
    name = CharField()


class ReportShape(Serializer[Any]):
    """By the day feedback was received; the groups, sources and agents with at least 30 cases come
    first, the best rate before the others; the rest by name."""

    first = DateField()
    last = DateField()
    time_zone = CharField()
    missing_days = IntegerField(help_text="not counted yet")
    counted_at = Instant(allow_null=True, help_text="all days were counted then or later")
    total = FiguresShape()
    days = DayShape(many=True)
    groups = LineShape(many=True)
    sources = LineShape(many=True)
    agents = LineShape(many=True)


class ReportQuery(Shape):
    first = DateField(required=False)
    last = DateField(required=False)
    group = CharField(required=False, default="")


class ReportOfPeriod(APIView):
    @extend_schema(
        operation_id="insights_report", parameters=[FIRST, LAST, GROUP], responses=ReportShape
    )
    def get(self, request: Request) -> Response:
        """Of days that are whole and at least 48 hours old."""
        asked = ReportQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        person = caller(request)
        first, last = period_of(asked.validated_data, person, moment())
        groups = groups_seen_by(person, asked.validated_data["group"])
        zone = zone_named(person.time_zone).key
        found = read_report(groups, zone, first=first, last=last)
        about = {"first": first, "last": last, "time_zone": zone}
        return Response(about | report_json(found))


def period_of(said: dict[str, Any], person: User, now: datetime) -> tuple[date, date]:
    newest = newest_day(now, zone_named(person.time_zone))
    last = min(said.get("last", newest), newest)
    if last < EARLIEST_DAY:
        raise Refused.at("/last", "out_of_range", f"From {EARLIEST_DAY} on.")
    first = said.get("first", last - (USUAL - 1) * A_DAY)
    if not 0 <= (last - first).days < LONGEST:
        raise Refused.at("/first", "out_of_range", f"From 1 to {LONGEST} days are added up.")
    return first, last


def groups_seen_by(person: User, slug: str) -> list[int]:
    """A group that is not there, and one that is not theirs, are found by nobody."""
    seen = AccessGroup.objects.visible_to(person)
    found = seen.filter(slug=slug) if slug else seen
    return list(found.values_list("pk", flat=True))


def report_json(found: Report) -> dict[str, Any]:
    return {
        "missing_days": found.missing,
        "counted_at": found.counted_at,
        "total": _figures_json(found.total),
        "days": [{"day": one.day, **_figures_json(one.figures)} for one in found.days],
        "groups": [_line_json(line) for line in found.groups],
        "sources": [_line_json(line) for line in found.sources],
        "agents": [_line_json(line) for line in found.agents],
    }


def _line_json(line: Line) -> dict[str, Any]:
    return {"key": line.slug, "name": line.name, **_figures_json(line.figures)}


def _figures_json(figures: Figures) -> dict[str, Any]:
    return {
        "cases": figures.cases,
        "in_48_hours": share_json(figures.in_48_hours),
        "as_promised": share_json(figures.as_promised),
        "void": figures.tally.void,
        "unreachable": figures.tally.unreachable,
        "answered_half_s": figures.answered_half,
        "answered_nine_of_ten_s": figures.answered_most,
        "closed_half_s": figures.closed_half,
        "closed_nine_of_ten_s": figures.closed_most,
    }
