"""One customer: who they are, what they said, what is owed to them, and what they allow us."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from cxloop.kernel.moment import moment
from desk.admission import caller
from desk.answers import see, show
from desk.forms.base import DeskForm, Said
from desk.forms.customers import ConsentForm
from desk.once import once
from desk.taking_back import held_joining
from tickets.work import customers
from tickets.work.shown import customers_workable_by

reads_or_sends = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def customer(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, pk)


@reads_or_sends
def consent(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = ConsentForm.of(request)
    return _act(request, pk, form, lambda said: customers.consent(caller(request), pk, **said))


def _act(request: HttpRequest, pk: UUID, form: DeskForm, act: Any) -> HttpResponse:
    """A refused form is shown on the page of its customer, as it was typed."""
    if request.method != "POST":
        return see("customer", pk)
    customers.customer_to_work(caller(request), pk)

    def do(said: Said) -> object:
        return once(request, lambda: act(said))

    return see("customer", pk) if form.carries_out(do) else _page(request, pk, form)


def _page(request: HttpRequest, pk: UUID, refused: DeskForm | None = None) -> HttpResponse:
    person = caller(request)
    seen = customers.see_customer(person, pk)
    context = {
        "room": "queue",
        "seen": seen,
        "customer": seen.customer,
        "workable": customers_workable_by(person).filter(pk=pk).exists(),
        "refused": refused,
        "held": held_joining(seen.customer, person, moment()),
        "now": moment(),
        "consent_form": refused if isinstance(refused, ConsentForm) else ConsentForm(),
    }
    return show(request, "customers/page.html", context, form=refused)
