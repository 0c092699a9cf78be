"""GET sources/{slug}/keys/{id}/requests: what a key asked last, and what it was answered."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import (
    BooleanField,
    CharField,
    IntegerField,
    Serializer,
    UUIDField,
)
from rest_framework.views import APIView

from accounts.permissions import AdminsWrite
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from cxloop.kernel.shapes import Instant
from feedback.intake.api.sources import source_or_404
from feedback.intake.asked import requests_of
from feedback.intake.models import SourceKey


class FaultShape(Serializer[Any]):
    pointer = CharField(help_text="where in the body; a name that the sender chose is …")
    code = CharField()


class ItemsShape(Serializer[Any]):
    taken = IntegerField()
    refused = IntegerField()


class AskedShape(Serializer[Any]):
    at = Instant()
    method = CharField()
    path = CharField()
    status = IntegerField()
    code = CharField(allow_null=True, help_text="of the problem")
    errors = FaultShape(many=True)  # type: ignore[assignment]
    origin = CharField(allow_null=True)
    user_agent = CharField(allow_null=True, help_text="its beginning")
    network = CharField(allow_null=True, help_text="of the caller's address: a /24 or /48")
    idempotency_key = CharField(allow_null=True, help_text="its beginning")
    feedback = UUIDField(allow_null=True, help_text="what it became; by a test key a trial")
    items = ItemsShape(allow_null=True, help_text="of a batch")
    held = BooleanField(help_text="in quarantine, which whoever sent it is not told")


class AskedList(Serializer[Any]):
    available = BooleanField(help_text="false: they cannot be read just now")
    results = AskedShape(many=True)


class SourceKeyRequests(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(
        operation_id="source_key_requests",
        responses=AskedList,
        description="The newest fifty of a week, newest first. They are kept apart from what is "
        "heard, a busy second may be missing, and nothing is decided by them.",
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        key = SourceKey.objects.filter(source=source_or_404(slug), pk=pk).first()
        if key is None:
            raise NotHere()
        found = requests_of(key, now=moment())
        return Response({"available": found is not None, "results": found or []})
