"""May this person see this, and why: for admins and auditors."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.fields import BooleanField, CharField, ChoiceField, ListField
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.api.shapes import GroupBrief, PersonBrief
from accounts.authentication import caller
from accounts.models import User
from accounts.permissions import AdminsWrite
from accounts.roles import GroupRole
from cxloop.kernel.errors import Refused
from tickets.work.access import CODES, access_to, thing_named


class Ground(Serializer[Any]):
    code = ChoiceField(CODES)
    sees = BooleanField(help_text="whether this lets them see it")
    works = BooleanField(help_text="whether this lets them work it")
    group = GroupBrief(allow_null=True)
    role = ChoiceField(GroupRole.choices, allow_null=True)
    ticket = CharField(allow_null=True, help_text="ref")
    source = CharField(allow_null=True, help_text="slug")  # type: ignore[assignment]


class AccessShape(Serializer[Any]):
    user = PersonBrief()
    kind = ChoiceField(("ticket", "feedback", "customer"))
    sees = BooleanField()
    works = BooleanField(allow_null=True, help_text="null: there is no ticket to work")
    because = ListField(child=Ground())


class AccessRead(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(
        operation_id="access_read",
        parameters=[
            OpenApiParameter("user", int, required=True, description="id"),
            OpenApiParameter(
                "ref", str, required=True, description="T-1042, or the id of feedback or a customer"
            ),
        ],
        responses=AccessShape,
        description="Answered by what cuts every list; the grounds say why.",
    )
    def get(self, request: Request) -> Response:
        person = _person(request.query_params.get("user", ""))
        thing = thing_named(request.query_params.get("ref", ""), caller(request))
        found = access_to(thing, person)
        return Response(
            {
                "user": person.brief(),
                "kind": found.kind,
                "sees": found.sees,
                "works": found.works,
                "because": [ground.public() for ground in found.grounds],
            }
        )


def _person(said: str) -> User:
    is_id = said.isascii() and said.isdigit() and len(said) < 18
    person = User.objects.filter(pk=int(said)).first() if is_id else None
    if person is None:
        raise Refused.at("/user", "unknown_person", "There is nobody of this number.")
    return person
