"""Which pages may post with a source's publishable key. Pure.

An origin is compared whole: `https://shop.example.evil.com` only begins like a listed one.
"""

from collections.abc import Sequence

EXPOSED = "RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, Idempotency-Replayed"
PREFLIGHT_SECONDS = 24 * 3600


def is_allowed(origin: str, allowed: Sequence[str]) -> bool:
    """Without a list every page may; `null`, which any sandboxed page is, only if listed."""
    if origin in allowed:
        return True
    return not allowed and origin != "null"


def headers_for(origin: str) -> dict[str, str]:
    """No credentials: what counts is the key, never a cookie."""
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": EXPOSED}


def preflight_headers(origin: str) -> dict[str, str]:
    return {
        **headers_for(origin),
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": (
            "authorization, content-type, idempotency-key, x-request-id"
        ),
        "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
    }
