from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.api.shapes import GroupBrief, PersonBrief
from accounts.authentication import caller
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape, shown_as
from cxloop.kernel.shapes import Instant, Shape, read_body
from tickets.work.actions.label import MOST_TAGS
from tickets.work.actions.macros import archive_macro, change_macro, write_macro
from tickets.work.actions.talk import LONGEST_BODY
from tickets.work.filling import VARIABLES
from tickets.work.macros import (
    facts_from,
    get_macro_for,
    macro_to_change,
    macros_seen_by,
    must_work_somewhere,
)
from tickets.work.models import PRIORITY_WORDS
from tickets.work.models import Macro as MacroRow
from tickets.work.models.macro import LONGEST_WAIT_DAYS
from tickets.work.verb import text

AUDIENCES = ("me", "group", "everyone")
SAYS = ("reply", "note")
ARCHIVED = OpenApiParameter("archived", bool, description="the archived ones instead")


class Versions(Serializer[Any]):
    en = serializers.CharField(source="body_en")
    ko = serializers.CharField(source="body_ko")


class Macro(Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    audience = serializers.ChoiceField(AUDIENCES)
    group = GroupBrief(allow_null=True)
    says = serializers.ChoiceField(SAYS, allow_null=True, help_text="null: it writes nothing")
    body = Versions(source="*")
    add_tags = serializers.ListField(child=serializers.CharField())
    remove_tags = serializers.ListField(child=serializers.CharField())
    priority = serializers.ChoiceField(
        list(PRIORITY_WORDS), allow_null=True, source="priority_word"
    )
    assign_me = serializers.BooleanField(help_text="to whoever uses it")
    wait_days = serializers.IntegerField(allow_null=True)
    hand_to = GroupBrief(allow_null=True)
    used = serializers.IntegerField(help_text="how often")
    used_at = Instant(allow_null=True)
    written_by = PersonBrief(allow_null=True)
    created_at = Instant()
    archived_at = Instant(allow_null=True)

    def to_representation(self, macro: MacroRow) -> dict[str, Any]:
        shown = super().to_representation(macro)
        return {**shown, "says": macro.says or None}


class VersionsBody(Shape):
    en = text(longest=LONGEST_BODY, required=False)
    ko = text(longest=LONGEST_BODY, required=False)


def _tags() -> serializers.ListField:
    return serializers.ListField(child=text(longest=200), max_length=MOST_TAGS, required=False)


class NewMacroBody(Shape):
    name = serializers.CharField(max_length=120)
    audience = serializers.ChoiceField(AUDIENCES, required=False, help_text="me unless said")
    group = serializers.CharField(required=False, help_text="slug, where it is for a group")
    says = serializers.ChoiceField(SAYS, required=False, allow_null=True)
    body = VersionsBody(
        required=False, help_text="with gaps as {{ customer.name }}: " + ", ".join(VARIABLES)
    )
    add_tags = _tags()
    remove_tags = _tags()
    priority = serializers.ChoiceField(list(PRIORITY_WORDS), required=False, allow_null=True)
    assign_me = serializers.BooleanField(required=False)
    wait_days = serializers.IntegerField(
        min_value=1, max_value=LONGEST_WAIT_DAYS, required=False, allow_null=True
    )
    hand_to = serializers.CharField(required=False, allow_null=True, help_text="slug of a group")


class ChangeMacroBody(NewMacroBody):
    name = serializers.CharField(max_length=120, required=False)


class MacroList(APIView):
    @extend_schema(
        operation_id="macros_list",
        parameters=[ARCHIVED, *PAGE_PARAMETERS],
        responses=page_shape(Macro),
        description="Yours, those of your groups and everybody's, the most used first.",
    )
    def get(self, request: Request) -> Response:
        archived = request.query_params.get("archived") in {"true", "1"}
        rows = macros_seen_by(caller(request)).filter(archived_at__isnull=not archived)
        return answer_page(rows, request, shown_as(Macro), order="-used")

    @extend_schema(
        operation_id="macros_create",
        request=NewMacroBody,
        responses={201: Macro},
        description="For yourself; for a group if you lead it, for everybody as an admin.",
    )
    def post(self, request: Request) -> Response:
        person = caller(request)
        must_work_somewhere(person)
        facts = facts_from(person, read_body(NewMacroBody, request))
        return Response(Macro(write_macro(facts, by=person, now=moment())).data, status=201)


class MacroDetail(APIView):
    @extend_schema(operation_id="macros_read", responses=Macro)
    def get(self, request: Request, pk: int) -> Response:
        return Response(Macro(get_macro_for(caller(request), pk)).data)

    @extend_schema(operation_id="macros_change", request=ChangeMacroBody, responses=Macro)
    def patch(self, request: Request, pk: int) -> Response:
        macro = macro_to_change(caller(request), pk)
        change_macro(macro, facts_from(caller(request), read_body(ChangeMacroBody, request), macro))
        return Response(Macro(macro).data)

    @extend_schema(operation_id="macros_archive", responses={204: None}, description="Archives it.")
    def delete(self, request: Request, pk: int) -> Response:
        archive_macro(macro_to_change(caller(request), pk), now=moment())
        return Response(status=204)
