"""Where pages hear what changes while they are open, and how that is told."""

from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port

# Triggers tell of entries and of news under the same name; see the migrations.
CHANNEL = "cxloop_live"


def stream_address(request: HttpRequest) -> str:
    """For the browser that asks; nothing where pages look by themselves alone. Another port is
    told as one of the host by which the browser knows us, which may be any."""
    wanted: str = settings.LIVE_URL
    if not wanted.startswith(":"):
        return wanted
    host = split_domain_port(request.get_host())[0]
    return f"{request.scheme}://{host}{wanted}/live"


def let_it_be_heard(request: HttpRequest, answer: HttpResponse) -> None:
    """A page may connect to nothing but its own origin, and there."""
    parts = urlsplit(stream_address(request))
    if parts.netloc:
        allowed = ["'self'", f"{parts.scheme}://{parts.netloc}"]
        answer._csp_update = {"connect-src": allowed}  # type: ignore[attr-defined]


def tell(about: str, number: int) -> None:
    """Told when the transaction commits, to whoever listens then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{about} {number}"])
