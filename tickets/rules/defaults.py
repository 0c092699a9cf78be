"""The rules of a new installation: whoever is unhappy is answered, praise is kept."""

from typing import Any

Written = dict[str, Any]


def default_rules(*, group: str, policy: str) -> list[Written]:
    """In order. What none of them takes, a neutral score without a word, has nothing to answer."""
    return [_unhappy(group, policy), _to_be_read(), _praise()]


def _unhappy(group: str, policy: str) -> Written:
    unhappy = {"fact": "worst.class", "op": "eq", "value": "negative"}
    said = [{"fact": "worst.class", "op": "eq", "value": "unscored"}, _words()]
    called = {"fact": "contact_me", "op": "eq", "value": True}
    return {
        "name": "Unhappy, or asks to be called",
        "when": {"any": [unhappy, {"all": said}, called]},
        "then": {"ticket": True, "group": group, "policy": policy},
    }


def _to_be_read() -> Written:
    neutral = {"fact": "worst.class", "op": "eq", "value": "neutral"}
    return {
        "name": "Neutral, with words",
        "when": {"all": [neutral, _words()]},
        "then": {"ticket": False, "reason": "To be read."},
    }


def _praise() -> Written:
    return {
        "name": "Praise",
        "when": {"fact": "worst.class", "op": "eq", "value": "positive"},
        "then": {"ticket": False, "reason": "Praise, kept for those it praises."},
    }


def _words() -> Written:
    return {"fact": "comment", "op": "present"}
