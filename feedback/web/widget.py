"""The widget: a script that another site names, and what it asks of us."""

import gzip
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha384
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from cxloop.kernel.bodies import draining, read_body, read_json
from cxloop.kernel.errors import NotHere, Refused
from cxloop.kernel.middleware import say_in_answer
from cxloop.kernel.moment import moment
from feedback.intake.limits import count_request, limit_of_looks
from feedback.intake.origins import check_origin
from feedback.intake.receipts import in_utc
from feedback.intake.trust import Trust
from feedback.web.actions import ASKING, last_shown, mark_of, note_shown
from feedback.web.api import recognise
from feedback.web.asking import Asked, drawn, what_is_asked
from feedback.web.forms import Question, fulfilling
from feedback.web.languages import words_in
from feedback.web.models import Form
from feedback.web.shown import read_shown
from feedback.web.windows import USUAL_DAYS
from feedback.web.words import Asking

VERSION = "1.0.0"
SCRIPTS = Path(__file__).with_name("scripts")

# What each loads when it is wanted, and where its digest stands.
LOADS = {"loader": ("form", '"INTEGRITY"'), "form": ("picture", '"PICTURE"')}

# Pages of any origin load them, also such as admit only what allows it.
ANYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
A_WHILE = "public, max-age=600"
FOR_EVER = "public, max-age=31536000, immutable"
CONFIGURED_FOR = "public, max-age=60"


@dataclass(frozen=True)
class Script:
    text: bytes
    packed: bytes
    integrity: str

    @classmethod
    def of(cls, text: str) -> "Script":
        raw = text.encode()
        integrity = f"sha384-{b64encode(sha384(raw).digest()).decode()}"
        return cls(raw, gzip.compress(raw, 9, mtime=0), integrity)


@cache
def script(version: str, name: str) -> Script | None:
    """Each knows the digest of what it loads, so that a page that checks the first checks all."""
    path = SCRIPTS / version / f"{name}.js"
    if version not in _versions() or not path.is_file():
        return None
    text = path.read_text().replace("VERSION", version)
    loads, place = LOADS.get(name, ("", ""))
    if loads and (loaded := script(version, loads)):
        text = text.replace(place, f'"{loaded.integrity}"')
    return Script.of(text)


def integrity() -> str:
    """Of the newest loader, for a page that pins it."""
    found = script(VERSION, "loader")
    assert found is not None
    return found.integrity


@cache
def _versions() -> frozenset[str]:
    return frozenset(path.name for path in SCRIPTS.iterdir())


@login_not_required
@require_safe
def newest(request: HttpRequest) -> HttpResponse:
    return _serve(request, VERSION, "loader", keep=A_WHILE)


@login_not_required
@require_safe
def versioned(request: HttpRequest, version: str, name: str = "loader") -> HttpResponse:
    """Never another text under the same address."""
    return _serve(request, version, name, keep=FOR_EVER)


def _serve(request: HttpRequest, version: str, name: str, *, keep: str) -> HttpResponse:
    found = script(version, name)
    if found is None:
        raise NotHere()
    packs = "gzip" in request.headers.get("Accept-Encoding", "")
    headers = {**ANYWHERE, "Cache-Control": keep}
    say_in_answer(request, {"Vary": "Accept-Encoding"})  # and not the cookie of our own pages
    if packs:
        headers["Content-Encoding"] = "gzip"
    body = found.packed if packs else found.text
    return HttpResponse(body, content_type="text/javascript; charset=utf-8", headers=headers)


@login_not_required
@require_safe
def config(request: HttpRequest) -> HttpResponse:
    """What a key's form asks, in one language: changed on the desk, it is changed on every page."""
    say_in_answer(request, {"Vary": "Origin"})
    caller = recognise(request)
    count_request(request, [limit_of_looks(request)], now=moment())
    check_origin(request, caller)
    asks = caller.source.channel in ASKING
    asked = what_is_asked(caller.source, request.GET.get("form", "")) if asks else None
    if asked is None:
        raise NotHere("This source has no such form.")
    told = _told(asked, request.GET.get("language", ""))
    return JsonResponse(told, headers={"Cache-Control": CONFIGURED_FOR})


@csrf_exempt
@login_not_required
@require_POST
def shown(request: HttpRequest) -> HttpResponse:
    """When a form came to a known person last; with `"shows": true` it does so now."""
    say_in_answer(request, {"Vary": "Origin"})
    caller = recognise(request)
    count_request(request, [limit_of_looks(request)], now=moment())
    check_origin(request, caller)
    with draining(request):
        said = read_shown(read_json(read_body(request)))
    if caller.trust_in(said.customer) is not Trust.SIGNED:
        raise Refused.at("/customer/proof", "missing", "Only of people for whom your server signs.")
    form = Form.objects.current().filter(source=caller.source, slug=said.form).first()
    if form is None:
        raise NotHere("This source has no such form.")
    mark, shows = mark_of(caller.source, said.customer.id or ""), said.shows
    return JsonResponse(_when_shown(form, mark, shows=shows and not caller.key.is_test))


def _when_shown(form: Form, mark: str, *, shows: bool) -> dict[str, str | None]:
    """Before this time."""
    last = last_shown(form, mark)
    if shows:
        note_shown(form, mark, now=moment())
    return {
        "form": in_utc(last.form) if last.form else None,
        "any": in_utc(last.any) if last.any else None,
    }


def _told(asked: Asked, wanted: str) -> dict[str, Any]:
    language = asked.form.language_for(wanted)
    words = words_in(language)
    thanks = asked.form.thanks
    return {
        "form": asked.slug,
        "version": asked.version,
        "language": language,
        "questions": list(_questions(asked, language, words)),
        "thanks": thanks[language] if thanks else "",
        "pictures": asked.form.pictures,
        "keeps_parts": asked.form.keeps_parts,
        "shows": asked.form.shows.model_dump() if asked.form.shows else None,
        "words": {
            **words["widget"],
            **_of_the_page(words),
            "faults": words["faults"],
        },
    }


def _of_the_page(words: Asking) -> dict[str, Any]:
    """What the hosted page says too."""
    return {
        "send": words["send"],
        "privacy": words["privacy"],
        "contact_me": words["contact_me"],
        "thanks": words["thanks"],
        "keep": words["keep"],
        "leave_empty": words["leave_empty"],
        "call_at": words["call_at"],
        "call_any": words["call_any"],
    }


def _questions(asked: Asked, language: str, words: Asking) -> Iterator[dict[str, Any]]:
    form = asked.form
    shown = drawn(form, language, words=words, given={}, faults={})
    for question, one in zip(form.questions, shown, strict=True):
        yield {
            "key": one.key,
            "kind": one.kind,
            "score": question.is_score,
            "ask": one.ask,
            "hint": one.hint,
            "low": one.low,
            "high": one.high,
            "several": one.several,
            "required": question.required,
            "hours": question.hours if question.kind == "callback" else None,
            "days": question.days or USUAL_DAYS,
            "choices": [(choice.value, choice.label) for choice in one.choices],
            "when": _when(question, asked),
        }


def _when(question: Question, asked: Asked) -> dict[str, Any] | None:
    """The answers by which it is asked: a page need not know the classes of scores."""
    if question.when is None:
        return None
    before = asked.form.named(question.when.question)
    return {"question": before.key, "values": fulfilling(before, question.when)}
