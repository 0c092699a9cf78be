"""Settings read from the environment, each declared once with its meaning.

`DECLARED` is the table that the README prints and a test compares.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured

Value = TypeVar("Value")


@dataclass(frozen=True)
class Declared:
    name: str
    default: str
    meaning: str


DECLARED: list[Declared] = []


def read(name: str, default: str, meaning: str, *, parse: Callable[[str], Value]) -> Value:
    """The setting's parsed value; refuses to start on a value that cannot be read."""
    DECLARED.append(Declared(name, default, meaning))
    raw = os.environ.get(name, "").strip() or default
    try:
        return parse(raw)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={raw!r} cannot be read: {error}") from error


def yes_or_no(raw: str) -> bool:
    if raw.lower() in {"1", "true", "yes", "on"}:
        return True
    if raw.lower() in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError("say 1 or 0")


def from_one(raw: str) -> int:
    if int(raw) < 1:
        raise ValueError("say a whole number from 1")
    return int(raw)


def from_nought(raw: str) -> int:
    if int(raw) < 0:
        raise ValueError("say a whole number, 0 or more")
    return int(raw)


def days_of_a_link(raw: str) -> int:
    if not 1 <= int(raw) <= 3650:
        raise ValueError("say a whole number of days, 1 to 3650")
    return int(raw)


def comma_list(raw: str) -> list[str]:
    return [part.strip() for part in raw.split(",") if part.strip()]
