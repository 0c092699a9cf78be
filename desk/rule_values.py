"""A value of a condition as it is typed, and back."""

import json
import re
from typing import Any

from tickets.rules.facts import Kind

_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_SPOKEN = {"yes": True, "no": False}


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def number(text: str) -> Any:
    """The number that was typed; what is none stays as it is, for the rules to refuse."""
    found = text.strip()
    return json.loads(found) if _is_number(found) else text


def _is_number(text: str) -> bool:
    plain = text.removeprefix("-").partition(".")[0]
    return bool(_NUMBER.fullmatch(text)) and (plain == "0" or not plain.startswith("0"))


def read(kind: Kind, text: str) -> Any:
    if kind is Kind.NUMBER:
        return number(text)
    if kind is Kind.FLAG:
        return _SPOKEN.get(text, text)
    return _scalar(text) if kind is Kind.ANY else text


def _scalar(text: str) -> Any:
    """Where the kind is free: a number is one, yes and no are, and in quotes stands a text."""
    found = text.strip()
    if len(found) > 1 and found[0] == found[-1] == '"':
        return found[1:-1]
    return _SPOKEN[found] if found in _SPOKEN else number(found)


def written(kind: Kind, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        is_plain = kind is not Kind.ANY or _scalar(value) == value
        return value if is_plain else f'"{value}"'
    return json.dumps(value)
