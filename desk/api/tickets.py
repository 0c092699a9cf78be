"""Tickets as they are listed, read and explained."""

from uuid import UUID

from django.db.models import Q
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape
from cxloop.kernel.snapshot import snapshot
from desk.api import shapes
from desk.api.explaining import EXPLAINED_WITH, show_explanation
from desk.api.showing import show_ticket, show_tickets
from desk.listing import IN_WORDS, list_filters
from tickets.sla.models import Clock, Kind
from tickets.work.actions.send_back import take_back_handover
from tickets.work.actor import acting
from tickets.work.by_hand import FromFeedbackBody, ticket_from_contact, ticket_from_feedback
from tickets.work.door import get_ticket_for, having_given, number_of
from tickets.work.filters import narrow, number
from tickets.work.finding import FIELD_IN_WORDS, ORDERINGS, ordering
from tickets.work.models import Ticket

LIST_PARAMETERS = [
    *(OpenApiParameter(name, str, description=about) for name, about in IN_WORDS.items()),
    OpenApiParameter("field.SLUG", str, description=FIELD_IN_WORDS),
    OpenApiParameter("ordering", str, enum=ORDERINGS, description="by next_due_at unless said"),
    *PAGE_PARAMETERS,
]
CYCLE = {"cycle": lambda values: Q(cycle=number(values[-1]))}


class TicketList(APIView):
    @extend_schema(
        operation_id="tickets_list",
        parameters=LIST_PARAMETERS,
        responses=page_shape(shapes.TicketRow),
        description="All tickets you may see, the next deadline first.",
    )
    @snapshot()
    def get(self, request: Request) -> Response:
        asker, said = caller(request), request.query_params
        order = ordering(said)
        visible = Ticket.objects.visible_to(asker).select_related("group", "assignee")
        visible = visible.prefetch_related("customer")
        rows = narrow(visible, said, list_filters(asker, said), beside=["ordering"])
        return answer_page(rows, request, show_tickets, order=order)

    @extend_schema(
        operation_id="tickets_create", request=shapes.NewTicketBody, responses={201: shapes.Ticket}
    )
    def post(self, request: Request) -> Response:
        """From a call, visit or letter that you record; the contact is included or not."""
        ticket = ticket_from_contact(caller(request), request.data)
        return Response(show_ticket(ticket.pk), status=201)


class TicketDetail(APIView):
    @extend_schema(operation_id="tickets_read", responses=shapes.Ticket)
    @snapshot()
    def get(self, request: Request, ref: str) -> Response:
        return Response(show_ticket(get_ticket_for(caller(request), ref).pk))


class TakeHandoverBack(APIView):
    @extend_schema(operation_id="tickets_take_handover_back", request=None, responses=shapes.Ticket)
    def post(self, request: Request, ref: str) -> Response:
        """For who handed it over and may not see it any more, until it is accepted; 409
        `not_handed_over` then."""
        with having_given(caller(request), ref) as (ticket, now):
            take_back_handover(ticket, by=acting(caller(request)), now=now)
        return Response(show_ticket(ticket.pk))


class TicketOfFeedback(APIView):
    @extend_schema(
        operation_id="feedback_ticket",
        request=FromFeedbackBody,
        responses={201: shapes.Ticket},
        description="A ticket by hand, from feedback that no rule took.",
    )
    def post(self, request: Request, pk: UUID) -> Response:
        ticket = ticket_from_feedback(caller(request), pk, request.data)
        return Response(show_ticket(ticket.pk), status=201)


class ClockExplanation(APIView):
    @extend_schema(
        operation_id="clocks_explain",
        parameters=[
            OpenApiParameter("cycle", int, description="the latest unless said"),
            OpenApiParameter("language", str, enum=["en", "ko"], description="yours unless said"),
        ],
        responses=shapes.Explanation,
        description="The deadline added up, in segments and in sentences.",
    )
    @snapshot()
    def get(self, request: Request, ref: str, kind: str) -> Response:
        seen = Ticket.objects.visible_to(caller(request)).filter(pk=number_of(ref))
        if kind not in Kind.values:
            raise NotHere()
        clocks = Clock.objects.filter(promise__in=seen.values("pk"), kind=kind).order_by("-cycle")
        clock = (
            narrow(clocks, request.query_params, CYCLE, beside=["language"])
            .select_related(*EXPLAINED_WITH)
            .first()
        )
        if clock is None:
            raise NotHere()
        language = request.query_params.get("language", caller(request).language)
        return Response(show_explanation(clock, now=moment(), language=language))
