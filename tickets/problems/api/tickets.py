"""The tickets behind a problem over REST."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape
from cxloop.kernel.shapes import read_body
from tickets.problems.actions.tickets import put_ticket_in, take_out
from tickets.problems.api import shapes
from tickets.problems.door import get_problem_for, must_work_tickets
from tickets.problems.figures import standing_in
from tickets.problems.models import ProblemTicket
from tickets.problems.suggesting import Suggestion, suggestions_for
from tickets.work.door import working_on
from tickets.work.models import Ticket


class TicketList(APIView):
    @extend_schema(
        operation_id="problems_tickets_list",
        parameters=PAGE_PARAMETERS,
        responses=page_shape(shapes.TicketIn),
        description="Those that the caller sees; merged ones and spam are left out.",
    )
    def get(self, request: Request, pk: int) -> Response:
        person = caller(request)
        rows = standing_in([get_problem_for(person, pk)], person).select_related("ticket", "by")
        return answer_page(rows, request, _shown, order="-at")

    @extend_schema(
        request=shapes.PutInBody,
        responses={201: shapes.TicketIn},
        description="By who may work the ticket and sees the problem.",
    )
    def post(self, request: Request, pk: int) -> Response:
        person = caller(request)
        problem = get_problem_for(person, pk)
        must_work_tickets(person)
        row = put_ticket_in(person, problem, **read_body(shapes.PutInBody, request))
        return Response(shapes.TicketIn(_row(row)).data, status=201)


class TicketInProblem(APIView):
    @extend_schema(responses={204: None}, description="Takes it out; no rule puts it back.")
    def delete(self, request: Request, pk: int, ref: str) -> Response:
        person = caller(request)
        problem = get_problem_for(person, pk)
        with working_on(person, ref) as (ticket, now):
            take_out(problem, ticket, by=person, now=now)
        return Response(status=204)


class SuggestionList(APIView):
    @extend_schema(
        operation_id="problems_suggestions_list",
        responses=shapes.SuggestedTicket(many=True),
        description="Tickets that share rare words with it, at most ten.",
    )
    def get(self, request: Request, pk: int) -> Response:
        person = caller(request)
        found = suggestions_for(get_problem_for(person, pk), person)
        return Response(shapes.SuggestedTicket(map(_suggested, found), many=True).data)


def _shown(rows: list[ProblemTicket]) -> list[dict[str, object]]:
    return list(shapes.TicketIn(map(_row, rows), many=True).data)


def _row(row: ProblemTicket) -> dict[str, object]:
    by = row.by.brief() if row.by else None
    return {**_brief(row.ticket), "how": row.how, "by": by, "at": row.at}


def _suggested(one: Suggestion) -> dict[str, object]:
    return {**_brief(one.ticket), "shares": one.shares}


def _brief(ticket: Ticket) -> dict[str, object]:
    return {name: getattr(ticket, name) for name in ("ref", "subject", "status", "created_at")}
