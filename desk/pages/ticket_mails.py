"""The mails of a ticket, to their ends: what was quoted, the signature, the page that a program
made of it. That page is shown without scripts, forms and, until they are asked for, pictures."""

from django.http import HttpRequest, HttpResponse
from django.utils.html import escape
from django.views.decorators.http import require_safe

from cxloop.kernel.errors import NotHere
from desk.admission import caller
from desk.answers import show
from desk.paging import page_of
from feedback.email.authenticity import is_doubted, said_of
from feedback.email.handing_out import hand_out_mail
from feedback.email.models import Mail
from feedback.email.whole import whole_of
from tickets.work.door import get_ticket_for
from tickets.work.models import Ticket
from tickets.work.threads import mails_on

# For a page of a stranger's: it may do nothing, and leads elsewhere only where somebody clicks.
_SHUT = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; sandbox allow-popups"
_LAID_OUT = (
    '<!DOCTYPE html><meta charset="utf-8"><title>{title}</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><body>{body}'
)
_WITH_IMAGES = f"{_SHUT}; img-src https: http:"


@require_safe
def mails(request: HttpRequest, ref: str) -> HttpResponse:
    ticket = get_ticket_for(caller(request), ref)
    page = page_of(mails_on(ticket), request, order="-received_at", size=20)
    return show(request, "ticket/mails.html", {"ticket": ticket, "page": page, "room": "queue"})


@require_safe
def mail(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    ticket, found = _mail(request, ref, pk)
    context = {
        "ticket": ticket,
        "mail": found,
        "whole": whole_of(bytes(found.raw or b"")),
        "check": said_of(found.authentication),
        "doubted": is_doubted(found.authentication),
        "room": "queue",
    }
    return show(request, "ticket/mail.html", context)


@require_safe
def page(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """As the program of whoever wrote it would show it."""
    _, found = _mail(request, ref, pk)
    images = request.GET.get("images") == "1"
    whole = whole_of(bytes(found.raw or b""), images=images)
    if not whole.markup:
        raise NotHere()
    answer = HttpResponse(_LAID_OUT.format(title=escape(found.subject), body=whole.markup))
    answer["Content-Security-Policy"] = _WITH_IMAGES if images else _SHUT
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@require_safe
def raw(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    return hand_out_mail(_mail(request, ref, pk)[1])


def _mail(request: HttpRequest, ref: str, pk: int) -> tuple[Ticket, Mail]:
    ticket = get_ticket_for(caller(request), ref)
    found = mails_on(ticket).defer(None).filter(pk=pk).first()
    if found is None:
        raise NotHere()
    return ticket, found
