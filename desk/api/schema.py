"""The API's description: what the views say of themselves, and what holds for all of them."""

import json
from functools import lru_cache
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from drf_spectacular.generators import SchemaGenerator

from desk.api.plain import OPERATIONS, SCHEMAS

Json = dict[str, Any]

ABOUT = """
Closed-loop customer feedback. Times are ISO 8601 and answered in UTC; times without an offset are
refused. Lists come in pages: follow the links next and previous. Errors are
application/problem+json (RFC 9457) with a stable code, and with errors that point into the body or
name the filter. v1 gains fields and never loses any.
"""
KEYS = {
    "personalToken": "Personal token, pat_…: acts as that person.",
    "secretKey": "Secret key of a source, sk_…: for a server.",
    "publishableKey": "Publishable key of a source, pk_…: may only create feedback.",
}
FAULT = {
    "type": "object",
    "required": ["pointer", "code", "detail"],
    "properties": {
        "pointer": {"type": "string", "description": "JSON pointer (RFC 6901), or /filter"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
    },
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "stable: programs may rely on it"},
        "request_id": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
    },
}
PROBLEMS = {
    "400": "The request cannot be read.",
    "401": "A valid key is needed.",
    "403": "You may see it, not do this.",
    "404": "It does not exist, or is not yours to know of.",
    "409": "It does not fit the present state; the code says which way.",
    "413": "More than we take at once.",
    "422": "Readable, but with errors, each at its place.",
    "429": "Too many requests; Retry-After says for how long to wait.",
    "503": "We cannot commit just now, and nothing was kept.",
}
# What their address does not tell of them.
FURTHER = {
    "get /api/v1/customers/{id}/part/preview": "409",
    "post /api/v1/me/news/seen": "404",
    "post /api/v1/tag-changes": "409",
}


@lru_cache(maxsize=1)
def schema() -> Json:
    """OpenAPI 3.1. Made once a process: the code does not change under it."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    found = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    described: Json = json.loads(json.dumps(found, cls=DjangoJSONEncoder))
    return complete(described)


def complete(described: Json) -> Json:
    """With the plain views, which describe nothing themselves, and with every problem answered."""
    described["info"]["description"] = ABOUT.strip()
    for path, operations in OPERATIONS.items():
        described["paths"].setdefault(path, {}).update(operations)
    described["paths"] = dict(sorted(described["paths"].items()))
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            _add_problems(path, method, operation)
    components = described["components"]
    components["schemas"] |= {**SCHEMAS, "Fault": FAULT, "Problem": PROBLEM}
    components["responses"] = {f"Problem{status}": _answer(status) for status in PROBLEMS}
    components["securitySchemes"] = _keys()
    return described


def _keys() -> Json:
    bearers = {
        name: {"type": "http", "scheme": "bearer", "description": about}
        for name, about in KEYS.items()
    }
    in_address = {"type": "apiKey", "in": "query", "name": "key"}
    beacon = "A publishable key in the address, since beacons send no headers."
    return {**bearers, "publishableKeyInAddress": {**in_address, "description": beacon}}


def _answer(status: str) -> Json:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": PROBLEMS[status], "content": content}


def _add_problems(path: str, method: str, operation: Json) -> None:
    for status in _problems_of(path, method, operation):
        answer = {"$ref": f"#/components/responses/Problem{status}"}
        operation["responses"].setdefault(status, answer)


def _problems_of(path: str, method: str, operation: Json) -> list[str]:
    keyed, named = bool(operation.get("security")), "{" in path
    said = "requestBody" in operation or any(
        parameter["in"] == "query" for parameter in operation.get("parameters", ())
    )
    wanted = {
        "401": keyed,
        "403": keyed,
        "429": keyed,
        "404": named,
        "409": method != "get" and (named or path.endswith("/feedback")),
        "400": said,
        "422": said,
        "413": "requestBody" in operation,
        "503": keyed,
    }
    further = FURTHER.get(f"{method} {path}")
    return sorted(status for status, is_due in wanted.items() if is_due or status == further)
