from collections.abc import Mapping, Sequence
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from accounts.permissions import AdminsWrite
from cxloop.kernel.bodies import draining
from cxloop.kernel.bodies import read_body as read_raw
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape
from cxloop.kernel.shapes import read_body
from tickets.sla import policies, shapes
from tickets.sla.forecast_api import with_forecast
from tickets.sla.forecast_shapes import PolicyWithForecast
from tickets.sla.ical import LARGEST
from tickets.sla.models import Calendar, CalendarVersion, Policy, PolicyVersion
from tickets.sla.renewing import take_ical
from tickets.sla.statutes import STATUTES

ARCHIVED = OpenApiParameter("archived", bool, description="the archived ones instead")


class IcalParser(BaseParser):
    """The file as it is, whatever it is called by who sends it."""

    media_type = "*/*"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, bytes]:
        with draining(stream):
            return {"file": read_raw(stream, largest=LARGEST)}


class StatuteList(APIView):
    """Laws from which a policy may begin."""

    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(operation_id="sla_statutes_list", responses=shapes.Statutes)
    def get(self, request: Request) -> Response:
        return Response({"statutes": [statute.as_json() for statute in STATUTES]})


class PolicyList(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(
        operation_id="sla_policies_list",
        parameters=[ARCHIVED, *PAGE_PARAMETERS],
        responses=page_shape(shapes.Policy),
    )
    def get(self, request: Request) -> Response:
        rows = Policy.objects.filter(archived_at__isnull=not _wants_archived(request))
        return answer_page(rows, request, _policies_json)

    @extend_schema(request=shapes.NewPolicyBody, responses={201: PolicyWithForecast})
    def post(self, request: Request) -> Response:
        said = read_body(shapes.NewPolicyBody, request)
        given = {name: said.pop(name) for name in policies.GIVEN if name in said}
        written = policies.write_policy(
            **said,
            targets=policies.Given(**given),  # type: ignore[typeddict-item]
            by=caller(request),
            now=moment(),
        )
        return Response(with_forecast(written), status=201)


class PolicyDetail(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(responses=shapes.Policy)
    def get(self, request: Request, slug: str) -> Response:
        return Response(shapes.policy_json(policies.newest_policy(_policy(slug))))

    @extend_schema(
        request=shapes.ChangePolicyBody,
        responses=PolicyWithForecast,
        description="Writes the next version, for promises made from now on.",
    )
    def patch(self, request: Request, slug: str) -> Response:
        changes = read_body(shapes.ChangePolicyBody, request)
        policies.revise_policy(_policy(slug), changes, by=caller(request), now=moment())
        return Response(with_forecast(policies.newest_policy(_policy(slug))))

    @extend_schema(responses={204: None}, description="Archives it; what it promised is kept.")
    def delete(self, request: Request, slug: str) -> Response:
        policies.archive_policy(_policy(slug), now=moment())
        return Response(status=204)


class CalendarList(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(
        operation_id="calendars_list",
        parameters=[ARCHIVED, *PAGE_PARAMETERS],
        responses=page_shape(shapes.Calendar),
    )
    def get(self, request: Request) -> Response:
        rows = Calendar.objects.filter(archived_at__isnull=not _wants_archived(request))
        return answer_page(rows, request, _calendars_json)

    @extend_schema(request=shapes.NewCalendarBody, responses={201: shapes.Calendar})
    def post(self, request: Request) -> Response:
        said = read_body(shapes.NewCalendarBody, request)
        written = policies.write_calendar(**said, by=caller(request), now=moment())
        return Response(shapes.calendar_json(written), status=201)


class CalendarDetail(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(responses=shapes.Calendar)
    def get(self, request: Request, slug: str) -> Response:
        return Response(shapes.calendar_json(policies.newest_calendar(_calendar(slug))))

    @extend_schema(
        request=shapes.ChangeCalendarBody,
        responses=shapes.Calendar,
        description="Writes the next version, and one of each policy that keeps these hours.",
    )
    def patch(self, request: Request, slug: str) -> Response:
        changes = read_body(shapes.ChangeCalendarBody, request)
        policies.revise_calendar(_calendar(slug), changes, by=caller(request), now=moment())
        return self.get(request, slug)

    @extend_schema(responses={204: None}, description="Archives it; 409 while a policy keeps it.")
    def delete(self, request: Request, slug: str) -> Response:
        policies.archive_calendar(_calendar(slug), now=moment())
        return Response(status=204)


class CalendarIcal(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)
    parser_classes = (IcalParser,)

    @extend_schema(
        operation_id="calendars_ical",
        request={"text/calendar": OpenApiTypes.BINARY},
        responses=shapes.Calendar,
        description="Closes the whole days of an iCal file, once or every year, in place of any"
        " file or address before. Events that are not understood are named in `ical.unread`.",
    )
    def post(self, request: Request, slug: str) -> Response:
        file = dict(request.data).get("file", b"")  # nothing is parsed where nothing was sent
        version = take_ical(_calendar(slug), file, by=caller(request), now=moment())
        return Response(shapes.calendar_json(version))


def _wants_archived(request: Request) -> bool:
    return request.query_params.get("archived") in {"true", "1"}


def _policies_json(rows: Sequence[Policy]) -> list[dict[str, Any]]:
    newest = PolicyVersion.objects.newest_by_slug([row.slug for row in rows])
    return [shapes.policy_json(newest[row.slug]) for row in rows]


def _calendars_json(rows: Sequence[Calendar]) -> list[dict[str, Any]]:
    versions = CalendarVersion.objects.filter(calendar__in=rows).order_by("calendar", "-version")
    whole = versions.distinct("calendar").select_related("calendar")
    newest = {v.calendar_id: v for v in whole.prefetch_related("calendar__upkeeps")}
    return [shapes.calendar_json(newest[row.pk]) for row in rows]


def _policy(slug: str) -> Policy:
    policy: Policy | None = Policy.objects.filter(slug=slug).first()
    if policy is None:
        raise NotHere()
    return policy


def _calendar(slug: str) -> Calendar:
    calendar: Calendar | None = Calendar.objects.filter(slug=slug).first()
    if calendar is None:
        raise NotHere()
    return calendar
