"""What the palette finds while somebody types: tickets, and the customers they are about."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from accounts.models import AccessGroup, User
from desk.admission import caller
from desk.answers import is_fragment, show
from desk.hands import SHORTCUTS, VERBS, places_of
from desk.queries import said_in
from feedback.intake.models import Customer
from tickets.work.filters import narrow
from tickets.work.finding import ticket_filters
from tickets.work.models import Ticket

SHOWN = 8
SHORTEST = 2


@require_safe
@vary_on_cookie
@cache_control(private=True, max_age=60)
def hands(request: HttpRequest) -> HttpResponse:
    """The palette and the sheet of keys: fetched when somebody first asks for them."""
    context = {"verbs": VERBS, "places": places_of(caller(request)), "shortcuts": SHORTCUTS}
    return show(request, "find/palette.html", context)


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    said = said_in(request).get("q", "").strip()
    tickets = _tickets(caller(request), said) if len(said) >= SHORTEST else []
    customers = {ticket.customer_id: ticket.customer for ticket in tickets if ticket.customer}
    context = {"said": said, "tickets": tickets, "customers": _named(customers.values(), said)}
    return show(request, "find/found.html" if is_fragment(request) else "find/page.html", context)


def _tickets(person: User, said: str) -> list[Ticket]:
    groups = AccessGroup.objects.visible_to(person).values_list("pk", flat=True)
    seen = Ticket.objects.visible_to(person, within=list(groups))
    query = QueryDict(mutable=True)
    query["q"] = said
    found = narrow(seen, query, ticket_filters(person))
    return list(found.select_related("group", "customer").order_by("-pk")[:SHOWN])


def _named(customers: Iterable[Customer], said: str) -> list[Customer]:
    """Those of them whose own name or address has one of the words."""
    words = said.casefold().split()
    return [one for one in customers if any(word in _known(one) for word in words)]


def _known(customer: Customer) -> str:
    return f"{customer.name} {customer.email} {customer.external_id} {customer.company}".casefold()
