"""The health of the machine: every sweep, what is stuck, letters that died or are held."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxloop.kernel.errors import NotHere
from cxloop.kernel.holds import lay_letters_down, release_letters
from cxloop.kernel.letters import send_again
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther, see, show
from desk.forms.health import RELEASE, HeldForm, Said
from desk.health import MOST_SHOWN, beats, hold, incident, stuck
from desk.paging import page_of
from desk.quarantine import waiting_for
from feedback.email.models import Mail


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """The sweeps are shown to everybody; letters and errors carry what not everybody may read."""
    now = moment()
    context = {
        "now": now,
        "beats": beats(now),
        "incident": incident(),
        "hold": hold(),
        "room": "health",
    }
    if caller(request).reads_everything:
        dead = page_of(Letter.objects.dead(), request, order="-pk", size=20)
        called_back = Letter.objects.withdrawn()[:MOST_SHOWN]
        waiting = waiting_for(caller(request))
        context |= {
            "waiting": waiting,
            "stuck": stuck(now),
            "page": dead,
            "called_back": called_back,
            "set_aside": Mail.objects.set_aside().first(),
        }
    return show(request, "health.html", context)


@require_POST
@admins_write
def send_letter_again(request: HttpRequest, pk: int) -> SeeOther:
    letter = Letter.objects.dead().filter(pk=pk).first()
    if letter is None:
        raise NotHere()
    send_again(letter, now=moment())
    messages.success(request, _("The letter to %(address)s tries again.") % {"address": letter.to})
    return see("health")


@require_http_methods(["GET", "HEAD", "POST"])
@admins_write
def held(request: HttpRequest) -> HttpResponse:
    """The letters that are held, to look at before one decides."""
    form, person = HeldForm.of(request), caller(request)

    def decide(said: Said) -> int:
        end = release_letters if said["decision"] == RELEASE else lay_letters_down
        return end(by=person.email, now=moment())

    if form.carries_out(decide):
        messages.success(request, _("Decided for %(count)s letters.") % {"count": form.result})
        return see("health")
    page = page_of(Letter.objects.held(), request, order="pk", size=20)
    context = {"hold": hold(), "page": page, "room": "health", "may_write": person.is_admin}
    return show(request, "held.html", context, form=form)
