"""For which tickets a rung is there: the few facts that decide how loudly one must say it. Pure.

In JSON, as `only_if` of a rung: {"priority": "high", "cycle": 2, "value": "1000.00",
"segments": ["gold"]}. Priority, cycle and the customer's value are the least there must be. All
that is said must hold; of value and segments, both about the customer, either is enough.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cxloop.kernel.errors import Fault
from cxloop.kernel.priorities import PRIORITIES

MOST_SEGMENTS = 20
LONGEST_SEGMENT = 64
MOST_CYCLES = 1000
_MONEY = re.compile(r"\d{1,14}(\.\d{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one ticket. `priority` is its word."""

    priority: str
    cycle: int
    value: Decimal | None = None
    segment: str = ""


@dataclass(frozen=True, slots=True)
class Conditions:
    priority: str | None = None
    cycle: int | None = None
    value: Decimal | None = None
    segments: tuple[str, ...] = ()

    def unmet(self, facts: Facts) -> list[str]:
        """The names of those that do not hold."""
        found = []
        if self.priority and PRIORITIES.index(facts.priority) < PRIORITIES.index(self.priority):
            found.append("priority")
        if self.cycle and facts.cycle < self.cycle:
            found.append("cycle")
        return found if self._is_such_a_customer(facts) else [*found, "customer"]

    def as_json(self) -> dict[str, Any]:
        said = {
            "priority": self.priority,
            "cycle": self.cycle,
            "value": None if self.value is None else str(self.value),
            "segments": list(self.segments),
        }
        return {name: value for name, value in said.items() if value}

    def _is_such_a_customer(self, facts: Facts) -> bool:
        if self.value is None and not self.segments:
            return True
        is_worth = None not in (self.value, facts.value) and facts.value >= self.value  # type: ignore[operator]
        return is_worth or facts.segment in self.segments


ALWAYS = Conditions()


def read_conditions(raw: Mapping[str, Any]) -> Conditions:
    value = raw.get("value")
    return Conditions(
        priority=raw.get("priority"),
        cycle=raw.get("cycle"),
        value=None if value is None else Decimal(value),
        segments=tuple(raw.get("segments") or ()),
    )


def check_conditions(at: str, raw: object) -> Iterator[Fault]:
    if raw is None:
        return
    if not isinstance(raw, dict):
        yield Fault(at, "wrong_type", "An object is wanted here.")
        return
    for name in raw:
        place = f"{at}/{name.replace('~', '~0').replace('/', '~1')}"
        if name not in _CHECKS:
            yield Fault(place, "unknown_key", f"{name!r} does not belong here.")
        elif raw[name] is not None and (said := _CHECKS[name](raw[name])):
            yield Fault(place, *said)


def _wrong_priority(raw: Any) -> tuple[str, str] | None:
    if raw in PRIORITIES:
        return None
    return "unknown_choice", f"One of: {', '.join(PRIORITIES)}."


def _wrong_cycle(raw: Any) -> tuple[str, str] | None:
    if type(raw) is int and 1 <= raw <= MOST_CYCLES:
        return None
    return "out_of_range", f"A whole number from 1 to {MOST_CYCLES}."


def _wrong_value(raw: Any) -> tuple[str, str] | None:
    is_money = isinstance(raw, str) and _MONEY.fullmatch(raw) is not None
    return None if is_money else ("malformed", 'Up to 14 digits and 2 decimals, as "1000.00".')


def _wrong_segments(raw: Any) -> tuple[str, str] | None:
    is_list = isinstance(raw, list) and 1 <= len(raw) <= MOST_SEGMENTS
    if is_list and all(isinstance(one, str) and 0 < len(one) <= LONGEST_SEGMENT for one in raw):
        return None
    return "wrong_type", f"A list of 1 to {MOST_SEGMENTS} segments is wanted here."


_CHECKS = {
    "priority": _wrong_priority,
    "cycle": _wrong_cycle,
    "value": _wrong_value,
    "segments": _wrong_segments,
}
