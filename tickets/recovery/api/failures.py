"""What can fail, and what a root cause stands for, over REST. Everybody may read it: whoever says
what went wrong on a ticket names it."""

from typing import Any

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from accounts.permissions import must_be_admin
from cxloop.kernel.errors import NotHere, Refused
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape, shown_as
from cxloop.kernel.shapes import read_body
from tickets.recovery import shapes
from tickets.recovery.actions.failures import (
    archive_failure_type,
    change_failure_type,
    let_cause_stand_for,
    write_failure_type,
)
from tickets.recovery.models import CauseDefault, FailureType
from tickets.work.models import RootCause

ARCHIVED = OpenApiParameter("archived", bool, description="the archived ones instead")


class FailureTypeList(APIView):
    @extend_schema(
        operation_id="failure_types_list",
        parameters=[ARCHIVED, *PAGE_PARAMETERS],
        responses=page_shape(shapes.FailureType),
    )
    def get(self, request: Request) -> Response:
        archived = request.query_params.get("archived") in {"true", "1"}
        rows = FailureType.objects.filter(archived_at__isnull=not archived)
        return answer_page(rows.select_related("above"), request, shown_as(shapes.FailureType))

    @extend_schema(request=shapes.NewFailureTypeBody, responses={201: shapes.FailureType})
    def post(self, request: Request) -> Response:
        must_be_admin(caller(request))
        said = _named(read_body(shapes.NewFailureTypeBody, request), "above")
        made = write_failure_type(**said, now=moment())
        return Response(shapes.FailureType(made).data, status=201)


class FailureTypeDetail(APIView):
    @extend_schema(responses=shapes.FailureType)
    def get(self, request: Request, slug: str) -> Response:
        return Response(shapes.FailureType(_type(slug)).data)

    @extend_schema(request=shapes.ChangeFailureTypeBody, responses=shapes.FailureType)
    def patch(self, request: Request, slug: str) -> Response:
        must_be_admin(caller(request))
        found = _type(slug)
        said = _named(read_body(shapes.ChangeFailureTypeBody, request), "above")
        change_failure_type(found, **said)
        return Response(shapes.FailureType(found).data)

    @extend_schema(responses={204: None}, description="Archives it.")
    @transaction.atomic
    def delete(self, request: Request, slug: str) -> Response:
        must_be_admin(caller(request))
        archive_failure_type(_type(slug), now=moment())
        return Response(status=204)


class CauseDefaults(APIView):
    @extend_schema(responses=shapes.CauseDefault)
    def get(self, request: Request, slug: str) -> Response:
        cause = _cause(slug)
        found = CauseDefault.objects.select_related("type").filter(cause=cause).first()
        return Response(shapes.CauseDefault(found or CauseDefault(cause=cause)).data)

    @extend_schema(request=shapes.CauseDefaultBody, responses=shapes.CauseDefault)
    def patch(self, request: Request, slug: str) -> Response:
        must_be_admin(caller(request))
        cause = _cause(slug)
        said = _named(read_body(shapes.CauseDefaultBody, request), "type")
        return Response(shapes.CauseDefault(let_cause_stand_for(cause, **said)).data)


def type_named(slug: str, pointer: str) -> FailureType:
    """One that is offered. Raises Refused."""
    found = FailureType.objects.filter(slug=slug, archived_at=None).first()
    if found is None:
        raise Refused.at(pointer, "unknown_failure_type", "There is no such type of failure.")
    return found


def _named(said: dict[str, Any], name: str) -> dict[str, Any]:
    if said.get(name) is not None:
        said[name] = type_named(said[name], f"/{name}")
    return said


def _type(slug: str) -> FailureType:
    found = FailureType.objects.select_related("above").filter(slug=slug).first()
    if found is None:
        raise NotHere()
    return found


def _cause(slug: str) -> RootCause:
    found = RootCause.objects.filter(slug=slug).first()
    if found is None:
        raise NotHere()
    return found
