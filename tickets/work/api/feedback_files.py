"""Files that came with feedback, for the people and the server who may read it."""

from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.authentication import TokenAuthentication
from cxloop.kernel.handing_out import hand_out, hand_out_preview
from cxloop.kernel.models import File
from tickets.work.api.callers import SecretKeyAuthentication
from tickets.work.api.feedback import readable
from tickets.work.heard_files import heard_file


class FeedbackFileBytes(APIView):
    authentication_classes = (SecretKeyAuthentication, TokenAuthentication)

    @extend_schema(
        operation_id="feedback_file",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, pk: UUID, number: int) -> HttpResponseBase:
        """Its bytes, as they were given."""
        return hand_out(_file(request, pk, number))


class FeedbackFilePreview(APIView):
    authentication_classes = (SecretKeyAuthentication, TokenAuthentication)

    @extend_schema(
        operation_id="feedback_file_preview", responses={(200, "image/webp"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, pk: UUID, number: int) -> HttpResponseBase:
        """A picture of at most 900 by 900, drawn from a picture or the first page of a PDF."""
        known = request.headers.get("If-None-Match", "")
        return hand_out_preview(_file(request, pk, number), known=known)


def _file(request: Request, pk: UUID, number: int) -> File | None:
    row = heard_file(readable(request), pk, number)
    return row.file if row else None
