"""The customer's page: is it put right? A plain form behind a signed link, without sign-in.

Mail scanners open every link of a letter, so GET and HEAD change nothing; only the form does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import dateformat, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cxloop.kernel.bodies import draining
from cxloop.kernel.errors import Conflict, Fault, NotHere, Refused, TooLarge, TooMany
from cxloop.kernel.middleware import say_in_answer
from cxloop.kernel.moment import moment
from desk.customer_story import promised_by, story_of
from desk.customer_words import WORDS
from desk.status_sent import RENEW
from desk.status_words import WORDS as STATUS_WORDS
from feedback.intake.limits import count_request, limit_of_address
from feedback.intake.models import Customer
from tickets.recovery.actions.answer import answer_question, is_overtaken
from tickets.recovery.door import answering, question_behind
from tickets.recovery.judgement import ITEMS, SCORES, UNHAPPY, mood_of
from tickets.recovery.models import Answer, Question
from tickets.work.actions.status_page import send_link_again
from tickets.work.letters import language_of
from tickets.work.models import Ticket
from tickets.work.said_times import zone_of

# 10,000 letters of Hangul, each nine bytes in a form, twice over.
LARGEST_FORM = 200_000

# The address opens somebody's matter: it must not leak, be indexed, or stay in a cache.
DISCREET = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store, private",
}

SOLVED = {"yes": True, "no": False, "": None}


@dataclass(frozen=True)
class Typed:
    """The form as it was typed, to be shown again where it cannot be taken."""

    solved: str = ""
    score: str = ""
    comment: str = ""
    items: Mapping[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def values(self) -> dict[str, Any]:
        score = int(self.score) if self.score else None
        items = {name: int(value) for name, value in self.items.items() if value}
        said = {"solved": SOLVED[self.solved], "score": score, "comment": self.comment}
        return {**said, "items": items}

    @property
    def marks(self) -> set[str]:
        """What was chosen of the items, as the form compares it."""
        return {f"{name}={value}" for name, value in self.items.items() if value}


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def customer_page(request: HttpRequest, token: str) -> HttpResponse:
    say_in_answer(request, DISCREET)
    try:
        return _page_behind(request, token)
    except NotHere:
        return gone(request, "unknown", language=language_for(request, None), status=404)


def _page_behind(request: HttpRequest, token: str) -> HttpResponse:
    asked = question_behind(token)
    question = asked.question
    if question.state == Question.State.ANSWERED:
        return _thank(request, question, question.answer)
    if is_overtaken(question):
        language = language_for(request, question.ticket.customer)
        return gone(request, "overtaken", language=language, status=404)
    now = moment()
    if asked.is_over(now):
        return _renew(request, question, token)
    if request.method == "POST":
        return _take(request, question, token, now)
    return _ask(request, question, Typed(), now, status=200)


def _renew(request: HttpRequest, question: Question, token: str) -> HttpResponse:
    """Only the form sends a new link, to their status page, where the question stands. It is the
    same answer whether or not there is an address."""
    customer = question.ticket.customer
    if request.method != "POST":
        return over(request, customer)
    try:
        count_request(request, [limit_of_address(request)], now=moment())
        _read(request)
    except TooMany as error:
        return too_many(request, error)
    except TooLarge:
        return gone(request, "too_large", language=language_for(request, customer), status=413)
    if request.POST.get("act") != RENEW:
        return over(request, customer)
    with answering(token) as (held, now):
        send_link_again(held.ticket, now=now)
    return over(request, customer, sent=True)


def _take(request: HttpRequest, question: Question, token: str, now: datetime) -> HttpResponse:
    language = language_for(request, question.ticket.customer)
    try:
        typed = _read(request)
    except TooLarge:
        return gone(request, "too_large", language=language, status=413)
    if typed.faults:
        return _ask(request, question, typed, now, status=422)
    try:
        with answering(token) as (locked, at):
            answer = answer_question(locked, **typed.values, now=at)
    except Refused as refused:
        again = replace(typed, faults=list(refused.faults))
        return _ask(request, question, again, now, status=422)
    except Conflict:
        return gone(request, "overtaken", language=language, status=404)
    return _thank(request, locked, answer)


def _read(request: HttpRequest) -> Typed:
    request.encoding = "utf-8"  # whatever charset is claimed: some are none that text can have
    with draining(request):
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_FORM:
            raise TooLarge()
    solved = _said(request.POST, "solved").lower()
    score = _said(request.POST, "score")
    items = {name: _said(request.POST, name) for name in ITEMS}
    faults = []
    if solved not in SOLVED:
        faults.append(Fault("/solved", "unknown", "yes or no"))
    if score and score not in map(str, SCORES):
        faults.append(Fault("/score", "out_of_range", "1 to 5"))
    for name, value in items.items():
        if value and value not in map(str, SCORES):
            faults.append(Fault(f"/{name}", "out_of_range", "1 to 5"))
    comment = str(request.POST.get("comment", "")).replace("\r\n", "\n")
    return Typed(solved, score, comment, items, faults)


def _said(form: QueryDict, name: str) -> str:
    return str(form.get(name, "")).strip()


def _ask(
    request: HttpRequest, question: Question, typed: Typed, now: datetime, *, status: int
) -> HttpResponse:
    faults = {fault.pointer.removeprefix("/") for fault in typed.faults}
    language = language_for(request, question.ticket.customer)
    context = {
        "ticket": question.ticket,
        "typed": typed,
        "faults": faults,
        "scores": [str(score) for score in SCORES],
        "story": story_of(question.ticket, now=now, language=language),
        "zone": zone_of(question.ticket),
    }
    return page(request, "question", context, language=language, status=status)


def _thank(request: HttpRequest, question: Question, answer: Answer) -> HttpResponse:
    language = language_for(request, question.ticket.customer)
    mood = mood_of(answer.solved, answer.score)
    title, text = WORDS[language]["thanks"][mood]
    context = {
        "ticket": question.ticket,
        "mood": mood,
        "title": title,
        "text": text,
        "by_then": _by_then(question.ticket, language) if mood == UNHAPPY else "",
    }
    return page(request, "thanks", context, language=language, status=200)


def _by_then(ticket: Ticket, language: str) -> str:
    due = promised_by(ticket)
    if due is None:
        return ""
    words = WORDS[language]
    with translation.override(language):
        by = dateformat.format(due.astimezone(zone_of(ticket)), f"{words['time']} T")
    return words["by_then"].format(by=by)


def gone(request: HttpRequest, why: str, *, language: str, status: int) -> HttpResponse:
    title, text = WORDS[language]["gone"][why]
    context = {"title": title, "text": text}
    return page(request, "gone", context, language=language, status=status)


def too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    refused = gone(request, "too_many", language=language_for(request, None), status=429)
    refused["Retry-After"] = str(error.retry_after)
    return refused


def over(request: HttpRequest, person: Customer | None, *, sent: bool = False) -> HttpResponse:
    """A link that has ended says nothing of the matter."""
    language = language_for(request, person)
    words = STATUS_WORDS[language]
    title, text = words["over_sent" if sent else "over"]
    context = {"title": title, "text": text, "sent": sent, "said": words}
    return page(request, "status_over", context, language=language, status=200 if sent else 410)


def page(
    request: HttpRequest, name: str, context: dict[str, Any], *, language: str, status: int
) -> HttpResponse:
    words = {"words": WORDS[language], "language": language}
    with translation.override(language):
        shown = render(request, f"desk/customer/{name}.html", {**context, **words}, status=status)
    shown["Content-Language"] = language
    return shown


def language_for(request: HttpRequest, customer: Customer | None) -> str:
    """As asked by the link at the foot; else the customer's; else the browser's."""
    if (asked := request.GET.get("in", "")) in WORDS:
        return asked
    if customer and customer.locale:
        return language_of(customer)
    return translation.get_language_from_request(request)
