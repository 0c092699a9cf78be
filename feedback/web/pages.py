"""Pages for customers: the form of a source and the receipt. No sign-in, no cookie, no script."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from psycopg.errors import UniqueViolation

from cxloop.kernel.bodies import draining, refuse_larger
from cxloop.kernel.errors import NotHere, Refused, TooLarge, TooMany
from cxloop.kernel.middleware import say_in_answer
from cxloop.kernel.moment import moment
from feedback.intake.actions import hear
from feedback.intake.caps import keep_to_cap
from feedback.intake.limits import count_request, limit_of_address
from feedback.intake.models import Channel, Feedback, Source
from feedback.intake.receipts import read_receipt, status_url
from feedback.intake.trust import Trust
from feedback.web.form import (
    SCORES,
    Typed,
    faults_of,
    id_of,
    new_nonce,
    places_of,
    read_form,
    submission_of,
)
from feedback.web.words import WORDS

# 10,000 letters of Hangul, each nine bytes in a form, twice over.
LARGEST_FORM = 200_000
DISCREET = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store, private",
}


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def form_page(request: HttpRequest, slug: str) -> HttpResponse:
    say_in_answer(request, DISCREET)
    source = _source_with_form(slug)
    if source is None:
        return _gone(request, "unknown", status=404)
    if request.method != "POST":
        return _ask(request, source, Typed(), set(), status=200)
    try:
        return _take(request, source)
    except TooLarge:
        return _gone(request, "too_large", status=413)
    except TooMany as error:
        page = _gone(request, "too_many", status=429)
        page["Retry-After"] = str(error.retry_after)
        return page


def _source_with_form(slug: str) -> Source | None:
    taking = Source.objects.current().filter(channel__in=[Channel.WEBSITE, Channel.APP])
    return taking.filter(slug=slug).first()


def _take(request: HttpRequest, source: Source) -> HttpResponse:
    now = moment()
    count_request(request, [limit_of_address(request)], now=now)
    typed = _read(request)
    faults = faults_of(typed)
    if faults:
        return _ask(request, source, typed, faults, status=422)
    try:
        said = submission_of(typed, _language(request), now=now)
    except Refused as refused:
        return _ask(request, source, typed, places_of(refused), status=422)
    feedback_id = id_of(typed, source.slug)
    if not Feedback.objects.filter(pk=feedback_id).exists():
        keep_to_cap(source, now=now)
        try:
            with transaction.atomic():
                hear(said, source=source, trust=Trust.CLAIMED, now=now, id=feedback_id)
        except IntegrityError as error:
            if not isinstance(error.__cause__, UniqueViolation):
                raise
    return _page(request, "thanks", {"receipt": status_url(feedback_id)}, status=200)


def _read(request: HttpRequest) -> Typed:
    request.encoding = "utf-8"  # whatever charset is claimed: some are none that text can have
    with draining(request):
        refuse_larger(request, LARGEST_FORM)
    return read_form(request.POST)


def _ask(
    request: HttpRequest, source: Source, typed: Typed, faults: set[str], *, status: int
) -> HttpResponse:
    context = {
        "source": source,
        "typed": typed,
        "faults": faults,
        "scores": [str(score) for score in SCORES],
        "nonce": typed.nonce or new_nonce(),
    }
    return _page(request, "form", context, status=status)


@login_not_required
@require_safe
def receipt_page(request: HttpRequest, signed: str) -> HttpResponse:
    """What was heard, when, and where it stands; who said it is not here."""
    say_in_answer(request, DISCREET)
    try:
        heard = Feedback.objects.select_related("source").get(pk=read_receipt(signed))
    except (NotHere, Feedback.DoesNotExist):
        return _gone(request, "unknown", status=404)
    context = {"heard": heard, "zone": ZoneInfo(heard.source.time_zone)}
    return _page(request, "receipt", context, status=200)


def _gone(request: HttpRequest, why: str, *, status: int) -> HttpResponse:
    title, text = WORDS[_language(request)]["gone"][why]
    return _page(request, "gone", {"title": title, "text": text}, status=status)


def _page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int) -> HttpResponse:
    language = _language(request)
    with translation.override(language):
        shown = {**context, "said": WORDS[language]}
        page = render(request, f"web/{name}.html", shown, status=status)
    page["Content-Language"] = language
    return page


def _language(request: HttpRequest) -> str:
    """As asked by the link at the foot, else as the browser prefers."""
    asked = request.GET.get("in", "")
    return asked if asked in WORDS else translation.get_language_from_request(request)
