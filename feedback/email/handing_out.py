"""A mail as it came, over HTTP: to be saved, since no browser is to show what a stranger made."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from cxloop.kernel.errors import NotHere
from cxloop.kernel.handing_out import INERT
from feedback.email.models import Mail


def hand_out_mail(mail: Mail) -> HttpResponse:
    """Raises NotHere where its person was erased."""
    if mail.raw is None:
        raise NotHere()
    answer = HttpResponse(bytes(mail.raw), content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, f"mail-{mail.pk}.eml") or ""
    answer["Content-Security-Policy"] = INERT
    return answer
