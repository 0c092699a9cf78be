from datetime import datetime
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.fields import CharField, ChoiceField
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from accounts.models import AccessGroup
from cxloop.kernel.moment import moment
from cxloop.kernel.sheets import as_sheet
from feedback.intake.models import Source
from insights.days import zone_named
from insights.models import Unrecorded
from insights.recovery import Asked, read_recovery, repairs
from insights.recovery_json import Json, recovery_json
from insights.recovery_shapes import RecoveryShape
from insights.recovery_tables import TABLES, row_table, table_of
from insights.report_api import FIRST, GROUP, LAST, ReportQuery, groups_seen_by, period_of
from tickets.work.models import RootCause

SOURCE = OpenApiParameter("source", str, description="slug; without it all of them")
TABLE = OpenApiParameter("table", str, enum=TABLES, description="default: figures")
SHEET = {(200, "text/csv"): OpenApiTypes.STR}


class Sheet(BaseRenderer):
    """Lets a program ask for what it gets; what it gets is streamed, and never rendered here."""

    media_type = "text/csv"
    format = "csv"

    def render(self, data: Any, *args: Any, **options: Any) -> Any:
        return data


class RecoveryQuery(ReportQuery):
    source = CharField(required=False, default="")  # type: ignore[assignment]


class TableQuery(RecoveryQuery):
    table = ChoiceField(TABLES, required=False, default=TABLES[0])


class RecoveryReport(APIView):
    @extend_schema(
        operation_id="reports_recovery",
        parameters=[FIRST, LAST, GROUP, SOURCE],
        responses=RecoveryShape,
    )
    def get(self, request: Request) -> Response:
        """Of days that are whole and at least 48 hours old, recorded within minutes of what
        happens. Every figure can be worked out from the exported rows."""
        asked, _ = _asked(request, RecoveryQuery)
        return Response(_about(asked) | told(asked, moment()))


class RecoverySheet(APIView):
    renderer_classes = (JSONRenderer, Sheet)

    @extend_schema(
        operation_id="reports_recovery_table",
        parameters=[FIRST, LAST, GROUP, SOURCE, TABLE],
        responses=SHEET,
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """One table of the report; what is nested is named by its path."""
        asked, said = _asked(request, TableQuery)
        head, rows = table_of(said["table"], told(asked, moment()))
        return as_sheet(name_of(said["table"], asked), head, rows)


class RecoveryRows(APIView):
    renderer_classes = (JSONRenderer, Sheet)

    @extend_schema(
        operation_id="reports_recovery_rows",
        parameters=[FIRST, LAST, GROUP, SOURCE],
        responses=SHEET,
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """A line a repair, those that do not count among them; people are numbers that hold for
        this one export. Rows of the period before, as `first` and `last` say, are another one."""
        asked, _ = _asked(request, RecoveryQuery)
        return as_sheet(name_of("repairs", asked), *row_table(repairs(asked)))


def _asked(request: Request, shape: type[ReportQuery]) -> tuple[Asked, dict[str, Any]]:
    query = shape(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    said: dict[str, Any] = query.validated_data
    person = caller(request)
    first, last = period_of(said, person, moment())
    zone = zone_named(person.time_zone).key
    return Asked(groups_seen_by(person, said["group"]), zone, first, last, said["source"]), said


def _about(asked: Asked) -> Json:
    return {"first": asked.first, "last": asked.last, "time_zone": asked.zone}


def told(asked: Asked, now: datetime) -> Json:
    """Names are those of what the figures are of, and of nothing else."""
    found = recovery_json(read_recovery(asked, now=now), _names(asked))
    return {**found, "waiting": Unrecorded.objects.exists()}


def _names(asked: Asked) -> dict[str, dict[str, str]]:
    groups = AccessGroup.objects.filter(pk__in=asked.groups)
    return {
        "groups": dict(groups.values_list("slug", "name")),
        "sources": dict(Source.objects.values_list("slug", "name")),
        "causes": dict(RootCause.objects.values_list("slug", "name")),
    }


def name_of(table: str, asked: Asked) -> str:
    return f"{table}-{asked.first.isoformat()}-{asked.last.isoformat()}"
