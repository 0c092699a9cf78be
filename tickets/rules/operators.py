"""How a rule may compare a fact with what it names.

What is missing fits no comparison, but for the four that speak of absence or difference:

| the fact is missing | missing | ne | not_in | every other |
| ------------------- | ------- | -- | ------ | ----------- |
| the condition holds | yes     | yes | yes   | no          |

Text compares without regard to case. A value of another type than the rule's (an answer, say, that
is a word where the rule names a number) is different, not greater, and contains nothing.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from tickets.rules.facts import Fact, Form, Kind, folded
from tickets.rules.patterns import BadPattern, compile_pattern
from tickets.rules.wording import composed, needle

LONGEST_TEXT = 500
LONGEST_LIST = 500

# What an operator wants to be told: one value of the fact's kind, a list of such, least and most,
# a text whatever the kind, or a list of texts.
Takes = Literal["one", "many", "range", "text", "texts"]

Test = Callable[[Any], bool]
Found = Callable[[Any, Any], Any]


class Misfit(ValueError):
    """What the rule names does not suit the fact; `where` points into the value."""

    def __init__(self, code: str, detail: str, *, where: str = "") -> None:
        super().__init__(detail)
        self.code, self.detail, self.where = code, detail, where


@dataclass(frozen=True, slots=True)
class Operator:
    """`operand` reads what the rule names, `test` compares; `found` picks the part of a long text
    that mattered. Facts of fixed kinds are compared as they are, others in their `form`."""

    says: str
    kinds: frozenset[Kind]
    operand: Callable[[Fact, Any], Any]
    test: Callable[[Any], Test]
    form: Form = "folded"
    when_missing: bool = False
    found: Found | None = None
    takes: Takes = "one"

    def form_for(self, kind: Kind) -> Form | None:
        return None if kind in _FIXED else self.form


_FIXED = frozenset({Kind.CHOICE, Kind.NUMBER, Kind.FLAG})
_EVERY = frozenset(Kind)
_SINGLE = _EVERY - {Kind.LIST}
_ORDERED = frozenset({Kind.NUMBER, Kind.ANY})
_WORDED = frozenset({Kind.TEXT, Kind.ANY})


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Misfit("wrong_type", "a text is wanted here")
    if not value.strip() or len(value) > LONGEST_TEXT:
        raise Misfit("wrong_length", f"a text of 1 to {LONGEST_TEXT} characters is wanted here")
    return value


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Misfit("wrong_type", "a number is wanted here")
    if isinstance(value, float) and not math.isfinite(value):
        raise Misfit("wrong_type", "a finite number is wanted here")
    return value


def _exact(_: Fact, value: Any) -> int | Decimal:
    """Sums of money are decimals: 0.1 as a binary fraction would equal none of them."""
    number = _number(value)
    return number if isinstance(number, int) else Decimal(str(number))


def _choice(fact: Fact, value: Any) -> str:
    if value not in fact.choices:
        raise Misfit("unknown_choice", f"{fact.name} is one of {', '.join(fact.choices)}")
    return _text(value)


def _flag(_: Fact, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Misfit("wrong_type", "true or false is wanted here")
    return value


def _scalar(_: Fact, value: Any) -> Any:
    if isinstance(value, bool):
        return folded(value)
    return folded(_text(value)) if isinstance(value, str) else _number(value)


def _folded_text(_: Fact, value: Any) -> Any:
    return folded(_text(value))


_VALUE_OF: dict[Kind, Callable[[Fact, Any], Any]] = {
    Kind.CHOICE: _choice,
    Kind.TEXT: _folded_text,
    Kind.LIST: _folded_text,
    Kind.NUMBER: _exact,
    Kind.FLAG: _flag,
    Kind.ANY: _scalar,
}


def _one(fact: Fact, value: Any) -> Any:
    return _VALUE_OF[fact.kind](fact, value)


def _listed(read: Callable[[Fact, Any], Any], fact: Fact, value: Any) -> list[Any]:
    if not isinstance(value, list) or not 1 <= len(value) <= LONGEST_LIST:
        raise Misfit("wrong_type", f"a list of 1 to {LONGEST_LIST} values is wanted here")
    return [_at(index, read, fact, inner) for index, inner in enumerate(value)]


def _at(index: int, /, read: Callable[[Fact, Any], Any], fact: Fact, value: Any) -> Any:
    try:
        return read(fact, value)
    except Misfit as misfit:
        raise Misfit(misfit.code, misfit.detail, where=f"/{index}") from None


def _some(fact: Fact, value: Any) -> frozenset[Any]:
    return frozenset(_listed(_one, fact, value))


def _size(fact: Fact, value: Any) -> Any:
    return _exact(fact, value) if fact.kind is Kind.NUMBER else _number(value)


def _range(fact: Fact, value: Any) -> tuple[Any, Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise Misfit("wrong_type", "a list of two numbers, least and most, is wanted here")
    least, most = _listed(_size, fact, value)
    if least > most:
        raise Misfit("empty_range", "the first number must not be above the second")
    return least, most


def _needle(_: Fact, value: Any) -> tuple[str, str]:
    sought = needle(_text(value))
    if not sought:
        raise Misfit("no_word", "this holds no letter or digit; look for it with contains")
    return sought, value


def _needles(fact: Fact, value: Any) -> list[tuple[str, str]]:
    return _listed(_needle, fact, value)


def _pattern(_: Fact, value: Any) -> Any:
    try:
        return compile_pattern(composed(_text(value)))
    except BadPattern as error:
        raise Misfit("bad_pattern", str(error)) from None


def _any_of(needles: list[tuple[str, str]]) -> Test:
    sought = tuple(needle for needle, _ in needles)

    def holds(words: str) -> bool:
        for word in sought:  # noqa: SIM110  any() over a generator costs more than the search
            if word in words:
                return True
        return False

    return holds


def _all_of(needles: list[tuple[str, str]]) -> Test:
    return lambda words: all(needle in words for needle, _ in needles)


def _words_found(needles: list[tuple[str, str]], words: str) -> list[str]:
    return [word for needle, word in needles if needle in words]


def _part_found(pattern: Any, text: bytes) -> str:
    match = pattern.search(text)
    return str(match.group().decode(errors="replace")) if match else ""


OPERATORS: dict[str, Operator] = {
    "eq": Operator("is", _SINGLE, _one, lambda named: lambda value: bool(value == named)),
    "ne": Operator(
        "is not",
        _SINGLE,
        _one,
        lambda named: lambda value: bool(value != named),
        when_missing=True,
    ),
    "in": Operator("is one of", _SINGLE, _some, lambda named: named.__contains__, takes="many"),
    "not_in": Operator(
        "is none of",
        _SINGLE,
        _some,
        lambda named: lambda value: value not in named,
        when_missing=True,
        takes="many",
    ),
    "gt": Operator(
        "is over", _ORDERED, _size, lambda named: lambda value: value > named, form="number"
    ),
    "gte": Operator(
        "is at least", _ORDERED, _size, lambda named: lambda value: value >= named, form="number"
    ),
    "lt": Operator(
        "is under", _ORDERED, _size, lambda named: lambda value: value < named, form="number"
    ),
    "lte": Operator(
        "is at most", _ORDERED, _size, lambda named: lambda value: value <= named, form="number"
    ),
    "between": Operator(
        "is between",
        _ORDERED,
        _range,
        lambda named: lambda value: named[0] <= value <= named[1],
        form="number",
        takes="range",
    ),
    "contains": Operator(
        "contains",
        frozenset({Kind.TEXT, Kind.LIST, Kind.ANY}),
        _folded_text,
        lambda named: lambda value: isinstance(value, (str, tuple)) and named in value,
        takes="text",
    ),
    "starts_with": Operator(
        "starts with",
        _WORDED,
        _folded_text,
        lambda named: lambda value: isinstance(value, str) and value.startswith(named),
        takes="text",
    ),
    "word": Operator(
        "has the word",
        _WORDED,
        lambda fact, value: [_needle(fact, value)],
        _any_of,
        form="spaced",
        found=_words_found,
        takes="text",
    ),
    "words_any": Operator(
        "has one of the words",
        _WORDED,
        _needles,
        _any_of,
        form="spaced",
        found=_words_found,
        takes="texts",
    ),
    "words_all": Operator(
        "has all the words",
        _WORDED,
        _needles,
        _all_of,
        form="spaced",
        found=_words_found,
        takes="texts",
    ),
    "matches": Operator(
        "matches",
        _WORDED,
        _pattern,
        lambda pattern: lambda text: pattern.search(text) is not None,
        form="bytes",
        found=_part_found,
        takes="text",
    ),
}

# These two name nothing: only whether there is a value at all.
PRESENCE = {"present": True, "missing": False}


def operators_of(kind: Kind) -> list[str]:
    """The names of the operators that suit a kind of fact, as an editor lists them."""
    return [name for name, known in OPERATORS.items() if kind in known.kinds] + list(PRESENCE)
