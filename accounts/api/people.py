from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import actions
from accounts.api import shapes
from accounts.authentication import caller
from accounts.models import User
from accounts.permissions import AdminsWrite
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape, shown_as
from cxloop.kernel.shapes import read_body


class UserList(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(
        operation_id="users_list",
        parameters=PAGE_PARAMETERS,
        responses=page_shape(shapes.Person),
    )
    def get(self, request: Request) -> Response:
        return answer_page(with_groups(), request, shown_as(shapes.Person))

    @extend_schema(request=shapes.NewPersonBody, responses={201: shapes.Person})
    def post(self, request: Request) -> Response:
        said = read_body(shapes.NewPersonBody, request)
        person = actions.create_person(**said, now=moment(), by=caller(request))
        return Response(shapes.Person(person).data, status=201)


class UserDetail(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(responses=shapes.Person)
    def get(self, request: Request, pk: int) -> Response:
        return Response(shapes.Person(person_or_404(pk)).data)

    @extend_schema(request=shapes.ChangePersonBody, responses=shapes.Person)
    def patch(self, request: Request, pk: int) -> Response:
        person = person_or_404(pk)
        said = read_body(shapes.ChangePersonBody, request)
        _change(person, said, now=moment(), by=caller(request))
        return Response(shapes.Person(person).data)

    @extend_schema(
        responses={204: None}, description="Switches the person off; PATCH active undoes it."
    )
    def delete(self, request: Request, pk: int) -> Response:
        actions.switch_off(person=person_or_404(pk), now=moment(), by=caller(request))
        return Response(status=204)


class Me(APIView):
    @extend_schema(responses=shapes.Person)
    def get(self, request: Request) -> Response:
        return Response(shapes.Person(caller(request)).data)

    @extend_schema(request=shapes.MeBody, responses=shapes.Person)
    def patch(self, request: Request) -> Response:
        me, said = caller(request), read_body(shapes.MeBody, request)
        _change(me, said, now=moment(), by=me)
        return Response(shapes.Person(caller(request)).data)


def with_groups() -> QuerySet[User]:
    return User.objects.select_related("stand_in").prefetch_related("memberships__group")


def person_or_404(pk: int) -> User:
    person = with_groups().filter(pk=pk).first()
    if person is None:
        raise NotHere()
    return person


@transaction.atomic
def _change(person: User, said: dict[str, Any], *, now: datetime, by: User) -> None:
    if "away_until" in said:
        actions.set_presence(person=person, away_until=said.pop("away_until"), now=now)
    if "stand_in" in said:
        actions.choose_stand_in(person=person, stand_in=said.pop("stand_in"), now=now, by=by)
    if (active := said.pop("active", None)) is not None and active != person.is_active:
        if active:
            actions.switch_on(person=person, now=now, by=by)
        else:
            actions.switch_off(person=person, now=now, by=by)
    actions.change_person(person=person, now=now, by=by, **said)
