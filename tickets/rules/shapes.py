"""The rules' JSON as OpenAPI shows it."""

from typing import Any

from cxloop.kernel.priorities import PRIORITIES
from tickets.rules.drafts import LAST_PLACE, LONGEST_NAME
from tickets.rules.facts import FACTS, PATTERNS
from tickets.rules.operators import OPERATORS, PRESENCE
from tickets.rules.rehearsal import MOST_DAYS
from tickets.rules.results import ASSIGNMENTS, LONGEST_REASON

Shape = dict[str, Any]


def thing(required: tuple[str, ...] = (), **properties: Shape) -> Shape:
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "properties": properties, **needed}


def body(shape: Shape) -> Shape:
    return {"application/json": shape}


def page_of(shape: Shape) -> Shape:
    link = {"type": ["string", "null"]}
    return thing(("results",), next=link, previous=link, results={"type": "array", "items": shape})


WHEN: Shape = {
    "type": "object",
    "description": (
        '{"all": […]}, {"any": […]}, {"not": …}, {"always": true} or '
        '{"fact": …, "op": …, "value": …}; customer.failures also takes "days". '
        f"Facts: {', '.join([*FACTS, *PATTERNS])}. "
        f"Operators: {', '.join([*OPERATORS, *PRESENCE])}."
    ),
    "examples": [{"fact": "score.class", "op": "in", "value": ["negative", "unscored"]}],
}
THEN = thing(
    ("ticket",),
    ticket={"type": "boolean"},
    group={"type": "string", "description": "slug of an access group; needed for a ticket"},
    priority={"type": "string", "enum": list(PRIORITIES)},
    policy={"type": "string", "description": "slug of a policy"},
    assign={"type": "string", "enum": list(ASSIGNMENTS)},
    tags={"type": "array", "items": {"type": "string"}},
    acknowledge={"type": "boolean"},
    reason={"type": "string", "maxLength": LONGEST_REASON, "description": "why no ticket"},
)
_WRITTEN: Shape = {
    "name": {"type": "string", "maxLength": LONGEST_NAME},
    "order": {"type": "integer", "minimum": 0, "maximum": LAST_PLACE},
    "when": WHEN,
    "then": THEN,
}
DRAFT = thing(("name", "when", "then"), **_WRITTEN)
CHANGES = thing(**_WRITTEN)
RULE = thing(
    ("id", "version", *_WRITTEN, "archived", "written_at", "written_by"),
    id={"type": "integer"},
    version={"type": "integer"},
    **_WRITTEN,
    archived={"type": "boolean"},
    written_at={"type": "string", "format": "date-time"},
    written_by={"type": ["object", "null"]},
)
RULE_WITH_VERSIONS = thing(**RULE["properties"], versions={"type": "array", "items": RULE})
ORDER = thing(("rules",), rules={"type": "array", "items": {"type": "integer"}})
REHEARSAL = thing(
    ("when",),
    **_WRITTEN,
    days={"type": "integer", "minimum": 1, "maximum": MOST_DAYS, "default": 30},
    rule={"type": "integer", "description": "the rule that the draft would change"},
)
REHEARSED = thing(
    ("feedback", "matched", "taken_from", "examples"),
    feedback={"type": "integer"},
    matched={"type": "integer"},
    taken_from={
        "type": "array",
        "items": thing(("rule", "count"), rule={"type": "integer"}, count={"type": "integer"}),
    },
    examples={"type": "array", "items": {"type": "string", "format": "uuid"}},
)
