from django.db import transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from accounts.models import User
from accounts.permissions import must_be_admin
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape, shown_as
from cxloop.kernel.shapes import read_body
from tickets.work.actions.fields import (
    CHANGEABLE,
    archive_field,
    change_field,
    make_field,
    move_field,
    restore_field,
)
from tickets.work.api import shapes
from tickets.work.models import TicketField

ARCHIVED = OpenApiParameter("archived", bool, description="the archived ones instead")


class TicketFieldList(APIView):
    """Everybody may read them: tickets and lists of them name them."""

    @extend_schema(
        operation_id="fields_list",
        parameters=[ARCHIVED, *PAGE_PARAMETERS],
        responses=page_shape(shapes.TicketField),
    )
    def get(self, request: Request) -> Response:
        archived = request.query_params.get("archived") in {"true", "1"}
        rows = TicketField.objects.filter(archived_at__isnull=not archived)
        order = "pk" if archived else "place"
        return answer_page(rows, request, shown_as(shapes.TicketField), order=order)

    @extend_schema(
        operation_id="fields_create",
        request=shapes.NewTicketFieldBody,
        responses={201: shapes.TicketField},
    )
    def post(self, request: Request) -> Response:
        person = caller(request)
        must_be_admin(person)
        field = make_field(read_body(shapes.NewTicketFieldBody, request), by=person, now=moment())
        return Response(shapes.TicketField(field).data, status=201)


class TicketFieldDetail(APIView):
    @extend_schema(operation_id="fields_read", responses=shapes.TicketField)
    def get(self, request: Request, slug: str) -> Response:
        return Response(shapes.TicketField(_field(slug)).data)

    @extend_schema(
        operation_id="fields_change",
        request=shapes.ChangeTicketFieldBody,
        responses=shapes.TicketField,
    )
    @transaction.atomic
    def patch(self, request: Request, slug: str) -> Response:
        person = caller(request)
        must_be_admin(person)
        said = read_body(shapes.ChangeTicketFieldBody, request)
        _change(_field(slug), said, person)
        return Response(shapes.TicketField(_field(slug)).data)

    @extend_schema(
        operation_id="fields_archive",
        responses={204: None},
        description="Archives it; PATCH archived undoes it.",
    )
    def delete(self, request: Request, slug: str) -> Response:
        person = caller(request)
        must_be_admin(person)
        archive_field(_field(slug), by=person, now=moment())
        return Response(status=204)


def _change(field: TicketField, said: dict[str, object], by: User) -> None:
    now = moment()
    if said.get("archived") is False:
        restore_field(field, by=by, now=now)
    if changes := {name: said[name] for name in CHANGEABLE if name in said}:
        change_field(field, changes, by=by, now=now)
    if "place" in said:
        move_field(field, to=int(str(said["place"])), by=by, now=now)
    if said.get("archived") is True:
        archive_field(field, by=by, now=now)


def _field(slug: str) -> TicketField:
    field = TicketField.objects.filter(slug=slug).first()
    if field is None:
        raise NotHere()
    return field
