"""A letter as its customer will read it, before it is written."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.models import User
from cxloop.kernel.moment import moment
from desk.admission import caller
from desk.answers import is_fragment, see, show
from desk.at_hand import offered_for
from desk.forms.ticket import ReplyForm
from desk.pages.files import enclosed_in, offer_chosen
from desk.pages.ticket import ticket_to_work
from desk.sight import whole
from tickets.work.door import get_ticket_for
from tickets.work.letters import can_write_to, reply_letter
from tickets.work.models import Ticket
from tickets.work.status_letters import without_token


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, ref: str) -> HttpResponse:
    """Nothing is written, and nothing typed is lost. By POST: a letter is longer than an address
    may be."""
    if request.method != "POST":
        return see("ticket", ref)
    person = caller(request)
    found = ticket_to_work(person, ref)
    shown = {"preview": _letter(found, request.POST.get("body", ""), person)}
    if is_fragment(request):
        return show(request, "ticket/preview.html", shown)
    enclosed = enclosed_in(request, found, verb=ReplyForm.verb, by=person)
    form = ReplyForm(found, offered_for(found), enclosed.said)
    offer_chosen(form, enclosed, by=person)
    context = whole(get_ticket_for(person, ref), person, moment(), form)
    return show(request, "ticket/page.html", {**context, **shown})


def _letter(ticket: Ticket, body: str, writer: User) -> dict[str, str]:
    """As it would leave now; where nobody can be written to, or nothing is said, why not."""
    if not can_write_to(ticket):
        return {"missing": "address"}
    if not body.strip():
        return {"missing": "words"}
    draft = reply_letter(ticket, body, key="preview", writer=writer.name)
    return {
        "sender": settings.DEFAULT_FROM_EMAIL,
        "to": draft.to,
        "reply_to": draft.reply_to,
        "subject": " ".join(draft.subject.split()),
        "body": without_token(draft.body, ticket),
    }
