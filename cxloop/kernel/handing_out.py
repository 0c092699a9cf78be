"""Files over HTTP. What a stranger made is never shown by the browser that asks for it: it is
saved, under its name, as bytes without a type. Only the drawing that we made of it is a picture."""

from django.http import HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from cxloop.kernel.errors import NotHere
from cxloop.kernel.files import read_content, read_whole
from cxloop.kernel.models import File

# For a browser that shows it all the same.
INERT = "default-src 'none'; sandbox"


def hand_out(file: File | None) -> HttpResponseBase:
    """Raises NotHere where it is none, or was forgotten."""
    if file is None or file.content_id is None:
        raise NotHere()
    answer = StreamingHttpResponse(
        read_content(file.content_id), content_type="application/octet-stream"
    )
    answer["Content-Length"] = str(file.size)
    answer["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    answer["Content-Security-Policy"] = INERT
    return answer


def hand_out_preview(file: File | None, *, known: str = "") -> HttpResponse:
    """Asked for anew each time it is looked at: whoever may not see it any more does not, though
    their browser has it. `known` is what that browser says it has."""
    if file is None or file.preview_id is None:
        raise NotHere()
    mark = f'"{file.preview_id}"'
    if known == mark:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(read_whole(file.preview_id), content_type="image/webp")
    answer["ETag"] = mark
    answer["Content-Security-Policy"] = INERT
    answer["Cache-Control"] = "private, no-cache"
    return answer
