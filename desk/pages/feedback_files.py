"""Files that came with feedback: looked at as a drawing, or saved."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from cxloop.kernel.handing_out import hand_out, hand_out_preview
from cxloop.kernel.models import File
from desk.admission import caller
from tickets.work.heard_files import heard_file
from tickets.work.shown import feedback_visible_to


@require_safe
def file(request: HttpRequest, pk: UUID, number: int) -> HttpResponseBase:
    return hand_out(_file(request, pk, number))


@require_safe
def preview(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    known = request.headers.get("If-None-Match", "")
    return hand_out_preview(_file(request, pk, number), known=known)


def _file(request: HttpRequest, pk: UUID, number: int) -> File | None:
    row = heard_file(feedback_visible_to(caller(request)), pk, number)
    return row.file if row else None
