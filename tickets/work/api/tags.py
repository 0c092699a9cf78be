from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.fields import CharField, IntegerField, ListField
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.authentication import caller
from cxloop.kernel.moment import moment
from cxloop.kernel.shapes import Instant, Shape, read_body
from tickets.work.actions.tags import undo_tag_change
from tickets.work.models import TagChange
from tickets.work.models.tagging import LONGEST_TAG
from tickets.work.tags import (
    foresee_tag_change,
    groups_to_read,
    groups_to_tag,
    say_tag_change,
    tag_change_of,
    tags_in_use,
)


class TagInUse(Serializer[Any]):
    tag = CharField()
    count = IntegerField(help_text="among the newest tagged tickets of the groups that you lead")


class TagsInUse(Serializer[Any]):
    results = TagInUse(many=True)


class TagChangeBody(Shape):
    """Where `becomes` is a tag already, the two become one."""

    was = CharField(max_length=LONGEST_TAG)
    becomes = CharField(max_length=LONGEST_TAG)


class Named(Serializer[Any]):
    id = IntegerField()
    name = CharField()


class TagChangeForeseen(Serializer[Any]):
    was = CharField()
    becomes = CharField()
    tickets = IntegerField(help_text="would change; 1,000 means that many or more")
    both = IntegerField(help_text="of these have the other tag already")
    rules = Named(many=True, help_text="go on setting the old tag until they are changed")
    macros = Named(many=True)


class TagChangeShown(Serializer[Any]):
    id = IntegerField()
    was = CharField()
    becomes = CharField()
    groups = ListField(child=IntegerField(), allow_null=True, help_text="null: the whole house")
    created_at = Instant()
    starts_at = Instant(help_text="until then it can be undone")
    undone_at = Instant(allow_null=True)
    ended_at = Instant(allow_null=True)
    changed = IntegerField(help_text="tickets so far")


class TagList(APIView):
    @extend_schema(operation_id="tags_list", responses=TagsInUse)
    def get(self, request: Request) -> Response:
        """The tags in use, the most used first."""
        found = tags_in_use(groups_to_read(caller(request)))
        return Response(TagsInUse({"results": found}).data)


class TagChangeList(APIView):
    @extend_schema(
        operation_id="tag_changes_create", request=TagChangeBody, responses={201: TagChangeShown}
    )
    def post(self, request: Request) -> Response:
        """Calls a tag otherwise on all tickets of the groups that you lead, admins on all. It
        begins at `starts_at`."""
        person = caller(request)
        groups_to_tag(person)
        change = say_tag_change(person, **read_body(TagChangeBody, request))
        return _answer(change, status.HTTP_201_CREATED)


class TagChangePreview(APIView):
    @extend_schema(
        operation_id="tag_changes_preview",
        parameters=[OpenApiParameter(name, str, required=True) for name in ("was", "becomes")],
        responses=TagChangeForeseen,
    )
    def get(self, request: Request) -> Response:
        """What it would change; nothing is done."""
        said = request.query_params
        told = foresee_tag_change(caller(request), said.get("was", ""), said.get("becomes", ""))
        return Response(TagChangeForeseen(told).data)


class TagChangeDetail(APIView):
    @extend_schema(operation_id="tag_changes_read", responses=TagChangeShown)
    def get(self, request: Request, pk: int) -> Response:
        return _answer(tag_change_of(caller(request), pk))


class UndoTagChange(APIView):
    @extend_schema(operation_id="tag_changes_undo", request=None, responses=TagChangeShown)
    def post(self, request: Request, pk: int) -> Response:
        """Before it begins; then it never does. 409 `begun` after that."""
        return _answer(undo_tag_change(tag_change_of(caller(request), pk), now=moment()))


def _answer(change: TagChange, code: int = status.HTTP_200_OK) -> Response:
    return Response(TagChangeShown(change).data, status=code)
