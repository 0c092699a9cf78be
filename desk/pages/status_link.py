"""The address of the customer's page, for who works the ticket: to hand on, or sent to them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cxloop.kernel.errors import Conflict
from desk.admission import caller
from desk.answers import see, show
from desk.refusals import said_of_problem
from tickets.work.actions.status_page import give_link
from tickets.work.actor import acting
from tickets.work.door import working_on
from tickets.work.status_links import lives_until


@require_http_methods(["GET", "HEAD", "POST"])
def status_link(request: HttpRequest, ref: str) -> HttpResponse:
    """It is shown once, beneath who took it; reading the address leads to the ticket."""
    if request.method != "POST":
        return see("ticket", ref)
    send = request.POST.get("send") == "yes"
    try:
        with working_on(caller(request), ref) as (ticket, now):
            url = give_link(ticket, send=send, by=acting(caller(request)), now=now)
    except Conflict as error:
        messages.error(request, said_of_problem(error))
        return see("ticket", ref)
    if send:
        messages.success(request, _("A link to their page is on its way to the customer."))
        return see("ticket", ref)
    told = {"ticket": ticket, "url": url, "until": lives_until(now), "room": "queue"}
    return show(request, "ticket/status_link.html", told)
