"""A rule as somebody writes it, read and checked as a whole before anything is saved."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from cxloop.kernel.errors import Fault, Refused
from tickets.rules.conditions import Condition, compile_condition, escaped
from tickets.rules.decision import ReadyRule
from tickets.rules.results import Result, read_result

LONGEST_NAME = 120
LAST_PLACE = 1_000_000
FIELDS = ("name", "order", "when", "then")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`when` as it was written, beside what it compiles to."""

    name: str
    order: int
    when: Any
    condition: Condition
    then: Result

    def ready(self, id: int | None = None) -> ReadyRule:
        return ReadyRule(
            name=self.name, order=self.order, when=self.condition, then=self.then, id=id
        )


def read_draft(raw: Any, *, groups: Container[str], policies: Container[str]) -> Draft:
    """Raises Refused with every fault in the name, the order, the condition and the result."""
    if not isinstance(raw, Mapping):
        raise Refused.at("", "wrong_type", "an object is wanted here")
    faults = [*_unknown(raw), *_name(raw.get("name")), *_order(raw.get("order"))]
    condition = result = None
    try:
        condition = compile_condition(raw.get("when"), at="/when")
    except Refused as refused:
        faults += refused.faults
    try:
        result = read_result(raw.get("then"), groups=groups, policies=policies, at="/then")
    except Refused as refused:
        faults += refused.faults
    if faults or condition is None or result is None:
        raise Refused(faults)
    return Draft(
        name=raw["name"].strip(),
        order=raw["order"],
        when=raw["when"],
        condition=condition,
        then=result,
    )


def _unknown(raw: Mapping[str, Any]) -> list[Fault]:
    return [
        Fault(f"/{escaped(key)}", "unknown_key", f"{key!r} does not belong here")
        for key in raw
        if key not in FIELDS
    ]


def _name(name: Any) -> list[Fault]:
    if isinstance(name, str) and 1 <= len(name.strip()) <= LONGEST_NAME:
        return []
    code = "required" if name is None else "wrong_type"
    return [Fault("/name", code, f"a name of 1 to {LONGEST_NAME} characters is wanted here")]


def _order(order: Any) -> list[Fault]:
    if type(order) is int and 0 <= order <= LAST_PLACE:
        return []
    return [Fault("/order", "wrong_type", f"a whole number up to {LAST_PLACE:,} is wanted here")]
