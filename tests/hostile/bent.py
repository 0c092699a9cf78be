"""What fits, bent at one place: a body's values, its bytes, its kind, the address, the headers."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import count
from random import Random
from typing import Any

from feedback.web.gallery import SUPPORT
from tests.hostile.nasty import (
    CONTENT_TYPES,
    HEADERS,
    METHODS,
    PARTS,
    QUERIES,
    RAW,
    TEXTS,
    VALUES,
)
from tests.hostile.sending import Shot
from tests.world import Places, address

Json = dict[str, Any]
JSON = "application/json"
_numbers = count(1)

# What fits for some names, whoever asks for it.
FITS: Json = {
    "name": "A name",
    "zone": "Asia/Seoul",
    "time_zone": "Asia/Seoul",
    "language": "ko",
    "weekly": {"mon": ["09:00-17:00"]},
    "rungs": [{"clock": "follow_up", "when": {"percent": 50}, "tell": ["owner"]}],
    "document": SUPPORT,
    "role": "agent",
    "currency": "EUR",
    "amount": "12.50",
    "verb": "priority",
    "said": {"priority": "low"},
    "until": "2027-01-01T09:00:00Z",
    "values": {"order_no": "A-1"},
    "when": {"always": True},
    "then": {"ticket": False, "reason": "kept"},
    "items": [{"comment": "one", "score": {"type": "nps", "value": 1}}],
    "customer": {"email": "kim@example.com", "name": "Kim"},
    "context": {"order": {"id": "A-1"}},
    "answers": {"call_back": {"phone": "+82 2 1234 5678", "zone": "Asia/Seoul"}},
    "score": {"type": "nps", "value": 1},
    "scores": [{"type": "csat", "value": 5}],
    "comment": "It broke.",
    "occurred_at": "2026-11-20T08:00:00Z",
    "away_until": "2027-01-01T09:00:00Z",
    "archived": False,
    "accept_within_s": 3600,
    "password": "a long sentence of 2026",
    "query": "tag=late",
    **{name: [] for name in ("variants", "reminders")},
    **{name: {} for name in ("pauses", "exceptions")},
    **dict.fromkeys(("holidays", "ical", "hand_to", "roster"), None),
}
# Where a name means something else than elsewhere; None where it is better not said.
OTHERWISE: dict[str, Json] = {
    "POST /api/v1/bulk-acts": {"filters": None},
    "PATCH /api/v1/me/news-choices": {"customer": "page"},
    "POST /api/v1/customers/{id}/consents": {"said": "On the phone"},
    "POST /api/v1/keys": {"user": None},
    "POST /api/v1/letter-templates": {"group": None, "subject": None, "body": None},
    "POST /api/v1/letter-templates/preview": {"group": None, "subject": None, "body": None},
    "POST /api/v1/tickets/{ref}/recovery/answer": {"score": 5},
    "POST /api/v1/tickets": {"source": None},
    "POST /api/v1/tag-changes": {"was": "late", "becomes": "delayed"},
    "POST /api/v1/tickets/{ref}/close": {"outcome": "not_actionable"},
    "POST /api/v1/calendars/{slug}/ical": {},
    "PATCH /api/v1/access-groups/{slug}": {},
}


@dataclass(frozen=True)
class Operation:
    """A place of the API: how it is described, and a request that finds it."""

    label: str
    described: Json
    aim: Shot
    fits: Any
    template: str
    places: Places


def operation_of(schema: Json, label: str, *, places: Places, known: Json) -> Operation:
    method, template = label.split(" ")
    described = schema["paths"][template][method.lower()]
    kinds = described.get("requestBody", {}).get("content", {})
    fits = _fits(schema, next(iter(kinds.values()))["schema"], known) if kinds else None
    if isinstance(fits, dict):
        fits = {n: v for n, v in (fits | OTHERWISE.get(label, {})).items() if v is not None}
    body = json.dumps(fits).encode() if kinds else None
    headers = (("Content-Type", next(iter(kinds))),) if kinds else ()
    answers = frozenset(described["responses"])
    aim = Shot(label, "fits", method, address(template, places), headers, body, answers)
    return Operation(label, described, aim, fits, template, places)


def _fits(schema: Json, asked: Json, known: Json, name: str = "") -> Any:
    """One value that the schema describes, and the house knows where it can."""
    if name == "slug":
        return f"slug{next(_numbers)}"
    if name == "email":
        return f"new{next(_numbers)}@example.com"
    if name in known or name in FITS:
        return deepcopy(known.get(name, FITS.get(name)))
    return _described(schema, asked, known)


def _described(schema: Json, asked: Json, known: Json) -> Any:
    if "$ref" in asked:
        return _fits(schema, schema["components"]["schemas"][asked["$ref"].split("/")[-1]], known)
    for way in ("allOf", "oneOf", "anyOf"):
        if way in asked:
            return _fits(schema, asked[way][0], known)
    if "enum" in asked:
        return asked["enum"][0]
    kind = asked.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        inner = asked.get("properties", {})
        return {name: _fits(schema, one, known, name) for name, one in inner.items()}
    return {"array": [], "integer": 1, "number": 1, "boolean": True, "null": None}.get(kind, "word")


def bend(operation: Operation, rng: Random, number: int) -> Iterator[Shot]:
    """So many shots, spread over the ways in which this operation can be bent."""
    ways: list[Callable[[Operation, Random], Shot]] = [_header, _query, _place, _method]
    if operation.aim.body is not None:
        ways += [_value] * 12 + [_bytes, _kind, _bytes, _kind]
    else:
        ways += [_query, _place]
        ways += [_body_where_none_is] if operation.aim.method != "GET" else [_query]
    yield operation.aim
    for _ in range(number - 1):
        yield rng.choice(ways)(operation, rng)


def _value(operation: Operation, rng: Random) -> Shot:
    """Mostly all the rest fits, so that what is bent is really looked at."""
    body = deepcopy(operation.fits)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        body = _bent(body, rng)
    try:
        raw = json.dumps(body, ensure_ascii=rng.random() < 0.7).encode("utf-8", "surrogatepass")
    except RecursionError:
        raw = b"{}"
    return replace(operation.aim, kind="value", body=raw)


def _bent(value: Any, rng: Random) -> Any:
    """Something else at one place of it, however deep."""
    if isinstance(value, dict) and value and rng.random() < 0.95:
        name = rng.choice(sorted(value))
        way = rng.random()
        if way < 0.05:
            return {key: one for key, one in value.items() if key != name}
        if way < 0.1:
            return value | {"unheard_of": rng.choice(VALUES)}
        return value | {name: _bent(value[name], rng)}
    if isinstance(value, list) and value and rng.random() < 0.8:
        place = rng.randrange(len(value))
        return [*value[:place], _bent(value[place], rng), *value[place + 1 :]]
    return rng.choice(VALUES)


def _bytes(operation: Operation, rng: Random) -> Shot:
    return replace(operation.aim, kind="bytes", body=rng.choice(RAW))


def _kind(operation: Operation, rng: Random) -> Shot:
    headers = (("Content-Type", rng.choice(CONTENT_TYPES)),)
    body = rng.choice((operation.aim.body, rng.choice(RAW)))
    return replace(operation.aim, kind="kind", headers=headers, body=body)


def _body_where_none_is(operation: Operation, rng: Random) -> Shot:
    headers = (("Content-Type", rng.choice((JSON, *CONTENT_TYPES))),)
    return replace(operation.aim, kind="body", headers=headers, body=rng.choice(RAW))


def _header(operation: Operation, rng: Random) -> Shot:
    name, value = rng.choice(HEADERS)
    kept = tuple(one for one in operation.aim.headers if one[0] != name)
    return replace(operation.aim, kind="header", headers=(*kept, (name, value)))


def _query(operation: Operation, rng: Random) -> Shot:
    named = [
        one["name"] for one in operation.described.get("parameters", ()) if one["in"] == "query"
    ]
    said = [
        f"{rng.choice(named)}={rng.choice(TEXTS)}"
        for _ in range(rng.choice((1, 2)) if named else 0)
    ]
    if not said or rng.random() < 0.2:
        said.append(rng.choice(QUERIES))
    return replace(operation.aim, kind="query", target=f"{operation.aim.target}?{'&'.join(said)}")


def _place(operation: Operation, rng: Random) -> Shot:
    if "{" not in operation.template:
        return replace(
            operation.aim,
            kind="place",
            target=operation.aim.target + rng.choice(("/", "//", "/x", "%00", ";a")),
        )
    parts = operation.template.split("/")
    bent = rng.choice([n for n, part in enumerate(parts) if part.startswith("{")])
    found = operation.aim.target.split("/")
    found[bent] = rng.choice(PARTS)
    return replace(operation.aim, kind="place", target="/".join(found))


def _method(operation: Operation, rng: Random) -> Shot:
    return replace(operation.aim, kind="method", method=rng.choice(METHODS))
