"""A file from an address that somebody typed. Pure, but for the network.

The connection goes to the number that was judged (`cxloop/kernel/reaching.py`). No redirect is
followed, since it would lead past that; a proxy that the environment names is not used.
"""

from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import SplitResult, urlsplit

from cxloop.kernel.reaching import PORTS, Number, OutOfReach, connected, is_public

LONGEST_ADDRESS = 500
ENDS_WITHIN = 15.0  # seconds


class NotFetched(Exception):
    """Says why, in words for whoever typed the address."""


def flaw_of(address: str) -> str:
    """Why an address cannot be fetched from at all; "" where it may."""
    try:
        parts = urlsplit(address)
        found = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        found = False
    if not found or not address.isascii() or not address.isprintable() or " " in address:
        return "An address is written as https://calendar.example/holidays.ics."
    if parts.username is not None or parts.password is not None:
        return "An address names nobody and carries no password."
    return "" if len(address) <= LONGEST_ADDRESS else "The address is too long."


def fetch(
    address: str,
    *,
    most: int,
    within: float = ENDS_WITHIN,
    may_reach: Callable[[Number], bool] = is_public,
) -> bytes:
    """At most `most` bytes, in `within` seconds. Raises NotFetched. Tests alone pass another
    `may_reach`."""
    if flaw := flaw_of(address):
        raise NotFetched(flaw)
    parts = urlsplit(address)
    try:
        with connected(parts, may_reach, within) as connection:
            return _read(connection, parts, most)
    except OutOfReach as error:
        raise NotFetched(str(error)) from error
    except (OSError, HTTPException, ValueError) as error:
        why = f"{parts.hostname} could not be read: {type(error).__name__} {error}"
        raise NotFetched(why[:300]) from error


def _read(connection: HTTPConnection, parts: SplitResult, most: int) -> bytes:
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    headers = {"Accept": "text/calendar", "Accept-Encoding": "identity", "User-Agent": "cxloop"}
    connection.request("GET", path, headers=headers)
    with connection.getresponse() as answer:
        _refuse_other_than_a_file(answer)
        raw = answer.read(most + 1)
        if len(raw) > most:
            raise NotFetched(f"It is larger than {most:,} bytes.")
        if answer.length:
            raise NotFetched("It broke off.")
        return raw


def _refuse_other_than_a_file(answer: HTTPResponse) -> None:
    if 300 <= answer.status < 400:
        elsewhere = (answer.getheader("Location") or "elsewhere")[:200]
        raise NotFetched(f"It leads on to {elsewhere}, and is not followed.")
    if answer.status != 200:
        raise NotFetched(f"It was answered with {answer.status} {answer.reason}."[:200])
    if answer.getheader("Content-Encoding", "identity") != "identity":
        raise NotFetched("It came compressed, though it was asked for plain.")
