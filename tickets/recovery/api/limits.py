"""Gesture limits over REST."""

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from accounts.models import AccessGroup
from accounts.permissions import AdminsWrite
from cxloop.kernel.errors import NotHere, Refused
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape, shown_as
from cxloop.kernel.shapes import read_body
from tickets.recovery import shapes
from tickets.recovery.actions import limits
from tickets.recovery.models import GestureLimit


class LimitList(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(
        operation_id="gesture_limits_list",
        parameters=PAGE_PARAMETERS,
        responses=page_shape(shapes.GestureLimit),
    )
    def get(self, request: Request) -> Response:
        return answer_page(_limits(), request, shown_as(shapes.GestureLimit))

    @extend_schema(request=shapes.NewGestureLimitBody, responses={201: shapes.GestureLimit})
    def post(self, request: Request) -> Response:
        said = read_body(shapes.NewGestureLimitBody, request)
        slug = said.pop("group", None)
        group = group_named(slug) if slug is not None else None
        limit = limits.write_limit(group=group, by=caller(request), now=moment(), **said)
        return Response(shapes.GestureLimit(limit).data, status=201)


class LimitDetail(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(responses=shapes.GestureLimit)
    def get(self, request: Request, pk: int) -> Response:
        return Response(shapes.GestureLimit(_limit_or_404(pk)).data)

    @extend_schema(request=shapes.ChangeGestureLimitBody, responses=shapes.GestureLimit)
    @transaction.atomic
    def patch(self, request: Request, pk: int) -> Response:
        said, limit = read_body(shapes.ChangeGestureLimitBody, request), _limit_or_404(pk)
        limits.change_limit(limit, by=caller(request), now=moment(), **said)
        return Response(shapes.GestureLimit(limit).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        limits.remove_limit(_limit_or_404(pk))
        return Response(status=204)


def group_named(slug: str) -> AccessGroup:
    """A current one. Raises Refused."""
    found = AccessGroup.objects.current().filter(slug=slug).first()
    if found is None:
        raise Refused.at("/group", "unknown_group", "There is no such group.")
    return found


def _limits() -> QuerySet[GestureLimit]:
    return GestureLimit.objects.select_related("group", "written_by")


def _limit_or_404(pk: int) -> GestureLimit:
    found = _limits().filter(pk=pk).first()
    if found is None:
        raise NotHere()
    return found
