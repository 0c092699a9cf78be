"""The receipt of a feedback: what was heard and where it stands; for whoever left no address, the
place of the answer. Its address is the secret; who said it is not here.

Some programs follow every link, so GET and HEAD change nothing; only the forms do.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cxloop.kernel.bodies import draining, refuse_larger, storable
from cxloop.kernel.errors import NotHere, TooLarge, TooMany
from cxloop.kernel.middleware import say_in_answer
from cxloop.kernel.moment import moment
from desk.receipt_story import MOST_UNANSWERED, Matter, matter_of
from feedback.intake.limits import count_request, limit_of_address
from feedback.intake.models import Contactable, Feedback, Trial
from feedback.intake.receipts import read_receipt
from feedback.web.pages import DISCREET, LARGEST_FORM, gone, language_of, page
from feedback.web.words import WORDS
from tickets.work.actions.at_receipt import ask_for_answer, open_answers, write_at_receipt
from tickets.work.actions.standing import standing
from tickets.work.models import Ticket

LONGEST = 10_000


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def receipt_page(request: HttpRequest, signed: str) -> HttpResponse:
    say_in_answer(request, DISCREET)
    try:
        number = read_receipt(signed)
    except NotHere:
        return gone(request, "unknown", status=404)
    heard = _heard(number)
    if heard is None:
        return _not_heard(request, number)
    try:
        _refuse_forgotten(heard)
        if request.method != "POST":
            return _show(request, matter_of(heard, moment()))
        return _take(request, heard)
    except NotHere:
        return gone(request, "unknown", status=404)
    except TooLarge:
        return gone(request, "too_large", status=413)
    except TooMany as error:
        refused = gone(request, "too_many", status=429)
        refused["Retry-After"] = str(error.retry_after)
        return refused


def _not_heard(request: HttpRequest, number: UUID) -> HttpResponse:
    if Trial.objects.filter(pk=number).exists():
        return gone(request, "tried", status=200)
    return gone(request, "unknown", status=404)


def _heard(number: UUID) -> Feedback | None:
    with_whose = Feedback.objects.select_related("source", "customer__joined_to")
    return with_whose.filter(pk=number).first()


def _refuse_forgotten(heard: Feedback | None) -> None:
    """Raises NotHere for the page of somebody erased: what they wrote there would stay for ever."""
    customer = heard.customer if heard else None
    if customer and (customer.erased_at or customer.person.erased_at):
        raise NotHere()


def _show(
    request: HttpRequest, matter: Matter, *, fault: str = "", typed: str = ""
) -> HttpResponse:
    words = WORDS[language_of(request)]
    context = {
        "heard": matter.heard,
        "matter": matter,
        "stands": words["stands"][matter.stands],
        "fault": words["at_receipt"].get(fault, ""),
        "typed": typed,
    }
    return page(request, "receipt", context, status=422 if fault else 200)


def _take(request: HttpRequest, heard: Feedback) -> HttpResponse:
    now = moment()
    count_request(request, [limit_of_address(request)], now=now)
    said = _read(request)
    matter = matter_of(heard, now)
    if said["act"] == "write" and (fault := _fault_of(said["text"], matter)):
        return _show(request, matter, fault=fault, typed=said["text"])
    with transaction.atomic():
        if said["act"] == "ask" and matter.may_ask:
            ask_for_answer(heard, now=now)
        elif said["act"] in {"open", "write"} and matter.ticket and matter.answers_here:
            _go_on(standing(matter.ticket.pk), said, now)
        _refuse_forgotten(_heard(heard.pk))  # who was erased before the ticket was locked
    return HttpResponseRedirect(request.get_full_path(), status=303)


def _go_on(ticket: Ticket, said: dict[str, Any], now: datetime) -> None:
    """Looked at once more under its lock: a merge may have made it somebody else's meanwhile."""
    if ticket.contactable != Contactable.RECEIPT:
        return
    open_answers(ticket, now=now)
    if said["act"] == "write":
        write_at_receipt(ticket, text=said["text"], now=now)


def _read(request: HttpRequest) -> dict[str, Any]:
    request.encoding = "utf-8"  # whatever charset is claimed: some are none that text can have
    with draining(request):
        refuse_larger(request, LARGEST_FORM)
    text = str(storable(request.POST.get("text", ""))).replace("\r\n", "\n")
    return {"act": request.POST.get("act", ""), "text": text}


def _fault_of(text: str, matter: Matter) -> str:
    if not text.strip():
        return "required"
    if len(text) > LONGEST:
        return "too_long"
    return "enough" if matter.unanswered >= MOST_UNANSWERED else ""
