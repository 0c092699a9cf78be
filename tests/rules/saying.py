"""Plain makers for what a customer said, as the rules hear it."""

from datetime import UTC, datetime
from typing import Any

from feedback.intake.scores import class_of
from tickets.rules.conditions import compile_condition
from tickets.rules.facts import Facts, Heard, Scored
from tickets.rules.verdict import Verdict

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def scored(kind: str, value: int, *, key: str = "") -> Scored:
    return Scored(key, kind, value, class_of(kind, value))


def heard(**said: Any) -> Heard:
    return Heard(**{"received_at": NOON, "channel": "website", "source": "shop"} | said)


def facts(**said: Any) -> Facts:
    return Facts(heard(**said))


def leaf(fact: str, op: str, value: Any = None, **more: Any) -> dict[str, Any]:
    named = {} if op in {"missing", "present"} else {"value": value}
    return {"fact": fact, "op": op, **named, **more}


def judged(tree: Any, **said: Any) -> Verdict:
    """The verdict, after making sure that the fast way says the same."""
    condition = compile_condition(tree)
    verdict = condition.judge(facts(**said))
    assert condition.holds(facts(**said)) is verdict.matched
    return verdict
