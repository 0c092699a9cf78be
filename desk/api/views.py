"""Saved views of the list of tickets: one's own, and those that others show."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.fields import BooleanField, CharField, ChoiceField, IntegerField
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.api.shapes import GroupBrief, PersonBrief
from accounts.authentication import caller
from accounts.models import User
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape
from cxloop.kernel.shapes import Instant, Shape, read_body
from desk.models import Audience, SavedView
from desk.saved_views import (
    LONGEST_NAME,
    LONGEST_QUERY,
    change_view,
    remove_view,
    save_view,
    view_to_change,
)

AS_A_QUERY = "the query of a list of tickets on the desk: tab, filters, ordering"


class View(Serializer[Any]):
    id = IntegerField()
    name = CharField()
    query = CharField(help_text=AS_A_QUERY)
    audience = ChoiceField(Audience.choices)
    group = GroupBrief(allow_null=True, help_text="whom it is shown to, where that is a group")
    owner = PersonBrief()
    yours = BooleanField()
    saved_at = Instant()


class NewViewBody(Shape):
    name = CharField(max_length=LONGEST_NAME)
    query = CharField(max_length=LONGEST_QUERY, help_text=AS_A_QUERY)
    audience = ChoiceField(Audience.choices, default=Audience.MINE.value)
    group = CharField(default=None, allow_null=True, help_text="slug, where the audience is one")


class ChangeViewBody(Shape):
    name = CharField(max_length=LONGEST_NAME, required=False)
    query = CharField(max_length=LONGEST_QUERY, required=False, help_text=AS_A_QUERY)
    audience = ChoiceField(Audience.choices, required=False)
    group = CharField(required=False, allow_null=True, help_text="slug, where the audience is one")


class ViewList(APIView):
    @extend_schema(
        operation_id="views_list",
        parameters=PAGE_PARAMETERS,
        responses=page_shape(View),
        description="Your own views, those shown to your groups, and those shown to everyone.",
    )
    def get(self, request: Request) -> Response:
        person = caller(request)
        rows = SavedView.objects.offered_to(person)
        return answer_page(rows, request, lambda found: [_shown(row, person) for row in found])

    @extend_schema(operation_id="views_create", request=NewViewBody, responses={201: View})
    def post(self, request: Request) -> Response:
        """Whom you may show it to: a group in which you work; everyone, if you lead one."""
        person = caller(request)
        view = save_view(person, **read_body(NewViewBody, request), now=moment())
        return Response(_shown(view, person), status=201)


class ViewDetail(APIView):
    @extend_schema(operation_id="views_change", request=ChangeViewBody, responses=View)
    def patch(self, request: Request, pk: int) -> Response:
        person = caller(request)
        view = view_to_change(person, pk)
        change_view(view, person, read_body(ChangeViewBody, request), now=moment())
        return Response(_shown(view, person))

    @extend_schema(operation_id="views_remove", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Your own; admins also what others show to people."""
        remove_view(view_to_change(caller(request), pk))
        return Response(status=204)


def _shown(view: SavedView, person: User) -> dict[str, Any]:
    return {
        "id": view.pk,
        "name": view.name,
        "query": view.query,
        "audience": view.audience,
        "group": view.group.brief() if view.group else None,
        "owner": view.owner.brief(),
        "yours": view.owner_id == person.pk,
        "saved_at": view.saved_at,
    }
