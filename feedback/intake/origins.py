"""Which pages may post with a source's publishable key.

An origin is compared whole: `https://shop.example.evil.com` only begins like a listed one.
"""

from collections.abc import Sequence

from django.http import HttpRequest

from cxloop.kernel.errors import Forbidden
from feedback.intake.callers import Caller


def is_allowed(origin: str, allowed: Sequence[str]) -> bool:
    """Without a list every page may; `null`, which any sandboxed page is, only if listed."""
    if origin in allowed:
        return True
    return not allowed and origin != "null"


def check_origin(request: HttpRequest, caller: Caller) -> None:
    """Only of what pages may post: a server has no origin, and names one by mistake at most.
    Raises Forbidden."""
    origin = request.headers.get("Origin", "")
    if caller.key.is_secret or not origin:
        return
    if not is_allowed(origin, caller.source.allowed_origins):
        raise wrong_origin()


def wrong_origin() -> Forbidden:
    return Forbidden("This key is not for pages of that origin.", code="origin_not_allowed")
