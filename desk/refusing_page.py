"""Where a customer says that they want no more questions after a repair, or no more offers: behind
a signed link at the foot of each, which stands in its header too and to which mail programs post
(RFC 8058).

Mail scanners open every link of a letter, so GET and HEAD change nothing; only a POST does.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cxloop.kernel.bodies import draining
from cxloop.kernel.errors import NotHere, TooLarge
from cxloop.kernel.middleware import say_in_answer
from desk.customer_page import DISCREET, LARGEST_FORM, gone, language_for, page
from desk.customer_words import WORDS
from feedback.intake.models import Consent
from tickets.recovery.actions.refuse import has_refused, refuse_letters
from tickets.recovery.door import customer_behind, wishing

# By what is refused, the words of the page.
_WORDS = {Consent.Purpose.SURVEYS: "surveys", Consent.Purpose.MARKETING: "offers"}


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def surveys_page(request: HttpRequest, token: str) -> HttpResponse:
    return _page(request, token, Consent.Purpose.SURVEYS)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def offers_page(request: HttpRequest, token: str) -> HttpResponse:
    return _page(request, token, Consent.Purpose.MARKETING)


def _page(request: HttpRequest, token: str, purpose: Consent.Purpose) -> HttpResponse:
    """What is posted says nothing that the address does not say: a program sends no session, no
    cookie and no more than that it is one click."""
    say_in_answer(request, DISCREET)
    try:
        customer = customer_behind(token, purpose)
        if request.method == "POST":
            _read_nothing(request)
            with wishing(token, purpose) as (customer, now):
                refuse_letters(customer, purpose, now=now)
    except NotHere:
        return gone(request, "unknown", language=language_for(request, None), status=404)
    except TooLarge:
        return gone(request, "too_large", language=language_for(request, None), status=413)
    language = language_for(request, customer)
    said = WORDS[language]["refusing"][_WORDS[purpose]]
    context = {"said": said, "is_refused": has_refused(customer, purpose)}
    return page(request, "refusing", context, language=language, status=200)


def _read_nothing(request: HttpRequest) -> None:
    with draining(request):
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_FORM:
            raise TooLarge()
