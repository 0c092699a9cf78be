"""The mailboxes of a source over REST."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, ListField, Serializer
from rest_framework.views import APIView

from accounts.authentication import caller
from accounts.permissions import AdminsWrite
from cxloop.kernel.moment import moment
from cxloop.kernel.shapes import Shape, read_body
from feedback.email.actions import mailboxes_of, set_mailboxes
from feedback.intake.api.sources import source_or_404


class MailboxesShape(Serializer[Any]):
    addresses = ListField(child=CharField(), help_text="at which the source is written to")


class MailboxesBody(Shape):
    addresses = ListField(child=CharField(max_length=320))


class Mailboxes(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(responses=MailboxesShape)
    def get(self, request: Request, slug: str) -> Response:
        return Response({"addresses": mailboxes_of(source_or_404(slug))})

    @extend_schema(request=MailboxesBody, responses=MailboxesShape)
    def put(self, request: Request, slug: str) -> Response:
        source, said = source_or_404(slug), read_body(MailboxesBody, request)
        set_mailboxes(source, said["addresses"], by=caller(request), now=moment())
        return Response({"addresses": mailboxes_of(source)})
