"""The parts of a compiled condition, and how each explains its answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from tickets.rules.facts import Fact, Facts

LONGEST_SHOWN = 80

Holds = Callable[[Facts], bool]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`values` are the facts that decided, as JSON values; `why_not` is "" where it matched."""

    matched: bool
    values: dict[str, Any] = field(default_factory=dict)
    why_not: str = ""


class Node(Protocol):
    """`cost` is how long `holds` may take, compared with a glance at a number."""

    @property
    def holds(self) -> Holds: ...

    @property
    def cost(self) -> int: ...

    def judge(self, facts: Facts) -> Verdict: ...


@dataclass(frozen=True, slots=True)
class Always:
    cost = 0

    @property
    def holds(self) -> Holds:
        return lambda facts: True

    def judge(self, facts: Facts) -> Verdict:
        return Verdict(True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    fact: Fact
    days: int | None
    says: str
    holds: Holds
    cost: int = 1
    found: Callable[[Facts], Any] | None = None

    def judge(self, facts: Facts) -> Verdict:
        matched = self.holds(facts)
        shown = self._shown(facts, matched=matched)
        why_not = "" if matched else f"{self.name} is {in_words(shown)}; wanted: {self.says}"
        return Verdict(matched, {self.name: shown}, why_not)

    @property
    def name(self) -> str:
        return f"{self.fact.name} ({self.days} days)" if self.days else self.fact.name

    def _shown(self, facts: Facts, *, matched: bool) -> Any:
        value = facts[(self.fact.name, self.days) if self.days else self.fact.name]
        if matched and self.found is not None:
            return showable(self.found(facts))
        if self.fact.personal and value is not None:
            return f"{len(value)} characters"
        return showable(value)


@dataclass(frozen=True, slots=True)
class All:
    children: Sequence[Node]
    holds: Holds

    @property
    def cost(self) -> int:
        return sum(child.cost for child in self.children)

    def judge(self, facts: Facts) -> Verdict:
        values: dict[str, Any] = {}
        for child in self.children:
            verdict = child.judge(facts)
            if not verdict.matched:
                return verdict
            values |= verdict.values
        return Verdict(True, values)


@dataclass(frozen=True, slots=True)
class Any_:
    children: Sequence[Node]
    holds: Holds

    @property
    def cost(self) -> int:
        return sum(child.cost for child in self.children)

    def judge(self, facts: Facts) -> Verdict:
        values: dict[str, Any] = {}
        reasons = []
        for child in self.children:
            verdict = child.judge(facts)
            if verdict.matched:
                return verdict
            values |= verdict.values
            reasons.append(verdict.why_not)
        return Verdict(False, values, _none_of(reasons))


@dataclass(frozen=True, slots=True)
class Not:
    child: Node
    holds: Holds

    @property
    def cost(self) -> int:
        return self.child.cost

    def judge(self, facts: Facts) -> Verdict:
        verdict = self.child.judge(facts)
        if not verdict.matched:
            return Verdict(True, verdict.values)
        return Verdict(False, verdict.values, f"ruled out: {told(verdict.values)}")


def _none_of(reasons: list[str]) -> str:
    more = len(reasons) - 1
    return f"{reasons[0]} (nor did any of {more} others hold)" if more else reasons[0]


def told(values: dict[str, Any]) -> str:
    """The values in a row, as a reason says them."""
    return ", ".join(f"{name} is {in_words(value)}" for name, value in values.items()) or "always"


def in_words(value: Any) -> str:
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def showable(value: Any) -> Any:
    """A JSON value short enough to keep with every decision."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, str):
        return value if len(value) <= LONGEST_SHOWN else f"{value[: LONGEST_SHOWN - 1]}…"
    if isinstance(value, (list, tuple)):
        return [showable(inner) for inner in value[:10]]
    return f"{len(value)} entries" if isinstance(value, dict) else value
