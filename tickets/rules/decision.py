"""An ordered list of rules: the first that matches decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tickets.rules.conditions import Condition
from tickets.rules.facts import Facts
from tickets.rules.results import Result
from tickets.rules.verdict import told

# A reason names this many rules that did not match; with more it says how many more.
MOST_TOLD = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyRule:
    """A rule compiled; `key` is the row of its version. What was never saved has neither id,
    version nor key."""

    name: str
    order: int
    when: Condition
    then: Result
    id: int | None = None
    version: int | None = None
    key: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """`rule` is None where nothing matched; `reason` then says why not, rule by rule."""

    rule: ReadyRule | None
    values: dict[str, Any]
    reason: str


def first_match(rules: Sequence[ReadyRule], facts: Facts) -> ReadyRule | None:
    for rule in rules:
        if rule.when.holds(facts):
            return rule
    return None


def decide(rules: Sequence[ReadyRule], facts: Facts) -> Decision:
    """`rules` in their order. Never raises, whatever the feedback holds."""
    rule = first_match(rules, facts)
    if rule is None:
        return Decision(None, {}, _why_none(rules, facts))
    values = rule.when.judge(facts).values
    return Decision(rule, values, _why(rule, values))


def _why(rule: ReadyRule, values: dict[str, Any]) -> str:
    return f"{rule.name}: {told(values)}"


def _why_none(rules: Sequence[ReadyRule], facts: Facts) -> str:
    if not rules:
        return "There are no rules."
    reasons = [f"{rule.name}: {rule.when.judge(facts).why_not}" for rule in rules[:MOST_TOLD]]
    more = len(rules) - len(reasons)
    tail = f" And {more} more." if more else ""
    return f"No rule matched. {'; '.join(reasons)}.{tail}"
