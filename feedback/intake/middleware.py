"""Where what a key asked, and what it was answered, is noted."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from cxloop.kernel.callers import address_of
from feedback.intake.callers import Caller, caller_in
from feedback.intake.models import SourceKey
from feedback.intake.noted import note
from feedback.intake.noting import Answered

MARK = 24
# What pages ask by themselves at every view would push out whatever they post.
_LOOKS = "/w/"


class NotedMiddleware:
    """Behind everything that answers by itself, before the door: one look at most requests."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        caller = caller_in(request)
        if caller and (answer.status_code >= 400 or _posts(request)):
            note(_answered(request, caller, answer))
        return answer


def _posts(request: HttpRequest) -> bool:
    return request.method == "POST" and not request.path_info.startswith(_LOOKS)


def mark_of(key: SourceKey) -> str:
    """Of its digest, not its number: whatever else was in this Redis, no other key has it."""
    return bytes(key.digest).hex()[:MARK]


def _answered(request: HttpRequest, caller: Caller, answer: HttpResponse) -> Answered:
    said = request.META
    return Answered(
        mark=mark_of(caller.key),
        at=caller.now,
        method=request.method or "",
        path=request.path_info,
        status=answer.status_code,
        body=b"" if answer.streaming else answer.content,
        origin=said.get("HTTP_ORIGIN", "")[:300],
        agent=said.get("HTTP_USER_AGENT", "")[:300],
        address=address_of(request),
        key=(said.get("HTTP_IDEMPOTENCY_KEY") or request.GET.get("idempotency_key", ""))[:300],
    )
