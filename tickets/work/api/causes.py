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
from tickets.work.actions.causes import (
    archive_root_cause,
    rename_root_cause,
    write_root_cause,
)
from tickets.work.api import shapes
from tickets.work.models import RootCause

ARCHIVED = OpenApiParameter("archived", bool, description="the archived ones instead")


class RootCauseList(APIView):
    """Everybody may read them: who resolves a ticket names one."""

    @extend_schema(
        operation_id="root_causes_list",
        parameters=[ARCHIVED, *PAGE_PARAMETERS],
        responses=page_shape(shapes.RootCause),
    )
    def get(self, request: Request) -> Response:
        archived = request.query_params.get("archived") in {"true", "1"}
        rows = RootCause.objects.filter(archived_at__isnull=not archived)
        return answer_page(rows, request, shown_as(shapes.RootCause))

    @extend_schema(request=shapes.NewRootCauseBody, responses={201: shapes.RootCause})
    def post(self, request: Request) -> Response:
        must_be_admin(caller(request))
        cause = write_root_cause(**read_body(shapes.NewRootCauseBody, request), now=moment())
        return Response(shapes.RootCause(cause).data, status=201)


class RootCauseDetail(APIView):
    @extend_schema(responses=shapes.RootCause)
    def get(self, request: Request, slug: str) -> Response:
        return Response(shapes.RootCause(_cause(slug)).data)

    @extend_schema(request=shapes.ChangeRootCauseBody, responses=shapes.RootCause)
    def patch(self, request: Request, slug: str) -> Response:
        must_be_admin(caller(request))
        cause = _cause(slug)
        rename_root_cause(cause, **read_body(shapes.ChangeRootCauseBody, request))
        return Response(shapes.RootCause(cause).data)

    @extend_schema(responses={204: None}, description="Archives it.")
    def delete(self, request: Request, slug: str) -> Response:
        must_be_admin(caller(request))
        archive_root_cause(_cause(slug), now=moment())
        return Response(status=204)


def _cause(slug: str) -> RootCause:
    cause = RootCause.objects.filter(slug=slug).first()
    if cause is None:
        raise NotHere()
    return cause
