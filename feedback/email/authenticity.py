"""What the server that received a mail found out about its sender: SPF, DKIM and DMARC, as RFC 8601
has it written down. Pure.

Anybody can write such a header; who reads it must know which server's to believe.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message

from feedback.email import headers

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*(spf|dkim|dmarc)(?:/\d+)?\s*=\s*([a-z]{1,20})\b", re.IGNORECASE)
_SERVER = re.compile(r"\s*([^\s;=]{1,255})(?:\s+\d+)?\s*(?:;|$)")


@dataclass(frozen=True, slots=True)
class Authentication:
    """`results` by method, in small letters: `{"spf": "pass", "dmarc": "fail"}`."""

    server: str
    results: Mapping[str, str]


def authentications(message: Message) -> tuple[Authentication, ...]:
    """The topmost first, which is the latest."""
    return tuple(_read(headers.values(message, "Authentication-Results")))


def _read(values: Iterator[str]) -> Iterator[Authentication]:
    for value in values:
        told = _without_comments(value)
        if found := _SERVER.match(told):
            yield Authentication(found[1].lower(), _results(told[found.end() :]))


def _without_comments(text: str) -> str:
    """They may stand in each other."""
    while (less := _COMMENT.sub(" ", text)) != text:
        text = less
    return text


def _results(told: str) -> dict[str, str]:
    """Of several signatures one that holds is enough; else the first counts."""
    results: dict[str, str] = {}
    for part in told.split(";"):
        if found := _RESULT.match(part):
            method, result = found[1].lower(), found[2].lower()
            if result == "pass" or method not in results:
                results[method] = result
    return results


def believed(told: Iterable[Authentication], servers: Iterable[str]) -> dict[str, str]:
    """The latest of one of these, which receive for us; what others say is worth nothing."""
    ours = {name.lower() for name in servers}
    found = next((one for one in told if one.server in ours), None)
    return {"server": found.server, **found.results} if found else {}


def said_of(given: Mapping[str, str]) -> str:
    """`dkim=pass dmarc=pass spf=pass, says mx.shop.example`; nothing where nothing is known."""
    if not given:
        return ""
    results = " ".join(f"{method}={result}" for method, result in sorted(_found(given).items()))
    return f"{results or 'nothing checked'}, says {given['server']}"


def is_doubted(given: Mapping[str, str]) -> bool:
    """The domain that it names says that such a mail is none of its own."""
    return given.get("dmarc") == "fail"


def _found(given: Mapping[str, str]) -> dict[str, str]:
    return {name: result for name, result in given.items() if name != "server"}
