"""Playbooks over REST: everybody reads them, admins write them."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from accounts.permissions import must_be_admin
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape, shown_as
from cxloop.kernel.shapes import read_body
from tickets.recovery import playbook_shapes, shapes
from tickets.recovery.actions.playbooks import (
    archive_playbook,
    change_playbook,
    leave_playbook,
    revise_playbook,
    write_playbook,
)
from tickets.recovery.models import PlaybookVersion
from tickets.recovery.shown import recovery_of
from tickets.work.actor import acting
from tickets.work.door import working_on

ARCHIVED = OpenApiParameter("archived", bool, description="the archived ones instead")


class PlaybookList(APIView):
    @extend_schema(
        operation_id="playbooks_list",
        parameters=[ARCHIVED, *PAGE_PARAMETERS],
        responses=page_shape(playbook_shapes.Playbook),
    )
    def get(self, request: Request) -> Response:
        archived = request.query_params.get("archived") in {"true", "1"}
        rows = _newest().filter(playbook__archived_at__isnull=not archived)
        return answer_page(rows, request, shown_as(playbook_shapes.Playbook))

    @extend_schema(
        request=playbook_shapes.NewPlaybookBody, responses={201: playbook_shapes.Playbook}
    )
    def post(self, request: Request) -> Response:
        must_be_admin(caller(request))
        said = read_body(playbook_shapes.NewPlaybookBody, request)
        made = write_playbook(**said, by=caller(request), now=moment())
        return Response(playbook_shapes.Playbook(made).data, status=201)


class PlaybookDetail(APIView):
    @extend_schema(responses=playbook_shapes.Playbook)
    def get(self, request: Request, slug: str) -> Response:
        return Response(playbook_shapes.Playbook(_version(slug)).data)

    @extend_schema(
        request=playbook_shapes.ChangePlaybookBody,
        responses=playbook_shapes.Playbook,
        description="The next version; repairs keep the one they went by.",
    )
    @transaction.atomic
    def patch(self, request: Request, slug: str) -> Response:
        must_be_admin(caller(request))
        said = read_body(playbook_shapes.ChangePlaybookBody, request)
        book = _version(slug).playbook
        change_playbook(book, **_taken(said, "name", "is_on"))
        if said:
            revise_playbook(book, by=caller(request), now=moment(), **said)
        return Response(playbook_shapes.Playbook(_version(slug)).data)

    @extend_schema(responses={204: None}, description="Archives it.")
    def delete(self, request: Request, slug: str) -> Response:
        must_be_admin(caller(request))
        archive_playbook(_version(slug).playbook, now=moment())
        return Response(status=204)


class LeavePlaybook(APIView):
    @extend_schema(
        request=playbook_shapes.LeaveBody,
        responses=shapes.Recovery,
        description="The playbook that is offered does not fit, and why. 409 where none is.",
    )
    def post(self, request: Request, ref: str) -> Response:
        with working_on(caller(request), ref) as (ticket, now):
            said = read_body(playbook_shapes.LeaveBody, request)
            leave_playbook(ticket, by=acting(caller(request)), now=now, **said)
            return Response(recovery_of(ticket))


def _taken(said: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: said.pop(name) for name in names if name in said}


def _newest() -> QuerySet[PlaybookVersion]:
    return PlaybookVersion.objects.newest().select_related("playbook", "written_by")


def _version(slug: str) -> PlaybookVersion:
    found = _newest().filter(playbook__slug=slug).first()
    if found is None:
        raise NotHere()
    return found
