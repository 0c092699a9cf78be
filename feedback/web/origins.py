"""What a browser is told of the pages that may post. Pure."""

EXPOSED = "RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, Idempotency-Replayed"
PREFLIGHT_SECONDS = 24 * 3600


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
