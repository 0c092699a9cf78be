"""Several people at one ticket: who is there, and what each has typed so far."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from desk.admission import caller
from desk.answers import is_fragment, see, show
from desk.at_hand import offered_for
from desk.drafts import keep_draft
from desk.forms.ticket import FORMS
from desk.forms.together import DraftForm, HereForm
from desk.models import DRAFTED
from desk.pages.files import Enclosed, chosen_on, enclosed_in, offer_chosen
from desk.pages.ticket import ticket_to_say
from desk.presence import leave, others_on, stay
from desk.sight import whole
from tickets.work.actions.attach import put_back
from tickets.work.door import get_ticket_for
from tickets.work.models import Ticket


@require_POST
def here(request: HttpRequest, ref: str) -> HttpResponse:
    """A page that is open says so, every few seconds, and hears who else is there."""
    person, now = caller(request), moment()
    found = get_ticket_for(person, ref)
    form = HereForm.of(request)
    if not form.is_valid():
        return HttpResponse(status=422)
    if form.cleaned_data["gone"]:
        leave(found, person)
        return HttpResponse(status=204)
    stay(found, person, verb=form.cleaned_data["verb"], now=now)
    return show(request, "ticket/present.html", {"present": others_on(found, person, now=now)})


@require_POST
def draft(request: HttpRequest, ref: str, verb: str) -> HttpResponse:
    """What stands in the form is kept; without a script by a button of its own."""
    if verb not in DRAFTED:
        raise NotHere()
    person = caller(request)
    found = ticket_to_say(person, ref, verb)
    form, kept = DraftForm.of(request), None
    enclosed = enclosed_in(request, found, verb=verb, by=person)
    if form.is_valid():
        said = form.cleaned_data
        if said["discard"]:
            put_back([row.pk for row in chosen_on(found, person, verb)], by=person)
        kept = keep_draft(found, person, verb=verb, text=said["body"], copy=said["nonce"])
    if is_fragment(request):
        return show(request, "ticket/draft_state.html", {"draft": kept}, form=form)
    if not form.errors and not enclosed.faults:
        return see("ticket", ref)
    return _typed_again(request, found, verb=verb, fault=form, enclosed=enclosed)


def _typed_again(
    request: HttpRequest, ticket: Ticket, *, verb: str, fault: DraftForm, enclosed: Enclosed
) -> HttpResponse:
    """Nothing that was typed is lost because it could not be kept."""
    form = FORMS[verb](ticket, offered_for(ticket), enclosed.said)
    offer_chosen(form, enclosed, by=caller(request))
    form.is_valid()
    form.add_error("body", fault.errors.get("body", []))
    return show(
        request, "ticket/page.html", whole(ticket, caller(request), moment(), form), form=form
    )
