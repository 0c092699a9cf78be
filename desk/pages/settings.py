"""One's own settings: name, language, zone, presence, personal tokens."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from accounts.actions import (
    change_person,
    choose_stand_in,
    issue_token,
    revoke_token,
    set_presence,
)
from accounts.models import PersonalToken, User
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from desk.admission import caller
from desk.answers import SeeOther, see, show
from desk.digest import digest_form
from desk.forms.base import DeskForm, Said
from desk.forms.settings import MeForm, NewsForm, PresenceForm, TokenForm
from tickets.escalation.actions.hours import keep_hours
from tickets.work.actions.follow import choose_ways, ways_of

reads_or_sends = require_http_methods(["GET", "HEAD", "POST"])


@reads_or_sends
def settings(request: HttpRequest) -> HttpResponse:
    person = caller(request)
    form = MeForm.of(request, person=person, initial=MeForm.about(person))
    if form.carries_out(lambda said: _change(person, said)):
        translation.activate(person.language)
        messages.success(request, _("Your settings are kept."))
        return see("settings")
    return _page(request, person, {"me": form}, said=form)


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """From any page, and back to it; on the doors too, where the browser keeps it."""
    if isinstance(request.user, User):
        change_person(person=request.user, language=request.POST.get("language", ""), now=moment())
    answer = set_language(request)
    answer.status_code = SeeOther.status_code
    return answer


@transaction.atomic
def _change(person: User, said: Said) -> None:
    # First: it waits for those who climb, and they for whoever has changed an address.
    now = moment()
    keep_hours(person=person, calendar=said.pop("calendar") or None, now=now)
    choose_stand_in(person=person, stand_in=said.pop("stand_in"), now=now, by=person)
    change_person(person=person, now=now, by=person, **said)


@reads_or_sends
def news(request: HttpRequest) -> HttpResponse:
    person, form = caller(request), NewsForm.of(request)
    if form.carries_out(lambda said: choose_ways(person, said)):
        messages.success(request, _("Your settings are kept."))
        return see("settings")
    return _page(request, person, {"news": form}, said=form) if form.is_bound else see("settings")


@reads_or_sends
def presence(request: HttpRequest) -> HttpResponse:
    """Away until a time; without one, or by the other button, here."""

    def change(said: Said) -> None:
        until = None if "here" in request.POST else said["away_until"]
        set_presence(person=person, away_until=until, now=moment())

    person, form = caller(request), PresenceForm.of(request)
    if form.carries_out(change) or not form.is_bound:
        return see("settings")
    return _page(request, person, {"presence": form}, said=form)


@reads_or_sends
def tokens(request: HttpRequest) -> HttpResponse:
    """The new token stands on the answer itself and nowhere else: it is shown once."""

    def issue(said: Said) -> tuple[PersonalToken, str]:
        return issue_token(person=person, label=said["label"], now=moment())

    person, form = caller(request), TokenForm.of(request)
    if not form.carries_out(issue):
        return _page(request, person, {"token": form}, said=form)
    answer = _page(request, person, {"clear": form.result[1]})
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def revoke(request: HttpRequest, pk: int) -> SeeOther:
    token = PersonalToken.objects.filter(user=caller(request), pk=pk).first()
    if token is None:
        raise NotHere()
    revoke_token(token=token, now=moment())
    messages.success(request, _("The token is revoked."))
    return see("settings")


def _page(
    request: HttpRequest, person: User, shown: dict[str, Any], *, said: DeskForm | None = None
) -> HttpResponse:
    now = moment()
    context = {
        "me": MeForm(person=person, initial=MeForm.about(person)),
        "presence": PresenceForm(initial=PresenceForm.about(person, now)),
        "news": NewsForm(initial=ways_of(person)),
        "digest": digest_form(person),
        "token": TokenForm(),
        "tokens": PersonalToken.objects.filter(user=person).valid().order_by("-pk"),
        "away": person.is_away(now),
        **shown,
    }
    return show(request, "settings/page.html", context, form=said)
