"""Conditions: trees of all, any and not over comparisons of facts.

    {"all": [{"fact": "score.class", "op": "in", "value": ["negative", "unscored"]},
             {"not": {"fact": "context.order_id", "op": "missing"}},
             {"fact": "customer.failures", "op": "gte", "value": 2, "days": 30}]}

`{"always": true}` matches everything; an empty list is refused rather than read so. Compiled once;
`holds` answers fast, `judge` answers with the values that decided.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cxloop.kernel.errors import Fault, Refused
from tickets.rules.facts import FAILURES, Fact, Facts, fact_named
from tickets.rules.operators import OPERATORS, PRESENCE, Misfit, Operator, operators_of
from tickets.rules.verdict import All, Always, Any_, Holds, Leaf, Node, Not, Verdict

MAX_DEPTH = 10
MAX_NODES = 200
MOST_DAYS = 730
# Counting a customer's failures stops here; a rule that asks for more would never match.
MOST_FAILURES = 1000


class BadCondition(Refused):
    code = "bad_condition"


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled tree. `windows` are the days back it needs failures counted for."""

    root: Node
    holds: Holds
    windows: frozenset[int]

    def judge(self, facts: Facts) -> Verdict:
        return self.root.judge(facts)


def compile_condition(tree: Any, *, at: str = "") -> Condition:
    """Raises BadCondition with every fault found; pointers start with `at`."""
    reading = _Reading()
    root = reading.node(tree, at, 1)
    if reading.faults or root is None:
        raise BadCondition(reading.faults)
    return Condition(root, root.holds, frozenset(reading.windows))


class _Wrong(Exception):
    """One fault in one part; the parts beside it are still read."""

    def __init__(self, where: str, code: str, detail: str) -> None:
        super().__init__(detail)
        self.where, self.code, self.detail = where, code, detail


