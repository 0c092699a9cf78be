"""Feedback that looks automatic and is held: looked at, released, or called spam."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cxloop.kernel.moment import moment
from desk.admission import caller
from desk.answers import see, show
from desk.forms.base import Said
from desk.forms.quarantine import RELEASE, DecideForm
from desk.once import once
from desk.paging import page_of
from desk.queries import said_in
from feedback.intake.actions.quarantine import confirm_spam, release
from feedback.intake.models import Quarantine, Source
from feedback.intake.models.quarantine import STATES
from tickets.work.api.quarantine import end_held, held_for


@require_http_methods(["GET", "HEAD", "POST"])
def quarantine(request: HttpRequest) -> HttpResponse:
    form = DecideForm.of(request)
    if form.carries_out(lambda said: once(request, lambda: _decide(request, said))):
        _tell(request, form.cleaned_data["act"], form.result, len(form.cleaned_data["chosen"]))
        return see(request.get_full_path())
    return _page(request, form)


def _decide(request: HttpRequest, said: Said) -> int:
    act = release if said["act"] == RELEASE else confirm_spam
    return end_held(said["chosen"], act, by=caller(request), now=moment())


def _tell(request: HttpRequest, act: str, number: int | None, chosen: int) -> None:
    if number is None:  # sent twice: it was told the first time
        return
    if act == RELEASE:
        words = ngettext(
            "%(number)d released: the rules judge it now, as of its receipt.",
            "%(number)d released: the rules judge them now, as of their receipt.",
            number,
        )
    else:
        words = ngettext("%(number)d confirmed as spam.", "%(number)d confirmed as spam.", number)
    if number:
        messages.success(request, words % {"number": number})
    if number < chosen:
        messages.info(request, _("Somebody had decided on the others already."))


def _page(request: HttpRequest, form: DecideForm) -> HttpResponse:
    person, said = caller(request), said_in(request)
    page = page_of(held_for(person, said), request, order="-held_at")
    keys = [row.pk for row in page.rows]
    own = Quarantine.objects.filter(pk__in=keys, released_at=None).workable_by(person)
    context = {
        "room": "feedback",
        "page": page,
        "said": said,
        "states": STATES,
        "sources": Source.objects.visible_to(person).order_by("name"),
        "decidable": set(own.values_list("pk", flat=True)),
        "chosen": set(form.chosen) if form.is_bound else set(),
        "nonce": DecideForm()["nonce"],
        "held": said.get("state", "held") == "held",
    }
    return show(request, "quarantine/page.html", context, form=form)
