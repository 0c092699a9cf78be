"""Pages for customers: the form of a source. No sign-in, no cookie, no script."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.formats import date_format
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
from feedback.intake.models import Feedback, Source
from feedback.intake.receipts import status_url
from feedback.intake.repeats import is_repeated
from feedback.intake.submission import Submission
from feedback.intake.suspicion import suspicions
from feedback.intake.trust import Trust
from feedback.web.actions import ASKING
from feedback.web.asking import Asked, Drawn, drawn, what_is_asked
from feedback.web.branching import branching_of
from feedback.web.form import (
    Filled,
    Typed,
    answers_to,
    chosen_by_link,
    faults_in,
    filled_ms,
    id_of,
    new_nonce,
    read_form,
    submission_of,
)
from feedback.web.forms import FormDocument
from feedback.web.models import FormVersion
from feedback.web.windows import Window, offered
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
def form_page(request: HttpRequest, slug: str, form: str = "") -> HttpResponse:
    say_in_answer(request, DISCREET)
    source = _source_with_form(slug)
    asked = what_is_asked(source, form) if source else None
    if source is None or asked is None:
        return gone(request, "unknown", status=404)
    page = FormPage(request, source, asked)
    if request.method != "POST":
        return page.ask(chosen_by_link(request.GET, asked.form), {}, status=200)
    try:
        return page.take()
    except TooLarge:
        return gone(request, "too_large", status=413)
    except TooMany as error:
        refused = gone(request, "too_many", status=429)
        refused["Retry-After"] = str(error.retry_after)
        return refused


@login_not_required
@require_safe
def branching(request: HttpRequest, slug: str, form: str, number: int) -> HttpResponse:
    """Which question follows which answer; a version never changes."""
    source = _source_with_form(slug)
    versions = FormVersion.objects.filter(form__source=source, form__slug=form, number=number)
    version = versions.first() if source else None
    if version is None:
        raise NotHere()
    answer = HttpResponse(branching_of(version.read()), content_type="text/css; charset=utf-8")
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def show_unsaved(request: HttpRequest, source: Source, form: FormDocument) -> HttpResponse:
    """As it would be asked, for whoever writes it; nothing can be sent."""
    return FormPage(request, source, Asked(form)).ask(Typed(), {}, status=200, unsaved=True)


def _source_with_form(slug: str) -> Source | None:
    return Source.objects.current().filter(channel__in=ASKING, slug=slug).first()


class FormPage:
    """One form of a source, asked or answered in the language of who reads it."""

    def __init__(self, request: HttpRequest, source: Source, asked: Asked) -> None:
        self.request, self.source, self.asked = request, source, asked
        wanted = request.GET.get("in") or translation.get_language_from_request(request)
        self.language = asked.form.language_for(wanted)

    def take(self) -> HttpResponse:
        now = moment()
        count_request(self.request, [limit_of_address(self.request)], now=now)
        typed = self._read()
        said = answers_to(self.asked, typed, self.language)
        if said.faults:
            return self.ask(typed, said.faults, status=422)
        try:
            submission = submission_of(self.asked, said, now=now)
        except Refused as refused:
            return self.ask(typed, faults_in(self.asked, refused), status=422)
        number = id_of(typed, self.source.slug)
        _hear_once(submission, self._measured(typed), self.source, number, now=now)
        return self._thank(number)

    def _measured(self, typed: Typed) -> Filled:
        """Where a link in a letter has chosen already, sending is all that is left to do."""
        chosen = any(chosen_by_link(self.request.GET, self.asked.form).given.values())
        return Filled(typed.website, None if chosen else filled_ms(typed))

    def _read(self) -> Typed:
        # Whatever charset is claimed: some are none that text can have.
        self.request.encoding = "utf-8"
        with draining(self.request):
            refuse_larger(self.request, LARGEST_FORM)
        return read_form(self.request.POST, self.asked.form, zone=self.source.time_zone)

    def ask(
        self, typed: Typed, faults: dict[str, str], *, status: int, unsaved: bool = False
    ) -> HttpResponse:
        context = {
            "source": self.source,
            "questions": list(self._drawn(typed, faults)),
            "spoken": self.language,
            "typed": typed,
            "faults": faults,
            "nonce": typed.nonce or new_nonce(),
            "unsaved": unsaved,
            "branching": self._branching(),
            "zone": self.source.time_zone,
            "windows": list(self._windows(typed)),
        }
        return page(self.request, "form", context, status=status)

    def _windows(self, typed: Typed) -> Iterator[tuple[str, str, bool]]:
        """At which they may be called: as it is sent, how it reads, and whether it is chosen."""
        zone, now = ZoneInfo(self.source.time_zone), moment()
        for question in self.asked.form.questions:
            if question.kind == "callback":
                for window in offered(question, zone, now):
                    chosen = window.value == typed.contact.call_at
                    yield window.value, said_window(window, self.language), chosen

    def _branching(self) -> str:
        """The address of its stylesheet; none for what is not kept, where all questions stand."""
        kept, form = self.asked, self.asked.form
        if kept.version is None or not any(question.when for question in form.questions):
            return ""
        return f"/f/{self.source.slug}/{kept.slug}/{kept.version}.css"

    def _drawn(self, typed: Typed, faults: dict[str, str]) -> Iterator[Drawn]:
        words = WORDS[language_of(self.request)]
        form, language = self.asked.form, self.language
        return drawn(form, language, words=words, given=typed.given, faults=faults)

    def _thank(self, number: UUID) -> HttpResponse:
        thanks = self.asked.form.thanks
        context = {
            "receipt": status_url(number),
            "thanks": thanks[self.language] if thanks else "",
            "spoken": self.language,
        }
        return page(self.request, "thanks", context, status=200)


def _hear_once(
    said: Submission, filled: Filled, source: Source, number: UUID, *, now: datetime
) -> None:
    if Feedback.objects.filter(pk=number).exists():
        return
    keep_to_cap(source, now=now)
    repeated = is_repeated(said.comment, source, now=now)
    held = suspicions(trap=filled.trap, filled_ms=filled.ms, repeated=repeated)
    try:
        with transaction.atomic():
            hear(said, source=source, trust=Trust.CLAIMED, now=now, id=number, held=held)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise


def said_window(window: Window, language: str) -> str:
    """Fri 27 Nov, 09:00–12:00."""
    with translation.override(language):
        day = date_format(window.after, "n월 j일 l" if language == "ko" else "D j M")
    return f"{day}, {window.after:%H:%M}–{window.before:%H:%M}"


def gone(request: HttpRequest, why: str, *, status: int) -> HttpResponse:
    title, text = WORDS[language_of(request)]["gone"][why]
    return page(request, "gone", {"title": title, "text": text}, status=status)


def page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int) -> HttpResponse:
    language = language_of(request)
    with translation.override(language):
        shown = {**context, "said": WORDS[language]}
        page = render(request, f"web/{name}.html", shown, status=status)
    page["Content-Language"] = language
    return page


def language_of(request: HttpRequest) -> str:
    """As asked by the link at the foot, else as the browser prefers."""
    asked = request.GET.get("in", "")
    return asked if asked in WORDS else translation.get_language_from_request(request)
