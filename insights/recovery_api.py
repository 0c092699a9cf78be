from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.fields import CharField, ChoiceField
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from cxloop.kernel.moment import moment
from cxloop.kernel.sheets import as_sheet
from insights.days import zone_named
from insights.recovery import Asked, recovery_told, repairs_told, sheet_name
from insights.recovery_shapes import RecoveryShape
from insights.recovery_tables import TABLES, row_table, table_of
from insights.report_api import FIRST, GROUP, LAST, ReportQuery, groups_seen_by, period_of
from insights.told_json import Json

SOURCE = OpenApiParameter("source", str, description="slug; without it all of them")
TABLE = OpenApiParameter("table", str, enum=TABLES, description="default: figures")
SHEET = {(200, "text/csv"): OpenApiTypes.STR}


class Sheet(JSONRenderer):
    """Lets a program ask for what it gets. That is streamed and never rendered; an error is, and
    comes as JSON whatever was asked for."""

    media_type = "text/csv"
    format = "csv"


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
        happens. Every figure can be worked out from the exported rows, by whoever sees every
        group and source; what customers did elsewhere is in the rows of nobody else."""
        asked, _ = _asked(request, RecoveryQuery)
        return Response(_about(asked) | recovery_told(asked, moment()))


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
        head, rows = table_of(said["table"], recovery_told(asked, moment()))
        return as_sheet(sheet_name(said["table"], asked), head, rows)


class RecoveryRows(APIView):
    renderer_classes = (JSONRenderer, Sheet)

    @extend_schema(
        operation_id="reports_recovery_rows",
        parameters=[FIRST, LAST, GROUP, SOURCE],
        responses=SHEET,
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """A line a repair, those that do not count among them; people are numbers that hold for
        this one export. Rows of the period before, as `first` and `last` say, are another one.

        `failure_number`, `failed_before_at`, `failed_again_at`, `same_cause_again_at`,
        `later_score` and `later_score_at` tell of other tickets and scores of the customer: they
        are blank unless you see every group, the last two unless you see every source as well."""
        asked, _ = _asked(request, RecoveryQuery)
        rows = repairs_told(asked, caller(request))
        return as_sheet(sheet_name("repairs", asked), *row_table(rows))


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
