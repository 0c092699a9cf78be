"""POST /api/v1/feedback: a plain view, because this is the door that must stand any rush."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from cxloop.kernel.bodies import draining, read_json
from cxloop.kernel.errors import CxloopError, Refused
from cxloop.kernel.form_parts import Posted
from cxloop.kernel.middleware import say_in_answer
from cxloop.kernel.moment import moment
from feedback.intake.actions import hear
from feedback.intake.actions.hear import entry_for
from feedback.intake.actions.trials import Tried, earlier_trials, keep_trials
from feedback.intake.callers import Caller, caller_of
from feedback.intake.caps import keep_to_cap
from feedback.intake.enclosures import Enclosure, enclosures_of, read_posted
from feedback.intake.idempotency import Claim, Earlier, claim, digest_of, known_by, read_key
from feedback.intake.limits import count_request, limits_of_key
from feedback.intake.models import Source, SourceKey, new_id
from feedback.intake.origins import check_origin, is_allowed, wrong_origin
from feedback.intake.quota import count_files
from feedback.intake.receipts import answer_for, in_utc
from feedback.intake.repeats import suspicions_of
from feedback.intake.submission import Submission, read_submission
from feedback.intake.writing import Entry
from feedback.web.actions.parts import ENDPOINT, Begun, end_part, keep_part
from feedback.web.origins import headers_for, preflight_headers


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
        allowed = is_allowed(origin, caller_of(request, tries=True).source.allowed_origins)
    else:
        allowed = Source.objects.posted_to_from(origin).exists()
    if not allowed:
        raise wrong_origin()
    return HttpResponse(status=204, headers=preflight_headers(origin))


def _answer_post(request: HttpRequest) -> HttpResponse:
    caller = recognise(request)
    count_request(request, limits_of_key(caller.key, request), now=caller.now)
    posted = read_posted(request, "feedback")
    try:
        return _take(request, caller, posted)
    except CxloopError:
        if not caller.from_memory:
            raise
    return _take(request, recognise(request, fresh=True), posted)


def recognise(request: HttpRequest, *, fresh: bool = False) -> Caller:
    """Who posts. The page that made the browser post may read the answer, also that it is none."""
    origin = request.headers.get("Origin", "")
    try:
        caller = caller_of(request, fresh=fresh, tries=True)
    except CxloopError:
        if origin and Source.objects.posted_to_from(origin).exists():
            say_in_answer(request, headers_for(origin))
        raise
    if origin and is_allowed(origin, caller.source.allowed_origins):
        say_in_answer(request, headers_for(origin))
    return caller


def _take(request: HttpRequest, caller: Caller, posted: Posted) -> HttpResponse:
    check_origin(request, caller)
    key = _key_of(request)
    body = read_json(posted.json)
    said = read_submission(body, now=caller.now)
    caller.check_backdating(said)
    files = enclosures_of(posted.files, any_kind=caller.key.is_secret)
    if said.partial:
        _check_alone(files)
        text = posted.json.decode()
        return _keep(recognise(request, fresh=True), said, key=key, body=text)
    count_files(request, caller, files)
    if caller.key.is_test:
        known = recognise(request, fresh=True)
        return _try(known, said, files, claimed=(key or "", digest_of(body, files)))
    if key is None:
        return _hear(caller, said, now=caller.now, files=files)
    return _hear_once(caller, said, files, claimed=(key, digest_of(body, files)))


def _check_alone(files: Sequence[Enclosure]) -> None:
    if files:
        detail = "Files come with all of it, not with a part."
        raise Refused.at("/partial", "partial_with_files", detail)


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
        if earlier := _known(caller.key, key):
            return _replayed(earlier)
        now = moment()
        keep_to_cap(caller.source, now=now, tried=caller.key.is_test)
        begun = keep_part(said, source_key=caller.key, key=key, body=body, now=now)
    told = {"id": str(begun.id), "received_at": in_utc(begun.at), "partial": True}
    return JsonResponse(told, status=202)


def _known(source_key: SourceKey, key: str) -> Earlier | None:
    if source_key.is_test:
        return earlier_trials(source_key, ENDPOINT, [key]).get(key)
    return known_by(source_key, ENDPOINT, key)


def _hear_once(
    caller: Caller, said: Submission, files: Sequence[Enclosure], *, claimed: tuple[str, bytes]
) -> HttpResponse:
    """`claimed`: the key, and the digest of what is said under it."""
    key, body = claimed
    with transaction.atomic():
        begun = end_part(caller.key, key)
        id = begun.id if begun else new_id()
        earlier = claim(caller.key, ENDPOINT, [Claim(key, body, id)]).get(key)
        if earlier is None:
            since = begun.at if begun else None
            return _hear(caller, said, now=moment(), id=id, since=since, files=files)
    earlier.check(body)
    return _replayed(earlier)


def _try(
    caller: Caller, said: Submission, files: Sequence[Enclosure], *, claimed: tuple[str, bytes]
) -> HttpResponse:
    """Answered as `_hear_once` does, and heard by nobody."""
    key, body = claimed
    with transaction.atomic():
        begun = end_part(caller.key, key)
        if earlier := earlier_trials(caller.key, ENDPOINT, [key]).get(key):
            earlier.check(body)
            return _replayed(earlier)
        now = moment()
        keep_to_cap(caller.source, now=now, tried=True)
        tried = Tried(
            _entry_of(caller, said, begun, now=now),
            caller.trust_in(said.customer),
            key=key,
            body=body if key else b"",
            files=files,
        )
        keep_trials([tried], source_key=caller.key, endpoint=ENDPOINT, now=now)
    return JsonResponse(answer_for(tried.entry.id, tried.entry.received_at), status=201)


def _entry_of(caller: Caller, said: Submission, begun: Begun | None, *, now: datetime) -> Entry:
    held = suspicions_of(said, caller, now=now)
    id = begun.id if begun else None
    entry = entry_for(said, source=caller.source, now=now, id=id, held=held)
    return replace(entry, received_at=begun.at) if begun else entry


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
    files: Sequence[Enclosure] = (),
) -> HttpResponse:
    keep_to_cap(caller.source, now=now)
    receipt = hear(
        said,
        source=caller.source,
        trust=caller.trust_in(said.customer),
        now=now,
        id=id,
        seen=caller.seen,
        held=suspicions_of(said, caller, now=now),
        since=since,
        files=files,
    )
    return JsonResponse(answer_for(receipt.id, receipt.received_at), status=201)
