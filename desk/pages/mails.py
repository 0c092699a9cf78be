"""Mails that nobody could read, or that were not let in: seen by whoever reads the whole house,
until an admin has decided on each."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther, see, show
from desk.paging import page_of
from feedback.email.actions import try_again
from feedback.email.handing_out import hand_out_mail
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
    read = try_again(_set_aside(pk).pk, now=moment())
    if read.is_set_aside:
        messages.error(request, _("It still cannot be read: %(why)s") % {"why": read.reason})
    else:
        messages.success(request, _("It was read, and goes on from here."))
    return see("mails")


@require_safe
@admins_write
def raw(request: HttpRequest, pk: int) -> HttpResponse:
    return hand_out_mail(_set_aside(pk))


def _set_aside(pk: int) -> Mail:
    mail = Mail.objects.set_aside().filter(pk=pk).first()
    if mail is None:
        raise NotHere()
    return mail
