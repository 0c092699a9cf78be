from django.db.models import Q, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.people import person_or_404
from accounts.authentication import caller
from accounts.models import AccessGroup, User
from accounts.permissions import AdminsWrite
from cxloop.kernel.errors import NotHere, Refused
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape, shown_as
from cxloop.kernel.shapes import read_body
from tickets.escalation import shapes
from tickets.escalation.actions.acknowledge import acknowledge_escalation
from tickets.escalation.actions.hours import keep_hours
from tickets.escalation.actions.ladders import archive_ladder, revise_ladder, write_ladder
from tickets.escalation.hours import calendar_of
from tickets.escalation.models import Escalation, Ladder
from tickets.work.door import working_on
from tickets.work.filters import Filter, narrow, yes_or_no
from tickets.work.models import Ticket

ACKNOWLEDGED = OpenApiParameter(
    "acknowledged", bool, description="of those heard, the ones somebody, or nobody, took note of"
)
FILTERS: dict[str, Filter] = {
    "acknowledged": lambda said: Q(skipped="", acknowledged_at__isnull=not yes_or_no(said))
}


class LadderList(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(
        operation_id="ladders_list",
        parameters=PAGE_PARAMETERS,
        responses=page_shape(shapes.Ladder),
    )
    def get(self, request: Request) -> Response:
        return answer_page(_ladders(), request, shown_as(shapes.Ladder))

    @extend_schema(request=shapes.NewLadderBody, responses={201: shapes.Ladder})
    def post(self, request: Request) -> Response:
        said = read_body(shapes.NewLadderBody, request)
        group = _group(said.pop("group", None))
        ladder = write_ladder(**said, group=group, by=caller(request), now=moment())
        return Response(shapes.Ladder(ladder).data, status=201)


class LadderDetail(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(responses=shapes.Ladder)
    def get(self, request: Request, slug: str) -> Response:
        return Response(shapes.Ladder(_ladder(slug)).data)

    @extend_schema(
        request=shapes.ChangeLadderBody,
        responses=shapes.Ladder,
        description="New rungs hold at once, also for promises that run. What was raised stays.",
    )
    def patch(self, request: Request, slug: str) -> Response:
        changes = read_body(shapes.ChangeLadderBody, request)
        ladder = revise_ladder(_ladder(slug), changes, by=caller(request), now=moment())
        return Response(shapes.Ladder(ladder).data)

    @extend_schema(
        responses={204: None},
        description="Archives it: its group climbs the ladder for all, which itself must stay.",
    )
    def delete(self, request: Request, slug: str) -> Response:
        archive_ladder(_ladder(slug), now=moment())
        return Response(status=204)


class MyHours(APIView):
    @extend_schema(responses=shapes.WorkingHours)
    def get(self, request: Request) -> Response:
        """In which hours letters about promises reach you."""
        return Response({"calendar": calendar_of(caller(request))})

    @extend_schema(request=shapes.WorkingHoursBody, responses=shapes.WorkingHours)
    def put(self, request: Request) -> Response:
        """A warning comes in the last open minute before; what tells of a broken promise waits for
        the opening; what is urgent comes at once."""
        return _keep_hours(caller(request), request)


class UserHours(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(responses=shapes.WorkingHours)
    def get(self, request: Request, pk: int) -> Response:
        return Response({"calendar": calendar_of(person_or_404(pk))})

    @extend_schema(request=shapes.WorkingHoursBody, responses=shapes.WorkingHours)
    def put(self, request: Request, pk: int) -> Response:
        return _keep_hours(person_or_404(pk), request)


class EscalationList(APIView):
    @extend_schema(
        operation_id="escalations_list",
        parameters=[ACKNOWLEDGED, *PAGE_PARAMETERS],
        responses=page_shape(shapes.Escalation),
        description="Of the tickets you may see, the newest first.",
    )
    def get(self, request: Request) -> Response:
        seen = _escalations().filter(ticket__in=Ticket.objects.visible_to(caller(request)))
        rows = narrow(seen, request.query_params, FILTERS)
        return answer_page(rows, request, shown_as(shapes.Escalation), order="-pk")


class EscalationAcknowledge(APIView):
    @extend_schema(request=shapes.AcknowledgeBody, responses=shapes.Escalation)
    def post(self, request: Request, pk: int) -> Response:
        """Somebody takes note; the first stays on record. The next rungs of that clock wait until
        `paused_until`, and then the climb goes on: only a contact ends it."""
        said = read_body(shapes.AcknowledgeBody, request)
        number = Escalation.objects.filter(pk=pk).values_list("ticket", flat=True).first()
        with working_on(caller(request), f"T-{number}") as (_, now):
            row = _escalations().get(pk=pk)
            acknowledge_escalation(row, by=caller(request), now=now, **said)
        return Response(shapes.Escalation(row).data)


def _keep_hours(person: User, request: Request) -> Response:
    said = read_body(shapes.WorkingHoursBody, request)
    keep_hours(person=person, calendar=said["calendar"], now=moment())
    return Response({"calendar": calendar_of(person)})


def _ladders() -> QuerySet[Ladder]:
    return Ladder.objects.select_related("group")


def _ladder(slug: str) -> Ladder:
    ladder = _ladders().filter(slug=slug).first()
    if ladder is None:
        raise NotHere()
    return ladder


def _group(slug: str | None) -> AccessGroup | None:
    if slug is None:
        return None
    group = AccessGroup.objects.current().filter(slug=slug).first()
    if group is None:
        raise Refused.at("/group", "unknown_group", "There is no such group.")
    return group


def _escalations() -> QuerySet[Escalation]:
    rows = Escalation.objects.select_related("ticket", "clock", "ladder", "acknowledged_by")
    return rows.prefetch_related("notices__user")
