from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from accounts.models import AccessGroup, User
from accounts.permissions import AdminsWrite
from cxloop.kernel.errors import NotHere, Refused
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape, shown_as
from cxloop.kernel.shapes import read_body
from feedback.intake.actions import sources as actions
from feedback.intake.api import shapes
from feedback.intake.models import Source, SourceKey


class SourceList(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(
        operation_id="sources_list",
        parameters=PAGE_PARAMETERS,
        responses=page_shape(shapes.SourceShape),
    )
    def get(self, request: Request) -> Response:
        me = caller(request)
        return answer_page(
            Source.objects.all(), request, lambda page: [shown_to(me, source) for source in page]
        )

    @extend_schema(request=shapes.NewSourceBody, responses={201: shapes.SourceShape})
    @transaction.atomic
    def post(self, request: Request) -> Response:
        said = read_body(shapes.NewSourceBody, request)
        owners = _groups(said.pop("owners", []))
        source = actions.create_source(owners=owners, now=moment(), by=caller(request), **said)
        return Response(shapes.shown_source(source), status=201)


class SourceDetail(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(responses=shapes.SourceShape)
    def get(self, request: Request, slug: str) -> Response:
        return Response(shown_to(caller(request), source_or_404(slug)))

    @extend_schema(request=shapes.ChangeSourceBody, responses=shapes.SourceShape)
    @transaction.atomic
    def patch(self, request: Request, slug: str) -> Response:
        source, said = source_or_404(slug), read_body(shapes.ChangeSourceBody, request)
        archived, owners = said.pop("archived", None), said.pop("owners", None)
        me, now = caller(request), moment()
        if owners is not None:
            actions.set_owners(source, _groups(owners), now=now, by=me)
        if archived is True:
            actions.archive_source(source, now=now, by=me)
        if archived is False:
            actions.restore_source(source, now=now, by=me)
        actions.change_source(source, now=now, by=me, **said)
        return Response(shapes.shown_source(source))

    @extend_schema(
        responses={204: None}, description="Archives the source; PATCH archived undoes it."
    )
    def delete(self, request: Request, slug: str) -> Response:
        actions.archive_source(source_or_404(slug), now=moment(), by=caller(request))
        return Response(status=204)


class SourceKeyList(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(
        operation_id="source_keys_list",
        parameters=PAGE_PARAMETERS,
        responses=page_shape(shapes.SourceKeyShape),
    )
    def get(self, request: Request, slug: str) -> Response:
        keys = SourceKey.objects.filter(source=source_or_404(slug))
        return answer_page(keys, request, shown_as(shapes.SourceKeyShape))

    @extend_schema(request=shapes.NewSourceKeyBody, responses={201: shapes.NewSourceKeyShape})
    def post(self, request: Request, slug: str) -> Response:
        said = read_body(shapes.NewSourceKeyBody, request)
        key, clear = actions.issue_source_key(
            source_or_404(slug), now=moment(), by=caller(request), **said
        )
        body = {**shapes.SourceKeyShape(key).data, "key": clear}
        return Response(body, status=201, headers={"Cache-Control": "no-store"})


class SourceKeyDetail(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(responses={204: None}, description="Revokes the key, at once and for good.")
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        key = SourceKey.objects.filter(source=source_or_404(slug), pk=pk).first()
        if key is None:
            raise NotHere()
        actions.revoke_source_key(key, now=moment(), by=caller(request))
        return Response(status=204)


def source_or_404(slug: str) -> Source:
    source = Source.objects.filter(slug=slug).first()
    if source is None:
        raise NotHere()
    return source


def shown_to(person: User, source: Source) -> dict[str, Any]:
    """An auditor reads everything but what would let them act: the secret that signs customers."""
    shown = shapes.shown_source(source)
    return shown if person.is_admin else shown | {"identity_secret": ""}


def _groups(slugs: list[str]) -> list[AccessGroup]:
    found = AccessGroup.objects.current().in_bulk(slugs, field_name="slug")
    for number, slug in enumerate(slugs):
        if slug not in found:
            raise Refused.at(f"/owners/{number}", "unknown_group", f"No group {slug!r}.")
    return list(found.values())
