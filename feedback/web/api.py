"""POST /api/v1/feedback: a plain view, because this is the door that must stand any rush."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from cxloop.kernel.bodies import draining, read_body, read_json
from cxloop.kernel.errors import CxloopError, Forbidden, Refused
from cxloop.kernel.middleware import say_in_answer
from cxloop.kernel.moment import moment
from feedback.intake.actions import hear
from feedback.intake.callers import Caller, caller_of
from feedback.intake.caps import keep_to_cap
from feedback.intake.idempotency import Claim, Earlier, claim, digest_of, known_by, read_key
from feedback.intake.limits import count_request, limits_of_key
from feedback.intake.models import Source, new_id
from feedback.intake.receipts import answer_for, in_utc
from feedback.intake.repeats import is_repeated
from feedback.intake.submission import Submission, read_submission
from feedback.intake.suspicion import suspicions
from feedback.web.actions.parts import ENDPOINT, end_part, keep_part
from feedback.web.origins import headers_for, is_allowed, preflight_headers


def feedback_door(request: HttpRequest) -> HttpResponse:
    """One feedback from a browser or a server; or the browser's question whether it may."""
    say_in_answer(request, {"Vary": "Origin"})
    if request.method == "OPTIONS":
        return _answer_preflight(request)
    with draining(request):
        return _answer_post(request)


def _answer_preflight(request: HttpRequest) -> HttpResponse:
    """A browser asks before it sends the key, so without `?key=` any source may say yes."""
    origin = request.headers.get("Origin", "")
    if not origin:
        return HttpResponse(status=204, headers={"Allow": "POST, OPTIONS"})
    if "key" in request.GET:
        allowed = is_allowed(origin, caller_of(request).source.allowed_origins)
    else:
        allowed = Source.objects.posted_to_from(origin).exists()
    if not allowed:
        raise _wrong_origin()
    return HttpResponse(status=204, headers=preflight_headers(origin))


def _wrong_origin() -> Forbidden:
    return Forbidden("This key is not for pages of that origin.", code="origin_not_allowed")


def _answer_post(request: HttpRequest) -> HttpResponse:
    caller = recognise(request)
    count_request(request, limits_of_key(caller.key, request), now=caller.now)
    raw = read_body(request)
    try:
        return _take(request, caller, raw)
    except CxloopError:
        if not caller.from_memory:
            raise
    return _take(request, recognise(request, fresh=True), raw)


def recognise(request: HttpRequest, *, fresh: bool = False) -> Caller:
    """Who posts. The page that made the browser post may read the answer, also that it is none."""
    origin = request.headers.get("Origin", "")
    try:
        caller = caller_of(request, fresh=fresh)
    except CxloopError:
        if origin and Source.objects.posted_to_from(origin).exists():
            say_in_answer(request, headers_for(origin))
        raise
    if origin and is_allowed(origin, caller.source.allowed_origins):
        say_in_answer(request, headers_for(origin))
    return caller


def _take(request: HttpRequest, caller: Caller, raw: bytes) -> HttpResponse:
    check_origin(request, caller)
    key = _key_of(request)
    body = read_json(raw)
    said = read_submission(body, now=caller.now)
    caller.check_backdating(said)
    if said.partial:
        return _keep(recognise(request, fresh=True), said, key=key, body=raw.decode())
    if key is None:
        return _hear(caller, said, now=caller.now)
    return _hear_once(caller, said, key=key, body=digest_of(body))


def check_origin(request: HttpRequest, caller: Caller) -> None:
    """Only of what pages may post: a server has no origin, and names one by mistake at most."""
    origin = request.headers.get("Origin", "")
    if caller.key.is_secret or not origin:
        return
    if not is_allowed(origin, caller.source.allowed_origins):
        raise _wrong_origin()


def _key_of(request: HttpRequest) -> str | None:
    """A beacon has no headers to say it in."""
    return read_key(request.headers.get("Idempotency-Key", request.GET.get("idempotency_key")))


def _keep(caller: Caller, said: Submission, *, key: str | None, body: str) -> HttpResponse:
    """Answered so far. Where all of it came before, this one was only late."""
    if key is None:
        detail = "What is partial needs an Idempotency-Key: the rest comes under the same."
        raise Refused.at("/partial", "no_key", detail)
    caller.trust_in(said.customer)
    with transaction.atomic():
        if earlier := known_by(caller.key, ENDPOINT, key):
            return _replayed(earlier)
        now = moment()
        keep_to_cap(caller.source, now=now)
        begun = keep_part(said, source_key=caller.key, key=key, body=body, now=now)
    told = {"id": str(begun.id), "received_at": in_utc(begun.at), "partial": True}
    return JsonResponse(told, status=202)


def _hear_once(caller: Caller, said: Submission, *, key: str, body: bytes) -> HttpResponse:
    with transaction.atomic():
        begun = end_part(caller.key, key)
        wanted = Claim(key, body, begun.id if begun else new_id())
        earlier = claim(caller.key, ENDPOINT, [wanted]).get(key)
        if earlier is None:
            since = begun.at if begun else None
            return _hear(caller, said, now=moment(), id=wanted.feedback_id, since=since)
    earlier.check(body)
    return _replayed(earlier)


def _replayed(earlier: Earlier) -> HttpResponse:
    answer = answer_for(earlier.id, earlier.received_at)
    return JsonResponse(answer, headers={"Idempotency-Replayed": "true"})


def _hear(
    caller: Caller,
    said: Submission,
    *,
    now: datetime,
    id: UUID | None = None,
    since: datetime | None = None,
) -> HttpResponse:
    keep_to_cap(caller.source, now=now)
    receipt = hear(
        said,
        source=caller.source,
        trust=caller.trust_in(said.customer),
        now=now,
        id=id,
        seen=caller.seen,
        held=_suspicions(caller, said, now),
        since=since,
    )
    return JsonResponse(answer_for(receipt.id, receipt.received_at), status=201)


def _suspicions(caller: Caller, said: Submission, now: datetime) -> tuple[str, ...]:
    """Servers are none: what they send was looked at there."""
    if caller.key.is_secret:
        return ()
    repeated = is_repeated(said.comment, caller.source, now=now)
    return suspicions(trap=said.trap, filled_ms=said.filled_ms, repeated=repeated)
