"""Mails that nobody could read, or that were not let in: seen by whoever reads the whole house,
until an admin has decided on each."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cxloop.kernel.errors import NotHere
from cxloop.kernel.handing_out import INERT
from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther, see, show
from desk.paging import page_of
from feedback.email.actions import try_again
from feedback.email.models import Mail


@require_safe
@admins_write
def mails(request: HttpRequest) -> HttpResponse:
    page = page_of(Mail.objects.set_aside(), request, order="-pk", size=20)
    context = {"page": page, "room": "health", "may_write": caller(request).is_admin}
    return show(request, "mails.html", context)


@require_POST
@admins_write
def again(request: HttpRequest, pk: int) -> SeeOther:
    mail = Mail.objects.set_aside().filter(pk=pk).first()
    if mail is None:
        raise NotHere()
    read = try_again(mail.pk, now=moment())
    if read.is_set_aside:
        messages.error(request, _("It still cannot be read: %(why)s") % {"why": read.reason})
    else:
        messages.success(request, _("It was read, and goes on from here."))
    return see("mails")


@require_safe
@admins_write
def raw(request: HttpRequest, pk: int) -> HttpResponse:
    """As it came, to be saved: no browser is to show what a stranger made."""
    mail = Mail.objects.set_aside().filter(pk=pk).first()
    if mail is None:
        raise NotHere()
    return as_it_came(mail)


def as_it_came(mail: Mail) -> HttpResponse:
    """Raises NotHere where its person was erased."""
    if mail.raw is None:
        raise NotHere()
    answer = HttpResponse(bytes(mail.raw), content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, f"mail-{mail.pk}.eml") or ""
    answer["Content-Security-Policy"] = INERT
    return answer
