"""Files of a ticket: chosen first, then said by the verb that names them."""

from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.fields import BooleanField, CharField, ChoiceField, FileField, IntegerField
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.authentication import caller
from cxloop.kernel.bodies import was_too_large
from cxloop.kernel.errors import Conflict, NotHere, TooLarge
from cxloop.kernel.file_kinds import KINDS
from cxloop.kernel.handing_out import hand_out, hand_out_preview
from cxloop.kernel.models import File
from cxloop.kernel.moment import moment
from cxloop.kernel.shapes import Shape, read_body
from cxloop.kernel.uploads import read_upload
from tickets.work.actions.attach import choose_file, put_back
from tickets.work.door import get_ticket_for, get_ticket_to_say
from tickets.work.files import attachment_seen, show_attachment
from tickets.work.models import ENCLOSING, Attachment
from tickets.work.verbs import VERBS


class AttachedFile(Serializer[Any]):
    id = IntegerField()
    name = CharField(help_text="blank where it was forgotten with its customer")
    kind = ChoiceField(KINDS, help_text="by its content, whatever it is called")
    size = IntegerField(help_text="bytes")
    drawn = BooleanField(help_text="whether /preview has a picture of it")
    said = BooleanField(help_text="false: you have only chosen it so far")


class ChooseBody(Shape):
    """`verb`: by which it is to be said."""

    file = FileField(allow_empty_file=True)
    verb = ChoiceField(ENCLOSING, default="reply")


class TicketFiles(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="tickets_files", responses=AttachedFile(many=True))
    def get(self, request: Request, ref: str) -> Response:
        """What was said with the ticket's entries, and what you have chosen."""
        person = caller(request)
        rows = Attachment.objects.seen_on(get_ticket_for(person, ref), person).order_by("pk")
        return Response([show_attachment(row) for row in rows.select_related("file")])

    @extend_schema(
        operation_id="tickets_choose_file",
        request={"multipart/form-data": ChooseBody},
        responses={201: AttachedFile},
    )
    def post(self, request: Request, ref: str) -> Response:
        """Chooses a file of at most 25 MB; it is said by naming its `id` in `files` of a reply, a
        note or a contact, and forgotten after 30 days if it never is."""
        person = caller(request)
        ticket = get_ticket_to_say(person, ref, "note")
        if was_too_large(request._request):
            raise TooLarge("A file may have at most 25 MB.")
        said = read_body(ChooseBody, request)
        get_ticket_to_say(person, ref, VERBS[said["verb"]].door)
        name, body = read_upload(said["file"])
        row = choose_file(ticket, name, body, verb=said["verb"], by=person, now=moment())
        return Response(show_attachment(row), status=201)


class TicketFile(APIView):
    @extend_schema(
        operation_id="tickets_file",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, ref: str, pk: int) -> HttpResponseBase:
        """Its bytes, as they were given."""
        return hand_out(_file(request, ref, pk))

    @extend_schema(operation_id="tickets_put_file_back", responses={204: None})
    def delete(self, request: Request, ref: str, pk: int) -> Response:
        """Takes away what you have chosen; 409 `said` where it is history."""
        row = attachment_seen(caller(request), ref, pk)
        if row is None:
            raise NotHere()
        if row.entry_id:
            raise Conflict("It was said with this file; history stays as it is.", code="said")
        put_back([row.pk], by=caller(request))
        return Response(status=204)


class TicketFilePreview(APIView):
    @extend_schema(
        operation_id="tickets_file_preview", responses={(200, "image/webp"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, ref: str, pk: int) -> HttpResponseBase:
        """A picture of at most 900 by 900, drawn from a picture or the first page of a PDF."""
        known = request.headers.get("If-None-Match", "")
        return hand_out_preview(_file(request, ref, pk), known=known)


def _file(request: Request, ref: str, pk: int) -> File | None:
    row = attachment_seen(caller(request), ref, pk)
    return row.file if row else None
