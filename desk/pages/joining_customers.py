"""Two customers become one, or two again: chosen, foreseen, confirmed, and for a moment undone."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cxloop.kernel.errors import Conflict
from cxloop.kernel.moment import moment
from desk.admission import caller
from desk.answers import SeeOther, see, show
from desk.forms.base import DeskForm, Said
from desk.forms.customers import JoinForm, PartForm, SearchForm
from desk.once import once
from desk.refusals import said_of_problem
from tickets.work.actions.joinings import undo_joining
from tickets.work.customers import Seen, customer_to_work
from tickets.work.joining_customers import (
    Told,
    claim_to_part,
    find_customers,
    joining_of,
    pair_to_join,
    say_join,
    say_part,
    tell_join,
    tell_part,
)

reads_or_sends = require_http_methods(["GET", "HEAD", "POST"])


@reads_or_sends
def join(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Its address says who is looked for, then who it is; sent, it waits."""
    person = caller(request)
    seen = customer_to_work(person, pk)
    if request.method == "POST":
        form = JoinForm(request.POST)
        if form.carries_out(lambda said: once(request, lambda: say_join(person, pk, said["to"]))):
            return see("customer", pk)
        return _join_page(request, seen, form, None)
    form = JoinForm(request.GET if "to" in request.GET else None)

    def tell(said: Said) -> Told:
        return tell_join(person, *pair_to_join(person, pk, said["to"]))

    return _join_page(request, seen, form, form.result if form.carries_out(tell) else None)


def _join_page(request: HttpRequest, seen: Seen, form: JoinForm, told: Told | None) -> HttpResponse:
    search = SearchForm(request.GET if "q" in request.GET else None)
    context: dict[str, Any] = {
        "customer": seen.customer,
        "told": told,
        "confirm": JoinForm(initial={"to": form.cleaned_data["to"]}) if told else None,
        "search": search,
        "matches": [] if told else seen.possible_matches,
        "searched": search.is_bound,
        "found": _found(request, seen, search),
        "room": "queue",
    }
    return show(request, "joining/join.html", context, form=form if form.is_bound else search)


def _found(request: HttpRequest, seen: Seen, search: SearchForm) -> list[Any]:
    if not search.is_valid():
        return []
    return find_customers(caller(request), search.cleaned_data["q"], beside=seen.customer.pk)


@reads_or_sends
def part(request: HttpRequest, pk: UUID) -> HttpResponse:
    person = caller(request)
    if request.method == "POST":
        customer_to_work(person, pk)
        form = PartForm(request.POST)
        if form.carries_out(lambda _said: once(request, lambda: say_part(person, pk))):
            return see("customer", pk)
        return _part_page(request, pk, form, None)
    told = tell_part(person, *claim_to_part(person, pk))
    return _part_page(request, pk, PartForm(), told)


def _part_page(request: HttpRequest, pk: UUID, form: DeskForm, told: Told | None) -> HttpResponse:
    customer = customer_to_work(caller(request), pk).customer
    context = {"customer": customer, "told": told, "confirm": PartForm(), "room": "queue"}
    return show(request, "joining/part.html", context, form=form)


@require_POST
def undo(request: HttpRequest, pk: int) -> SeeOther:
    joining = joining_of(caller(request), pk)
    try:
        undo_joining(joining, now=moment())
        messages.success(request, _("Undone: nothing was changed."))
    except Conflict as error:
        messages.error(request, said_of_problem(error))
    return see("customer", joining.claim_id)
