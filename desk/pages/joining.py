"""Two tickets become one: chosen, foreseen, confirmed, and for a moment to be undone."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.models import User
from cxloop.kernel.moment import moment
from desk.admission import caller
from desk.answers import see, show
from desk.forms.joining import MergeIntoForm
from desk.once import once
from desk.pages.ticket import ticket_to_work
from tickets.work.actions.bulk import confirm_bulk, plan_bulk
from tickets.work.joining import Merging, foresee_merge, may_go_on_for
from tickets.work.models import BulkAct, Ticket


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, ref: str) -> HttpResponse:
    """By its address the other ticket is chosen and what would happen is told; sent, it waits."""
    person = caller(request)
    ticket = ticket_to_work(person, ref)
    if request.method == "POST":
        form = MergeIntoForm(request.POST)
        if form.carries_out(lambda said: once(request, lambda: _hold(person, ticket, **said))):
            return see("ticket", ref)
        return _page(request, ticket, form, None)
    form = MergeIntoForm(request.GET if "into" in request.GET else None)
    told = form.carries_out(lambda said: foresee_merge(person, ref, said["into"]))
    return _page(request, ticket, form, form.result if told else None)


def _hold(person: User, ticket: Ticket, *, into: str) -> BulkAct:
    """Undone by not happening: what merging has moved could not be moved back cleanly."""
    foresee_merge(person, ticket.ref, into)
    act = plan_bulk("merge", {"into": into}, [ticket.pk], by=person, now=moment())
    return confirm_bulk(act, now=moment())


def _page(
    request: HttpRequest, ticket: Ticket, form: MergeIntoForm, told: Merging | None
) -> HttpResponse:
    context: dict[str, Any] = {
        "ticket": ticket,
        "told": told,
        "offered": may_go_on_for(ticket, caller(request)),
        "confirm": MergeIntoForm(initial={"into": told.into.ref}) if told else None,
        "now": moment(),
        "room": "queue",
    }
    return show(request, "joining/merge.html", context, form=form)
