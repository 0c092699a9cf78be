"""JSON as it would look, drawn from its schema. Pure."""

import json
from typing import Any

Json = dict[str, Any]

BY_FORMAT = {
    "date-time": "2026-11-20T09:00:00Z",
    "uuid": "01a2b3c4-0000-7000-8000-000000000000",
    "uri": "https://…",
    "email": "customer@example.com",
}
BY_TYPE: Json = {"string": "…", "integer": 1, "number": 1.5, "boolean": True, "null": None}
DEEPEST = 6


def written(schema: Json, components: Json) -> str:
    return json.dumps(example(schema, components), ensure_ascii=False, indent=2)


def example(schema: Json, components: Json, depth: int = 0) -> Any:
    """A value that the schema describes; choices are told as "a | b"."""
    if "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    if depth > DEEPEST:
        return "…"
    for composed in ("allOf", "oneOf", "anyOf"):
        if composed in schema:
            return _composed(schema[composed], components, depth)
    if "enum" in schema:
        return _choice(schema["enum"])
    return _plain(schema, components, depth)


def _composed(parts: list[Json], components: Json, depth: int) -> Any:
    """Of alternatives the first that is something."""
    return example(next(p for p in parts if p.get("type") != "null"), components, depth)


def _choice(choices: list[Any]) -> Any:
    named = [choice for choice in choices if choice not in ("", None)]
    return named[0] if len(named) == 1 else " | ".join(map(str, named))


def _plain(schema: Json, components: Json, depth: int) -> Any:
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        known = schema.get("properties", {})
        return {name: example(inner, components, depth + 1) for name, inner in known.items()}
    if kind == "array":
        return [example(schema.get("items", {}), components, depth + 1)]
    return BY_FORMAT.get(schema.get("format", ""), BY_TYPE[kind])
