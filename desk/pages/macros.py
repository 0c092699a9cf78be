"""Macros: listed, written, and used on a ticket."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import AccessGroup, User
from cxloop.kernel.errors import Refused
from cxloop.kernel.moment import moment
from desk.admission import caller
from desk.answers import SeeOther, see, show
from desk.forms.base import Said
from desk.forms.macros import MacroForm, UseMacroForm
from desk.macro_words import acts_in_words, previews_of
from desk.once import once
from desk.pages.ticket import after_act, ticket_to_work
from desk.paging import page_of
from desk.sight import whole
from tickets.work.actions.macros import archive_macro, change_macro, check_macro, write_macro
from tickets.work.door import get_ticket_for
from tickets.work.macros import (
    facts_from,
    get_macro_for,
    macro_to_change,
    macros_seen_by,
    may_publish,
    must_work_somewhere,
)
from tickets.work.models import Macro
from tickets.work.verbs import say

reads_or_sends = require_http_methods(["GET", "HEAD", "POST"])


@reads_or_sends
def use(request: HttpRequest, ref: str) -> HttpResponse:
    if request.method != "POST":
        return see("ticket", ref)
    person = caller(request)
    found = ticket_to_work(person, ref)
    form = UseMacroForm(found, _named(person, request.POST.get("macro", "")), person, request.POST)

    def act(_said: Said) -> int | None:
        return once(request, lambda: say("macro", by=person, ref=ref, raw=form.raw()))

    if form.carries_out(act):
        return after_act(request, ref)
    context = whole(get_ticket_for(person, ref), person, moment(), None)
    return show(request, "ticket/page.html", {**context, "macro_form": form}, form=form)


def _named(person: User, said: str) -> Macro:
    """Also one that was archived meanwhile: what was typed must not be lost with it."""
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0
    found = macros_seen_by(person).filter(pk=number).first()
    if found is None:
        raise Refused.at("/macro", "unknown_macro", "There is no such macro.")
    return found


@require_safe
def macros(request: HttpRequest) -> HttpResponse:
    person = caller(request)
    archived = "archived" in request.GET
    rows = macros_seen_by(person).filter(archived_at__isnull=not archived)
    page = page_of(rows, request, order="-used")
    told = [
        {"macro": macro, "acts": [said for _act, said in acts_in_words(macro)]}
        for macro in page.rows
    ]
    may_write = AccessGroup.objects.workable_by(person).exists()
    leads = AccessGroup.objects.led_by(person).exists()
    context = {"page": page, "told": told, "archived": archived, "may_write": may_write}
    context["leads"] = leads
    return show(request, "macros/list.html", context)


@reads_or_sends
def new_macro(request: HttpRequest) -> HttpResponse:
    person = caller(request)
    must_work_somewhere(person)
    form = MacroForm(person, _groups(), _sent(request))
    if "preview" not in request.POST and form.carries_out(
        lambda _said: write_macro(facts_from(person, form.raw()), by=person, now=moment())
    ):
        messages.success(request, _("The macro is kept."))
        return see("macros")
    return _page(request, form, {"shown": _shown(request, form, person, None)})


@reads_or_sends
def macro(request: HttpRequest, pk: int) -> HttpResponse:
    person = caller(request)
    found = get_macro_for(person, pk)
    if request.method == "POST":
        macro_to_change(person, pk)
    changes = may_publish(person, found.audience, found.group) and not found.archived_at
    form = MacroForm(person, _groups(), _sent(request), initial=MacroForm.about(found))
    if "preview" not in request.POST and form.carries_out(
        lambda _said: change_macro(found, facts_from(person, form.raw(), found))
    ):
        messages.success(request, _("The macro is kept."))
        return see("macros")
    shown = _shown(request, form, person, found) or _told(found, person)
    return _page(request, form, {"macro": found, "changes": changes, "shown": shown})


@require_POST
def archive(request: HttpRequest, pk: int) -> SeeOther:
    archive_macro(macro_to_change(caller(request), pk), now=moment())
    messages.success(request, _("The macro is archived."))
    return see("macros")


def _shown(
    request: HttpRequest, form: MacroForm, person: User, found: Macro | None
) -> dict[str, Any] | None:
    """What was typed, as it would be done and read; nothing is kept."""

    def draft(_said: Said) -> Macro:
        made = Macro(**facts_from(person, form.raw(), found))
        check_macro(made)
        return made

    if "preview" in request.POST and form.carries_out(draft):
        return _told(form.result, person)
    return None


def _told(made: Macro, person: User) -> dict[str, Any]:
    return {
        "acts": [said for _act, said in acts_in_words(made)],
        "texts": previews_of(made, person.name),
    }


def _page(request: HttpRequest, form: MacroForm, context: dict[str, Any]) -> HttpResponse:
    return show(request, "macros/edit.html", {"changes": True, **context}, form=form)


def _groups() -> list[AccessGroup]:
    return list(AccessGroup.objects.current().order_by("name"))


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
