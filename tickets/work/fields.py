"""What a field of a ticket may hold, and how a list asks for it. Pure.

A value comes from many hands: the context of a feedback, a form, the API. Whoever sends it, it is
read here, so that all of them mean the same.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from tickets.rules.numbers import read_number
from tickets.rules.wording import fold

TEXT, NUMBER, DATE, CHOICE = "text", "number", "date", "choice"
KINDS = (TEXT, NUMBER, DATE, CHOICE)
WORDED = (TEXT, CHOICE)

MOST_FIELDS = 20
LONGEST_TEXT = 200
DIGITS, DECIMALS = 20, 6
_LARGEST = Decimal(10) ** (DIGITS - DECIMALS)
_STEP = Decimal(1).scaleb(-DECIMALS)
_EARLIEST = date(1900, 1, 1)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Value = str | Decimal | date

# What a list calls a field is behind this, so that no filter to come is ever in its way.
FIELD = "field."
# How a list asks for those that have any value, and for those that have none.
FILLED, EMPTY = "*", "none"


class Misfit(ValueError):
    """What was sent is nothing that the field can hold."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


def read_value(
    kind: str, raw: Any, *, choices: Sequence[str] = (), zone: tzinfo = UTC
) -> Value | None:
    """None for what is blank. `zone` is the one in which a time has its day. Raises Misfit."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if kind == NUMBER:
        return _number(raw)
    if kind == DATE:
        return _date(raw, zone)
    text = _text(raw)
    return _choice(text, choices) if kind == CHOICE else text


def shown(value: Value) -> str:
    if isinstance(value, Decimal):
        plain = f"{value:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return value.isoformat() if isinstance(value, date) else value


def _text(raw: Any) -> str:
    """Numbers too: an order's number is often sent as one."""
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float, Decimal)):
        raise Misfit("wrong_type", "A text is wanted here.")
    if isinstance(raw, float):
        raw = shown(Decimal(str(raw))) if raw == raw and abs(raw) < _LARGEST else str(raw)
    text = " ".join(str(raw).split())
    if len(text) > LONGEST_TEXT:
        raise Misfit("too_long", f"At most {LONGEST_TEXT} characters.")
    return text


def _number(raw: Any) -> Decimal:
    number = read_number(raw)
    if number is None:
        raise Misfit("wrong_type", "A number is wanted here, as 1240.50.")
    if abs(number) >= _LARGEST:
        raise Misfit("out_of_range", f"At most {DIGITS - DECIMALS} digits before the point.")
    return number.quantize(_STEP) + 0


def _date(raw: Any, zone: tzinfo) -> date:
    day = _day(raw, zone) if isinstance(raw, str) else None
    if day is None:
        raise Misfit("wrong_type", "A date is wanted here, as 2026-11-20.")
    if day < _EARLIEST:
        raise Misfit("out_of_range", f"A date from {_EARLIEST.year} on is wanted here.")
    return day


def _day(raw: str, zone: tzinfo) -> date | None:
    text = raw.strip()
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        at = datetime.fromisoformat(text) if _DAY.match(text) else None
        if at is None:
            return None
        return (at.astimezone(zone) if at.tzinfo else at).date()
    except (ValueError, OverflowError):
        return None


def _choice(text: str, choices: Sequence[str]) -> str:
    found = next((choice for choice in choices if fold(choice) == fold(text)), None)
    if found is None:
        raise Misfit("unknown_choice", f"One of: {', '.join(choices)}.")
    return found


@dataclass(frozen=True)
class Asked:
    """One thing that a list asks of a field: `op` is one of is, begins, filled, empty, and for what
    has an order gt, gte, lt, lte, between. `most` ends a range."""

    op: str
    value: Any = None
    most: Any = None


_COMPARED = ((">=", "gte"), ("<=", "lte"), (">", "gt"), ("<", "lt"), ("=", "is"))


def read_asked(kind: str, values: Sequence[str], *, choices: Sequence[str] = ()) -> list[Asked]:
    """Any of which will do. By comma several; a text with a comma is also taken as a whole. Raises
    Misfit."""
    parts = [part.strip() for value in values for part in value.split(",") if part.strip()]
    if kind == TEXT:
        parts += [value.strip() for value in values if "," in value]
    if not parts:
        raise Misfit("blank", "Say a value, * for any, or none.")
    return [_asked(kind, part, choices) for part in dict.fromkeys(parts)]


def _asked(kind: str, part: str, choices: Sequence[str]) -> Asked:
    if part in (FILLED, EMPTY):
        return Asked("filled" if part == FILLED else "empty")
    if kind == TEXT:
        begins = part.endswith("*")
        return Asked("begins" if begins else "is", fold(" ".join(part.rstrip("*").split())))
    if kind == CHOICE:
        return Asked("is", fold(_choice(part, choices)))
    least, dots, most = part.partition("..")
    if dots:
        return _range(kind, least, most)
    sign, op = next((known for known in _COMPARED if part.startswith(known[0])), ("", "is"))
    return Asked(op, _compared(kind, part.removeprefix(sign)))


def _range(kind: str, least: str, most: str) -> Asked:
    """Either end may be left open."""
    if not least.strip():
        return Asked("lte", _compared(kind, most))
    if not most.strip():
        return Asked("gte", _compared(kind, least))
    return Asked("between", _compared(kind, least), _compared(kind, most))


def _compared(kind: str, text: str) -> Value:
    value = read_value(kind, text.strip())
    if value is None:
        raise Misfit("blank", "A comparison wants a value, as >100 or 50..200.")
    return value
