"""What is written to somebody else about a ticket, and answered. Who sees the ticket reads it, who
works the ticket writes; its customer never sees it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.fields import BooleanField, CharField, ChoiceField, EmailField, IntegerField
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.api.shapes import PersonBrief
from accounts.authentication import caller
from cxloop.kernel.shapes import Instant, read_body
from tickets.work.actions.side import open_side, side_on, take_back_aside, write_aside
from tickets.work.actor import acting
from tickets.work.api.files import AttachedFile
from tickets.work.door import get_ticket_for, working_on
from tickets.work.models import SideThread
from tickets.work.side_verbs import OpenSideBody
from tickets.work.sides import STATES, sides_of, with_words
from tickets.work.verb import SayBody


class SaidAside(Serializer[Any]):
    at = Instant()
    state = ChoiceField(STATES, help_text="received: an answer; else how it stands with our letter")
    by = PersonBrief(allow_null=True, help_text="who of the house wrote it")
    sender = CharField(allow_null=True, help_text="whose address it came from, or their name")
    by_customer = BooleanField(help_text="the customer wrote there: answer them with a reply")
    text = CharField()
    files = AttachedFile(many=True, help_text="read under /tickets/{ref}/files/{id}")
    leaves_at = Instant(allow_null=True, help_text="until then who wrote it may take it back")
    error = CharField(allow_null=True, help_text="why it reached nobody")


class SideThreadShape(Serializer[Any]):
    id = IntegerField()
    to = EmailField(help_text="erased@erased.invalid where it was forgotten with the customer")
    name = CharField()
    subject = CharField()
    opened_by = PersonBrief()
    at = Instant()
    said = SaidAside(many=True, help_text="the oldest first")


class SideList(APIView):
    @extend_schema(operation_id="tickets_side_list", responses=SideThreadShape(many=True))
    def get(self, request: Request, ref: str) -> Response:
        """The oldest first, each with all that was said in it."""
        ticket = get_ticket_for(caller(request), ref)
        return Response([side.public() for side in sides_of(ticket)])

    @extend_schema(
        operation_id="tickets_side_open", request=OpenSideBody, responses={201: SideThreadShape}
    )
    def post(self, request: Request, ref: str) -> Response:
        """Writes to somebody who is not the customer. It keeps no promise and moves no clock; what
        they answer wakes the ticket. Files are chosen with the verb `side`."""
        person = caller(request)
        with working_on(person, ref) as (ticket, now):
            said = read_body(OpenSideBody, request)
            thread = open_side(ticket, by=acting(person), now=now, **said)
        return Response(_shown(thread), status=201)


class SideDetail(APIView):
    @extend_schema(operation_id="tickets_side", responses=SideThreadShape)
    def get(self, request: Request, ref: str, pk: int) -> Response:
        return Response(_shown(side_on(get_ticket_for(caller(request), ref), pk)))

    @extend_schema(
        operation_id="tickets_side_write", request=SayBody, responses={201: SideThreadShape}
    )
    def post(self, request: Request, ref: str, pk: int) -> Response:
        """The next letter there; 409 `forgotten` where it was erased whom it was with."""
        person = caller(request)
        with working_on(person, ref) as (ticket, now):
            thread = side_on(ticket, pk)
            said = read_body(SayBody, request)
            write_aside(ticket, thread, by=acting(person), now=now, **said)
        return Response(_shown(thread), status=201)


class SideTakeBack(APIView):
    @extend_schema(operation_id="tickets_side_take_back", request=None, responses=SideThreadShape)
    def post(self, request: Request, ref: str, pk: int) -> Response:
        """Your last letter there, before it has left; 409 `too_late` after that."""
        person = caller(request)
        with working_on(person, ref) as (ticket, now):
            thread = side_on(ticket, pk)
            take_back_aside(ticket, thread, by=acting(person), now=now)
        return Response(_shown(thread))


def _shown(thread: SideThread) -> dict[str, Any]:
    return with_words([thread])[0].public()
