"""Where a customer's matter stands: what was said, what was promised by when, what happens next,
and a place to write to us. Behind a signed link, without sign-in.

Mail scanners open every link of a letter, so GET and HEAD change nothing; only the forms do.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cxloop.kernel.errors import Conflict, NotHere, Refused, TooLarge, TooMany
from cxloop.kernel.middleware import say_in_answer
from cxloop.kernel.moment import moment
from desk.customer_page import DISCREET, gone, language_for, over, page, too_many
from desk.status_sent import CALL, RENEW, Sent, faults_in, read_sent
from desk.status_told import told_of
from desk.status_words import WORDS
from feedback.intake.limits import count_request, limit_of_address
from feedback.intake.quota import count_files_at
from tickets.work.actions.status_page import ask_for_call, send_link_again, write_from_page
from tickets.work.said_times import zone_of
from tickets.work.status_door import Matter, matter_behind, speaking

_DONE = {CALL: "call"}


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def status_page(request: HttpRequest, token: str) -> HttpResponse:
    say_in_answer(request, DISCREET)
    try:
        matter, now = matter_behind(token), moment()
        if request.method == "POST":
            return _take(request, matter, token)
    except NotHere:
        return _gone(request, "unknown", 404)
    except TooLarge:
        return _gone(request, "too_large", 413)
    except TooMany as error:
        return too_many(request, error)
    if matter.is_over(now):
        return over(request, matter.person)
    return _show(request, matter, Sent(), now)


def _gone(request: HttpRequest, why: str, status: int) -> HttpResponse:
    return gone(request, why, language=language_for(request, None), status=status)


def _take(request: HttpRequest, matter: Matter, token: str) -> HttpResponse:
    now = moment()
    count_request(request, [limit_of_address(request)], now=now)
    sent = read_sent(request)
    if matter.is_over(now):
        return _renew(request, matter, token) if sent.act == RENEW else over(request, matter.person)
    try:
        _act(sent, token, matter.ticket.ref)
    except Refused as refused:
        again = replace(sent, faults=faults_in(refused.faults))
        return _show(request, matter, again, now)
    except Conflict:  # it ended so long ago that nothing begins anew; the page says so
        return _show(request, matter, Sent(), now)
    said = {"said": _DONE.get(sent.act, "message")}
    asked = {"in": request.GET["in"]} if request.GET.get("in") in WORDS else {}
    return HttpResponseRedirect(f"{request.path}?{urlencode({**asked, **said})}", status=303)


def _act(sent: Sent, token: str, ref: str) -> None:
    """Files are looked at before anything is locked."""
    files = sent.enclosures()
    count_files_at(ref, files, now=moment())
    with speaking(token) as (matter, now):
        if sent.act == CALL:
            wish = sent.wish(zone_of(matter.ticket), now)
            ask_for_call(matter.ticket, sent.phone, wish, now=now)
        else:
            write_from_page(matter.ticket, sent.text, files, received_at=now, now=now)


def _renew(request: HttpRequest, matter: Matter, token: str) -> HttpResponse:
    """The same answer, whether or not there is an address."""
    with speaking(token) as (held, now):
        send_link_again(held.ticket, now=now)
    return over(request, matter.person, sent=True)


def _show(request: HttpRequest, matter: Matter, sent: Sent, now: datetime) -> HttpResponse:
    language = language_for(request, matter.person)
    words = WORDS[language]
    context: dict[str, Any] = {
        "ticket": matter.ticket,
        "said": words,
        "told": told_of(matter, language=language, now=now),
        "typed": sent,
        "faults": {name: words["faults"].get(code, "") for name, code in sent.faults.items()},
        "notice": words["said"].get(request.GET.get("said", ""), ""),
        "asked": f"?in={language}" if request.GET.get("in") in WORDS else "",
    }
    status = 422 if sent.faults else 200
    return page(request, "status", context, language=language, status=status)
