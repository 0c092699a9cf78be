"""What is posted to a status page: bounded, read whole, and refused at the field it is about."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError

from cxloop.kernel.bodies import draining, refuse_larger, storable
from cxloop.kernel.errors import Fault, Refused, TooLarge
from cxloop.kernel.form_parts import FormFile
from feedback.intake.enclosures import LARGEST_FORM, Enclosure, enclosures_of
from feedback.web.forms import USUAL_PERIODS
from feedback.web.windows import USUAL_DAYS, Window, on_days, read_window
from tickets.sla.calls import CallWish, wish_from

WRITE, CALL, RENEW = "write", "call", "renew"
# 10,000 letters of Hangul, each nine bytes in a form, twice over.
LARGEST_WORDS = 200_000
_HOURS = [(one[:5], one[6:]) for one in USUAL_PERIODS]
_FURTHEST, _LONGEST = timedelta(days=14), timedelta(days=1)


@dataclass(frozen=True)
class Sent:
    """As it was typed, to be shown again where it cannot be taken; `faults` by the field."""

    act: str = ""
    text: str = ""
    phone: str = ""
    at: str = ""
    files: Sequence[FormFile] = ()
    faults: dict[str, str] = field(default_factory=dict)

    def enclosures(self) -> list[Enclosure]:
        """By the rules of what a stranger posts. Raises Refused at /files."""
        return enclosures_of(self.files, any_kind=False)

    def wish(self, zone: ZoneInfo, now: datetime) -> CallWish:
        """Raises Refused at /at for a time that nobody would have offered."""
        window = read_window(self.at) if self.at else None
        if self.at and (window is None or not _may_be_offered(window, now)):
            raise Refused.at("/at", "not_offered", "Choose one of the times that are offered.")
        after, before = (window.after, window.before) if window else (None, None)
        return wish_from(after, before, zone.key, heard_at=now)


def _may_be_offered(window: Window, now: datetime) -> bool:
    """Also by a page that was open overnight."""
    is_near = now - _LONGEST <= window.before <= now + _FURTHEST
    return is_near and window.before - window.after <= _LONGEST


def offered(zone: ZoneInfo, now: datetime) -> list[Window]:
    return list(on_days(_HOURS, USUAL_DAYS, zone, now))


def read_sent(request: HttpRequest) -> Sent:
    """Raises TooLarge. A form that broke off says nothing."""
    request.encoding = "utf-8"  # whatever charset is claimed: some are none that text can have
    is_form = request.content_type == "multipart/form-data"
    with draining(request):
        refuse_larger(request, LARGEST_FORM if is_form else LARGEST_WORDS)
    try:
        return _sent(request)
    except RequestDataTooBig:
        raise TooLarge("The words of the form are too large.") from None
    except SuspiciousOperation:
        raise TooLarge("The form has too many parts.", code="too_many_parts") from None
    except MultiPartParserError:
        return Sent(WRITE)


def _sent(request: HttpRequest) -> Sent:
    phone = _said(request, "call-phone")
    return Sent(
        act=_said(request, "act") or (CALL if phone else WRITE),
        text=_said(request, "text").replace("\r\n", "\n"),
        phone=phone,
        at=_said(request, "call-at"),
        files=[
            FormFile("files", one.name or "file", one.read())
            for one in request.FILES.getlist("files")
        ],
    )


def _said(request: HttpRequest, name: str) -> str:
    return str(storable(request.POST.get(name, "")))


def faults_in(faults: Sequence[Fault]) -> dict[str, str]:
    """The first of each field."""
    found: dict[str, Any] = {}
    for fault in faults:
        found.setdefault(fault.pointer.split("/")[1], fault.code)
    return found
