"""Kudos over REST: listed, counted, passed on, taken away, read."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from accounts.models import AccessGroup, User
from cxloop.kernel.errors import NotHere, Refused
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape
from cxloop.kernel.shapes import read_body
from tickets.kudos.actions.hand import pass_on, see_kudos, withdraw
from tickets.kudos.api import shapes
from tickets.kudos.counting import counts_of, months_asked, zone_of
from tickets.kudos.door import (
    answer_to_praise,
    feedback_to_praise,
    kudos_seen_by,
    kudos_to_change,
    only_readers,
)
from tickets.kudos.models import Kudos
from tickets.kudos.sayings import Saying
from tickets.kudos.shown import show_kudos
from tickets.work.filters import Filter, Values, after, any_of, before, many, narrow, number

FILTERS = [
    OpenApiParameter("person", str, description="ids or me, by comma; none: the groups' own"),
    OpenApiParameter("group", str, description="slugs, by comma"),
    OpenApiParameter("said_after", str, description="this time or later"),
    OpenApiParameter("said_before", str),
]
FIRST = OpenApiParameter("first", OpenApiTypes.DATE, description="a day of the first month")
LAST = OpenApiParameter(
    "last", OpenApiTypes.DATE, description="a day of the last; without both this month and the last"
)
GROUP = OpenApiParameter("group", str, description="slug; without it all that you see")


class KudosList(APIView):
    @extend_schema(
        operation_id="kudos_list",
        parameters=[*FILTERS, *PAGE_PARAMETERS],
        responses=page_shape(shapes.Kudos),
        description="Whom customers praised, the newest first: as far as you see what they said.",
    )
    def get(self, request: Request) -> Response:
        person = caller(request)
        rows = narrow(kudos_seen_by(person), request.query_params, filters_for(person))
        return answer_page(rows, request, lambda page: _shown(page, person), order="-at")

    @extend_schema(
        operation_id="kudos_pass_on",
        request=shapes.PassOnBody,
        responses={201: shapes.Kudos},
        description="By who works in a group whose feedback or ticket it is; what was taken away "
        "is given again. The same again changes nothing.",
    )
    def post(self, request: Request) -> Response:
        by = caller(request)
        if not AccessGroup.objects.workable_by(by).exists():
            raise only_readers()
        said = read_body(shapes.PassOnBody, request)
        with transaction.atomic():
            row = pass_on(_saying(by, said), _person(said["person"]), by=by, now=moment())
        return Response(_shown([kudos_seen_by(by).get(pk=row.pk)], by)[0], status=201)


class WithdrawKudos(APIView):
    @extend_schema(
        operation_id="kudos_withdraw",
        request=shapes.NoBody,
        responses={204: None},
        description="It stands in no list any more, and no sweep puts it back. 409 `withdrawn` "
        "where it was taken away already.",
    )
    def post(self, request: Request, pk: int) -> Response:
        by = caller(request)
        with transaction.atomic():
            kudos = kudos_to_change(by, pk)
            read_body(shapes.NoBody, request)
            withdraw(kudos, by=by, now=moment())
        return Response(status=204)


class KudosCounts(APIView):
    @extend_schema(
        operation_id="kudos_counts",
        parameters=[FIRST, LAST, GROUP],
        responses=shapes.KudosCounts,
    )
    def get(self, request: Request) -> Response:
        asked = shapes.CountsQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        said, person = asked.validated_data, caller(request)
        first, last = months_asked(said.get("first"), said.get("last"), person, moment())
        lines = counts_of(person, first, last, group=said["group"])
        zone = str(zone_of(person))
        told = {"first": first, "last": last, "time_zone": zone, "lines": lines}
        return Response(shapes.KudosCounts(told).data)


class KudosSeen(APIView):
    @extend_schema(operation_id="kudos_seen", request=shapes.NoBody, responses=shapes.KudosSeen)
    def post(self, request: Request) -> Response:
        """You have read what praises you: it is news no more."""
        read_body(shapes.NoBody, request)
        return Response({"seen": see_kudos(caller(request), now=moment())})


def filters_for(person: User) -> Mapping[str, Filter]:
    return {
        "person": lambda values: _of_people(values, person),
        "group": any_of("group__slug"),
        "said_after": after("at"),
        "said_before": before("at"),
    }


def _of_people(values: Values, person: User) -> Q:
    """Raises ValueError for what is neither an id, nor me, nor none."""
    wanted = many(values)
    of_groups = Q(person=None) if "none" in wanted else Q(pk=None)
    ids = [person.pk if one == "me" else number(one) for one in wanted if one != "none"]
    return Q(person__in=ids) | of_groups


def _saying(by: User, said: Mapping[str, Any]) -> Saying:
    """Raises Refused for what there is not, as far as they see; Forbidden, and Conflict."""
    if ("feedback" in said) == ("ticket" in said):
        raise Refused.at("/feedback", "required", "Name either the feedback or the ticket.")
    if "feedback" in said and "cycle" in said:
        raise Refused.at("/cycle", "unknown_name", "Only what was said on a ticket has a cycle.")
    return _feedback(by, said["feedback"]) if "feedback" in said else _answer(by, said)


def _feedback(by: User, pk: UUID) -> Saying:
    try:
        return feedback_to_praise(by, pk)
    except NotHere:
        detail = "There is no such feedback, as far as you may see."
        raise Refused.at("/feedback", "unknown_feedback", detail) from None


def _answer(by: User, said: Mapping[str, Any]) -> Saying:
    try:
        return answer_to_praise(by, said["ticket"], said.get("cycle"))
    except NotHere:
        detail = "There is no such ticket, as far as you may see."
        raise Refused.at("/ticket", "unknown_ticket", detail) from None


def _person(number: int) -> User:
    found = User.objects.filter(pk=number).first()
    if found is None:
        raise Refused.at("/person", "cannot_see", "There is no such person who may see it.")
    return found


def _shown(rows: list[Kudos], reader: User) -> list[Any]:
    return list(shapes.Kudos(show_kudos(rows, reader), many=True).data)
