"""What is noted of a request and its answer, and what is left out of it.

Names in a body, idempotency keys and browsers' own words are chosen by others and may say who
somebody is: of pointers only names of ours stay, of the rest a beginning that says no address.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from feedback.intake.receipts import in_utc
from feedback.intake.submission import Person, Submission

MOST_FAULTS = 5
LONGEST_READ = 64 * 1024
LONGEST_AGENT, LONGEST_KEY = 100, 8

_ORIGIN = re.compile(r"https?://[a-z0-9.\-\[\]:]{1,200}|null", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,4}", re.ASCII)
_PLAIN_KEY = re.compile(r"[A-Za-z0-9._:-]+", re.ASCII)
_NAMES = frozenset(
    {*Submission.model_fields, *Person.model_fields, "type", "key", "call_at", "items", "sent_at"}
    | {"idempotency_key", "files", "call_back"}
)


@dataclass(frozen=True, slots=True)
class Answered:
    """A request as it came and the body it was answered with; `mark` stands for its key."""

    mark: str
    at: datetime
    method: str
    path: str
    status: int
    body: bytes
    origin: str
    agent: str
    address: str
    key: str


def told(answered: Answered) -> dict[str, Any]:
    """As it is kept: JSON values."""
    body = _read(answered.body)
    return {
        "at": in_utc(answered.at),
        "method": answered.method,
        "path": answered.path,
        "status": answered.status,
        "code": _code(body),
        "errors": _faults(body),
        "origin": origin_of(answered.origin),
        "user_agent": agent_of(answered.agent),
        "network": network_of(answered.address),
        "idempotency_key": key_of(answered.key),
        "feedback": _heard(body),
        "items": _items(body),
    }


def _read(body: bytes) -> dict[str, Any]:
    """Ours, so that it is JSON; the long answer of a batch is not read for this."""
    if not body or len(body) > LONGEST_READ:
        return {}
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _code(body: dict[str, Any]) -> str | None:
    code = body.get("code")
    return code if isinstance(code, str) else None


def _heard(body: dict[str, Any]) -> str | None:
    found = body.get("id")
    return found if isinstance(found, str) else None


def _faults(body: dict[str, Any]) -> list[dict[str, str]]:
    results = body.get("results", [])
    lists = [body.get("errors", []), *(one.get("errors", []) for one in results)]
    faults = [fault for errors in lists for fault in errors][:MOST_FAULTS]
    return [{"pointer": pointer_of(one["pointer"]), "code": one["code"]} for one in faults]


def _items(body: dict[str, Any]) -> dict[str, int] | None:
    """Of a batch: how many were taken, and how many not."""
    if "results" not in body:
        return None
    refused = sum(one["status"] >= 400 for one in body["results"])
    return {"taken": len(body["results"]) - refused, "refused": refused}


def pointer_of(pointer: str) -> str:
    """Where the fault is; a name that the sender chose is `…`."""
    steps = pointer.split("/")[1:]
    kept = [step if step in _NAMES or _NUMBER.fullmatch(step) else "…" for step in steps]
    return "".join(f"/{step}" for step in kept)


def origin_of(said: str) -> str | None:
    if not said:
        return None
    return said if _ORIGIN.fullmatch(said) else "…"


def agent_of(said: str) -> str | None:
    """What posts; a word of it that is an address is left out."""
    words = [word for word in said.split() if "@" not in word]
    return " ".join(words)[:LONGEST_AGENT] or None


def key_of(said: str) -> str | None:
    if not said:
        return None
    return f"{said[:LONGEST_KEY]}…" if _PLAIN_KEY.fullmatch(said) else "…"


def network_of(address: str) -> str | None:
    """Of which network it came: the /24 or /48, in which many are."""
    try:
        ip = ip_address(address)
    except ValueError:
        return None
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    bits = 48 if isinstance(ip, IPv6Address) else 24
    return str(ip_network((ip, bits), strict=False))