class _Reading:
    """One pass over a tree: gathers faults rather than stopping at the first."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.windows: set[int] = set()
        self.nodes = 0

    def node(self, tree: Any, at: str, depth: int) -> Node | None:
        self.nodes += 1
        try:
            return self._node(tree, at, depth)
        except _Wrong as wrong:
            self.faults.append(Fault(f"{at}{wrong.where}", wrong.code, wrong.detail))
            return None

    def _node(self, tree: Any, at: str, depth: int) -> Node | None:
        if self.nodes > MAX_NODES:
            raise _Wrong("", "too_many", f"a condition has at most {MAX_NODES} parts")
        if depth > MAX_DEPTH:
            raise _Wrong("", "too_deep", f"a condition nests at most {MAX_DEPTH} deep")
        kinds = {"all": self._all, "any": self._any, "not": self._not, "always": self._always}
        key = next((key for key in kinds if isinstance(tree, dict) and key in tree), None)
        if key is not None:
            self._only(tree, {key}, at)
            return kinds[key](tree[key], f"{at}/{key}", depth + 1)
        if isinstance(tree, dict) and "fact" in tree:
            return self._leaf(tree, at)
        raise _Wrong("", "wrong_type", "an object with all, any, not, always or fact is wanted")

    def _only(self, tree: dict[str, Any], known: set[str], at: str) -> None:
        for key in sorted(tree.keys() - known):
            detail = f"{key!r} does not belong here"
            self.faults.append(Fault(f"{at}/{escaped(key)}", "unknown_key", detail))

    def _all(self, inner: Any, at: str, depth: int) -> Node:
        children = self._children("all", inner, at, depth)
        return All(children, _all_hold(_cheapest_first(children)))

    def _any(self, inner: Any, at: str, depth: int) -> Node:
        children = self._children("any", inner, at, depth)
        return Any_(children, _any_holds(_cheapest_first(children)))

    def _children(self, key: str, inner: Any, at: str, depth: int) -> Sequence[Node]:
        if not isinstance(inner, list):
            raise _Wrong(f"/{key}", "wrong_type", "a list of conditions is wanted here")
        if not inner:
            detail = 'at least one condition is wanted; to match everything say "always": true'
            raise _Wrong(f"/{key}", "empty", detail)
        found = []
        for index, child in enumerate(inner):
            if self.nodes > MAX_NODES:
                break
            found.append(self.node(child, f"{at}/{index}", depth))
        return tuple(child for child in found if child is not None)

    def _not(self, inner: Any, at: str, depth: int) -> Node | None:
        child = self.node(inner, at, depth)
        return child and Not(child, _not_holds(child.holds))

    def _always(self, inner: Any, at: str, depth: int) -> Node:
        if inner is not True:
            raise _Wrong("/always", "wrong_type", 'only "always": true can be said')
        return Always()

    def _leaf(self, tree: dict[str, Any], at: str) -> Leaf:
        fact = _fact(tree["fact"])
        days = self._days(fact, tree)
        name = tree.get("op")
        if isinstance(name, str) and name in PRESENCE:
            self._only(tree, {"fact", "op", "days"}, at)
            return _presence(fact, PRESENCE[name], days)
        self._only(tree, {"fact", "op", "value", "days"}, at)
        operator = _operator(name, fact)
        operand = _operand(operator, fact, tree)
        return _comparison(fact, operator, operand, days=days, named=tree["value"])

    def _days(self, fact: Fact, tree: dict[str, Any]) -> int | None:
        if fact.name != FAILURES:
            if "days" in tree:
                raise _Wrong("/days", "unknown_key", f"{fact.name} does not look back")
            return None
        days = tree.get("days")
        if type(days) is not int or not 1 <= days <= MOST_DAYS:
            detail = f"days to look back, 1 to {MOST_DAYS}, are wanted here"
            raise _Wrong("/days", "required" if days is None else "out_of_range", detail)
        self.windows.add(days)
        return days


def _fact(name: Any) -> Fact:
    try:
        return fact_named(name if isinstance(name, str) else "")
    except KeyError:
        raise _Wrong("/fact", "unknown_fact", f"there is no fact {name!r}") from None


def _operator(name: Any, fact: Fact) -> Operator:
    known = OPERATORS.get(name) if isinstance(name, str) else None
    suited = ", ".join(operators_of(fact.kind))
    if known is None:
        detail = f"there is no operator {name!r}; for {fact.name} there are {suited}"
        raise _Wrong("/op", "required" if name is None else "unknown_operator", detail)
    if fact.kind not in known.kinds:
        detail = f"{name} does not suit {fact.name}, a {fact.kind}; these do: {suited}"
        raise _Wrong("/op", "wrong_operator", detail)
    return known


def _operand(operator: Operator, fact: Fact, tree: dict[str, Any]) -> Any:
    if "value" not in tree:
        raise _Wrong("/value", "required", "a value to compare with is wanted here")
    try:
        operand = operator.operand(fact, tree["value"])
    except Misfit as misfit:
        raise _Wrong(f"/value{misfit.where}", misfit.code, misfit.detail) from None
    if fact.name == FAILURES and _largest(operand) > MOST_FAILURES:
        raise _Wrong("/value", "out_of_range", f"failures are counted to {MOST_FAILURES}")
    return operand


def _largest(operand: Any) -> Any:
    return max(operand) if isinstance(operand, (tuple, frozenset)) else operand


def escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _comparison(
    fact: Fact, operator: Operator, operand: Any, *, days: int | None, named: Any
) -> Leaf:
    form = operator.form_for(fact.kind)
    key = (fact.name, days) if days else (fact.name, form) if form else fact.name
    test, when_missing = operator.test(operand), operator.when_missing

    def holds(facts: Facts) -> bool:
        value = facts[key]
        return when_missing if value is None else test(value)

    pick = operator.found
    found = (lambda facts: pick(operand, facts[key])) if pick else None
    says = f"{operator.says} {_listed(named)}"
    cost = _COSTS.get(form or "", 1)
    return Leaf(fact=fact, days=days, says=says, holds=holds, cost=cost, found=found)


def _presence(fact: Fact, wanted: bool, days: int | None) -> Leaf:
    key = (fact.name, days) if days else fact.name
    says = "is there" if wanted else "is missing"
    return Leaf(
        fact=fact, days=days, says=says, holds=lambda facts: (facts[key] is not None) is wanted
    )


def _listed(named: Any) -> str:
    shown = ", ".join(map(str, named)) if isinstance(named, list) else str(named)
    return shown if len(shown) <= 120 else f"{shown[:119]}…"


# By the form in which a comparison wants to see its fact: patterns and words read the whole text.
_COSTS = {"bytes": 16, "spaced": 8, "folded": 2}


def _cheapest_first(children: Sequence[Node]) -> list[Holds]:
    """Which question is asked first decides nothing but the time: most feedback fails the class or
    the topic of a rule, and then nobody need read its words for it."""
    return [child.holds for child in sorted(children, key=lambda child: child.cost)]


def _all_hold(children: list[Holds]) -> Holds:
    def holds(facts: Facts) -> bool:
        for child in children:  # noqa: SIM110  all() over a generator costs three times as much
            if not child(facts):
                return False
        return True

    return holds


def _any_holds(children: list[Holds]) -> Holds:
    def holds(facts: Facts) -> bool:
        for child in children:  # noqa: SIM110  as above
            if child(facts):
                return True
        return False

    return holds


def _not_holds(child: Holds) -> Holds:
    return lambda facts: not child(facts)
