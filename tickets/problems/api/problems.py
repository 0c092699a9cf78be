"""Problems over REST: lists, one, its verbs."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from accounts.models import User
from cxloop.kernel.bodies import storable
from cxloop.kernel.errors import Refused
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape, shown_as
from cxloop.kernel.shapes import Shape, read_body
from tickets.problems.actions import problems as acts
from tickets.problems.api import shapes
from tickets.problems.asked import facts_from, may_open_for
from tickets.problems.door import (
    changing,
    get_problem_for,
    must_work_tickets,
    problems_seen_by,
    sees_whole,
)
from tickets.problems.history import history_of
from tickets.problems.lifecycle import STATES
from tickets.problems.models import Problem, ProblemEntry
from tickets.problems.shown import show_history, show_problems, watches_of

FILTERS = [
    OpenApiParameter("state", str, description=f"by comma: {', '.join(STATES)}"),
    OpenApiParameter("owner", str, description="ids or me, by comma"),
    OpenApiParameter("group", str, description="slugs, by comma; house: of the whole house"),
    OpenApiParameter("root_cause", str, description="slugs, by comma"),
    OpenApiParameter("archived", bool, description="the archived ones instead"),
]


class ProblemList(APIView):
    @extend_schema(
        operation_id="problems_list",
        parameters=[*FILTERS, *PAGE_PARAMETERS],
        responses=page_shape(shapes.Problem),
    )
    def get(self, request: Request) -> Response:
        person = caller(request)
        rows = _narrowed(problems_seen_by(person), request, person)
        show = lambda page: show_problems(page, person, now=moment())  # noqa: E731
        return answer_page(rows, request, show, order="-opened_at")

    @extend_schema(request=shapes.NewProblemBody, responses={201: shapes.Problem})
    def post(self, request: Request) -> Response:
        person = caller(request)
        must_work_tickets(person)
        facts = facts_from(person, read_body(shapes.NewProblemBody, request))
        may_open_for(person, facts.get("group"))
        with transaction.atomic():
            made = acts.open_problem(facts, by=person, now=moment())
        return Response(_shown(made, person), status=201)


class ProblemDetail(APIView):
    @extend_schema(responses=shapes.Problem)
    def get(self, request: Request, pk: int) -> Response:
        person = caller(request)
        return Response(_shown(get_problem_for(person, pk), person))

    @extend_schema(request=shapes.ChangeProblemBody, responses=shapes.Problem)
    def patch(self, request: Request, pk: int) -> Response:
        person = caller(request)
        with changing(person, pk) as (problem, now):
            said = read_body(shapes.ChangeProblemBody, request, partial=True)
            facts = facts_from(person, said, problem)
            acts.change_problem(problem, facts, by=person, now=now)
        return Response(_shown(problem, person))


def do(verb: str, request: Request, pk: int) -> Response:
    """One move of it. 409 `illegal_move` where the table of moves has none."""
    person = caller(request)
    body, act = VERBS[verb]
    with changing(person, pk) as (problem, now):
        act(problem, by=person, now=now, **read_body(body, request))
    return Response(_shown(problem, person))


_BODIES: dict[str, type[Shape]] = {
    "analyse": shapes.TextBody,
    "plan": shapes.PlanBody,
    "fix": shapes.FixBody,
    "reopen": shapes.ReopenProblemBody,
}
VERBS: dict[str, tuple[type[Shape], Any]] = {
    **{verb: (body, acts.MAKES[verb]) for verb, body in _BODIES.items()},
    "archive": (shapes.NoBody, acts.archive_problem),
}


class ProblemHistory(APIView):
    @extend_schema(
        operation_id="problems_history",
        parameters=PAGE_PARAMETERS,
        responses=page_shape(shapes.HistoryEntry),
    )
    def get(self, request: Request, pk: int) -> Response:
        person = caller(request)
        problem = get_problem_for(person, pk)
        rows = history_of(problem, person).order_by()
        whole = sees_whole(problem, person)

        def show(page: list[ProblemEntry]) -> list[Any]:
            return shown_as(shapes.HistoryEntry)(show_history(page, whole=whole))

        return answer_page(rows, request, show, order="-at")


class ProblemWatch(APIView):
    @extend_schema(
        responses=shapes.Watches,
        description="Every period since the fix that was judged, with its limit.",
    )
    def get(self, request: Request, pk: int) -> Response:
        person = caller(request)
        problem = get_problem_for(person, pk)
        watches = watches_of(problem, whole=sees_whole(problem, person))
        return Response(shapes.Watches({"watches": watches}).data)


def _shown(problem: Problem, person: User) -> Any:
    (told,) = show_problems([problem], person, now=moment())
    return shapes.Problem(told).data


def _narrowed(rows: QuerySet[Problem], request: Request, person: User) -> QuerySet[Problem]:
    """Raises Refused for a state or an owner that there cannot be."""
    said = request.query_params
    rows = rows.filter(archived_at__isnull=said.get("archived") not in {"true", "1"})
    if states := _many(said.get("state")):
        if set(states) - set(STATES):
            known = f"Known here are {', '.join(STATES)}."
            raise Refused.at("/state", "unknown_value", known)
        rows = rows.filter(state__in=states)
    if owners := _many(said.get("owner")):
        rows = rows.filter(owner__in=[_number(owner, person) for owner in owners])
    if groups := _many(said.get("group")):
        named = rows.filter(group__slug__in=groups)
        rows = named | rows.filter(group=None) if "house" in groups else named
    if causes := _many(said.get("root_cause")):
        rows = rows.filter(root_cause__slug__in=causes)
    return rows


def _many(said: str | None) -> list[str]:
    return [one.strip() for one in str(storable(said or "")).split(",") if one.strip()]


def _number(said: str, person: User) -> int:
    if said == "me":
        return person.pk
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        raise Refused.at("/owner", "malformed", "Ids or me, by comma.")
    return int(said)
