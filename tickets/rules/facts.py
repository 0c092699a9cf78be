"""What a rule may ask of a feedback: every fact by name, its kind, and how it is read.

A fact that is not there is None, and so is an empty text, list or object: to a rule both are
"missing". Facts are read when first asked for, and kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum, StrEnum
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from feedback.intake.call_backs import call_back_in
from feedback.intake.scores import CLASSES, TABLE, UNSCORED, worst
from tickets.rules.numbers import read_number
from tickets.rules.script import SCRIPTS, dominant_script, language_of
from tickets.rules.wording import composed, fold, spaced

CHANNELS = ("website", "app", "email", "import", "store", "hand")
WAYS = ("letter", "phone", "receipt", "store", "none")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_NAME = 200
LONGEST_SEARCHED = 10_000


class Kind(StrEnum):
    CHOICE = "choice"
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    LIST = "list"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Scored:
    """One score as given, and its class; `key` is "" for the main one."""

    key: str
    type: str
    value: int
    score_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The customer as far as rules care."""

    trusted: bool
    locale: str = ""
    value: Decimal | None = None
    segment: str = ""
    company: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One feedback as plain values.

    `failures` is how much negative feedback the customer gave in the last so many days before
    this one: days -> count. `zone` is the source's, an IANA name.
    """

    received_at: datetime
    channel: str
    source: str
    zone: str = "UTC"
    form: str = ""
    score: Scored | None = None
    further: tuple[Scored, ...] = ()
    comment: str = ""
    tags: tuple[str, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    contactable: str = "none"
    customer: Person | None = None
    failures: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as the catalogue knows it. `personal`: its value is never quoted in a reason."""

    name: str
    kind: Kind
    read: Callable[["Facts"], Any]
    choices: tuple[str, ...] = ()
    personal: bool = False


class Truth(Enum):
    """Yes and no, told apart from 1 and 0, which Python holds to be equal to them."""

    YES = "yes"
    NO = "no"


Form = Literal["folded", "spaced", "number", "bytes"]


class Facts(dict[Any, Any]):
    """Facts of one feedback by name; by (name, form) as comparisons want to see them; and
    ("customer.failures", days)."""

    def __init__(self, heard: Heard) -> None:
        super().__init__()
        self.heard = heard

    def __missing__(self, key: str | tuple[str, Any]) -> Any:
        value = self[key] = self._look_up(key)
        return value

    def _look_up(self, key: str | tuple[str, Any]) -> Any:
        if isinstance(key, str):
            return _none_if_empty(fact_named(key).read(self))
        name, form = key
        if name == FAILURES:
            return self.heard.failures[form] if self.heard.customer else None
        value = self[name]
        return None if value is None else FORMS[form](value)


def _none_if_empty(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, (tuple, list, Mapping)):
        return value or None
    return value


def folded(value: Any) -> Any:
    """A value that compares by == and may stand in a set; an object equals nothing a rule names."""
    if isinstance(value, str):
        return fold(value)
    if isinstance(value, bool):
        return Truth.YES if value else Truth.NO
    if isinstance(value, (list, tuple)):
        return tuple(folded(inner) for inner in value)
    return () if isinstance(value, Mapping) else value


def as_number(value: Any) -> Any:
    is_number = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    return value if is_number else None


def searched(text: str) -> bytes:
    """What patterns see, cut so that none can be made to search for long."""
    return composed(text[:LONGEST_SEARCHED]).encode(errors="replace")


FORMS: Mapping[Form, Callable[[Any], Any]] = {
    "folded": folded,
    "spaced": lambda value: spaced(value) if isinstance(value, str) else None,
    "number": as_number,
    "bytes": lambda value: searched(value) if isinstance(value, str) else None,
}


def _worst(heard: Heard) -> str:
    return worst([score.score_class for score in (heard.score, *heard.further) if score])


def _local(facts: Facts) -> datetime:
    heard = facts.heard
    return heard.received_at.astimezone(ZoneInfo(heard.zone))


def _asks_for_contact(heard: Heard) -> bool:
    """To be written to, or to be called."""
    return heard.answers.get("contact_me") is True or call_back_in(heard.answers) is not None


def _of_score(name: str) -> Callable[[Facts], Any]:
    return lambda facts: getattr(facts.heard.score, name, None)


def _of_customer(name: str) -> Callable[[Facts], Any]:
    return lambda facts: getattr(facts.heard.customer, name, None)


FAILURES = "customer.failures"

FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact(
            "score.class",
            Kind.CHOICE,
            lambda facts: _of_score("score_class")(facts) or UNSCORED,
            choices=CLASSES,
        ),
        Fact("score.value", Kind.NUMBER, _of_score("value")),
        Fact("score.type", Kind.CHOICE, _of_score("type"), choices=tuple(TABLE)),
        Fact("worst.class", Kind.CHOICE, lambda facts: _worst(facts.heard), choices=CLASSES),
        Fact("channel", Kind.CHOICE, lambda facts: facts.heard.channel, choices=CHANNELS),
        Fact("source", Kind.TEXT, lambda facts: facts.heard.source),
        Fact("form", Kind.TEXT, lambda facts: facts.heard.form),
        Fact("comment", Kind.TEXT, lambda facts: facts.heard.comment, personal=True),
        Fact("comment.length", Kind.NUMBER, lambda facts: len(facts.heard.comment)),
        Fact(
            "script",
            Kind.CHOICE,
            lambda facts: dominant_script(facts.heard.comment),
            choices=SCRIPTS,
        ),
        Fact(
            "language",
            Kind.TEXT,
            lambda facts: language_of(_of_customer("locale")(facts) or "", facts["script"]),
        ),
        Fact("contactable", Kind.CHOICE, lambda facts: facts.heard.contactable, choices=WAYS),
        Fact(
            "contact_me",
            Kind.FLAG,
            lambda facts: _asks_for_contact(facts.heard),
        ),
        Fact("tags", Kind.LIST, lambda facts: facts.heard.tags),
        Fact("hour", Kind.NUMBER, lambda facts: _local(facts).hour),
        Fact(
            "weekday",
            Kind.CHOICE,
            lambda facts: WEEKDAYS[_local(facts).weekday()],
            choices=WEEKDAYS,
        ),
        Fact("customer.trusted", Kind.FLAG, _of_customer("trusted")),
        Fact("customer.value", Kind.NUMBER, _of_customer("value")),
        Fact("customer.segment", Kind.TEXT, _of_customer("segment")),
        Fact("customer.company", Kind.TEXT, _of_customer("company")),
        Fact(FAILURES, Kind.NUMBER, lambda facts: facts.heard.failures),
    )
}


# Families of facts that every house fills in its own way; KEY and PATH stand for what it says.
PATTERNS = (
    "scores.KEY.class",
    "scores.KEY.value",
    "scores.KEY.type",
    "context.PATH",
    "number.PATH",
    "answers.PATH",
)


@lru_cache(maxsize=4096)
def fact_named(name: str) -> Fact:
    """The catalogue's entry, also for `scores.KEY.class`, `context.PATH`, `answers.PATH`, and
    `number.PATH`, which is the context read as a number, also where it was sent as a text.

    Raises KeyError for a name no feedback could have.
    """
    known = FACTS.get(name)
    if known is not None:
        return known
    family, _, rest = name.partition(".")
    if not rest or len(name) > LONGEST_NAME or family not in _FAMILIES:
        raise KeyError(name)
    return _FAMILIES[family](name, rest)


def _further_score(name: str, rest: str) -> Fact:
    key, _, part = rest.rpartition(".")
    if not key or part not in {"class", "type", "value"}:
        raise KeyError(name)
    kind = Kind.NUMBER if part == "value" else Kind.CHOICE
    choices = {"class": CLASSES[:3], "type": tuple(TABLE)}.get(part, ())
    attribute = "score_class" if part == "class" else part
    return Fact(name, kind, lambda facts: _further(facts.heard, key, attribute), choices=choices)


def _further(heard: Heard, key: str, attribute: str) -> Any:
    score = next((score for score in heard.further if score.key == key), None)
    return getattr(score, attribute, None)


def _from_context(name: str, rest: str) -> Fact:
    return Fact(name, Kind.ANY, lambda facts: reach(facts.heard.context, rest))


def _number_from_context(name: str, rest: str) -> Fact:
    return Fact(name, Kind.NUMBER, lambda facts: read_number(reach(facts.heard.context, rest)))


def _from_answers(name: str, rest: str) -> Fact:
    return Fact(name, Kind.ANY, lambda facts: reach(facts.heard.answers, rest))


_FAMILIES = {
    "scores": _further_score,
    "context": _from_context,
    "number": _number_from_context,
    "answers": _from_answers,
}


def reach(tree: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path; a key that has dots of its own is found first. Else None."""
    if path in tree:
        return tree[path]
    head, _, rest = path.partition(".")
    inner = tree.get(head)
    return reach(inner, rest) if rest and isinstance(inner, Mapping) else None
