"""An access token for a refresh token, as RFC 6749 section 6 has it."""

import json
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from cxloop.kernel.reaching import OutOfReach, connected
from feedback.email.imap.hosts import is_token_address, may_reach
from feedback.email.imap.troubles import Trouble

ENDS_WITHIN = 15.0  # seconds
LARGEST_ANSWER = 100_000
_HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Accept": "application/json",
    "User-Agent": "cxloop",
}


@dataclass(frozen=True, slots=True)
class Token:
    """`lasts_s` is None where that was not said; `refresh_token` is the next one, if any."""

    access: str
    lasts_s: float | None
    refresh_token: str


def ask_token(address: str, said: dict[str, str]) -> Token:
    """Raises Trouble. No redirect is followed and no proxy is used: the secrets go where the admin
    said."""
    if not is_token_address(address):
        raise Trouble("no_token", "its address is none")
    parts = urlsplit(address)
    form = {name: value for name, value in said.items() if value}
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        with connected(parts, may_reach(parts.hostname or ""), ENDS_WITHIN) as connection:
            connection.request("POST", path, urlencode(form), _HEADERS)
            answer = connection.getresponse()
            raw = answer.read(LARGEST_ANSWER)
    except OutOfReach as error:
        raise Trouble("out_of_reach", parts.hostname) from error
    except (OSError, HTTPException, ValueError) as error:
        raise Trouble("no_token", f"{parts.hostname}: {type(error).__name__} {error}") from error
    return _read(answer.status, raw)


def _read(status: int, raw: bytes) -> Token:
    try:
        found = json.loads(raw)
    except ValueError:
        found = {}
    said = found if isinstance(found, dict) else {}
    access = said.get("access_token")
    if status != 200 or not isinstance(access, str) or not access or not access.isprintable():
        raise Trouble("no_token", _why(status, said))
    lasts, following = said.get("expires_in"), said.get("refresh_token")
    return Token(
        access,
        float(lasts) if isinstance(lasts, int | float) else None,
        following if isinstance(following, str) and following.isprintable() else "",
    )


def _why(status: int, said: dict[str, Any]) -> str:
    words = [str(said.get(name) or "") for name in ("error", "error_description")]
    return " ".join([str(status), *filter(None, words)])
