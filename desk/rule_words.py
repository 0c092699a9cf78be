"""What the desk calls the facts that a rule may ask, how it compares them, and their values."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from desk.words import Words, said_as
from tickets.rules.facts import FACTS, FAILURES, PATTERNS, Fact, Kind
from tickets.rules.facts import WEEKDAYS as DAYS
from tickets.work.fields import NUMBER
from tickets.work.models import TicketField

NO_FIELDS: Mapping[str, str] = MappingProxyType({})

FACT: Words = {
    "score.class": pgettext_lazy("fact", "class of the score"),
    "score.value": pgettext_lazy("fact", "value of the score"),
    "score.type": pgettext_lazy("fact", "kind of score"),
    "worst.class": pgettext_lazy("fact", "worst of all scores"),
    "channel": pgettext_lazy("fact", "channel"),
    "source": pgettext_lazy("fact", "source"),
    "form": pgettext_lazy("fact", "form"),
    "comment": pgettext_lazy("fact", "comment"),
    "comment.length": pgettext_lazy("fact", "length of the comment"),
    "script": pgettext_lazy("fact", "script of the comment"),
    "language": pgettext_lazy("fact", "language"),
    "contactable": pgettext_lazy("fact", "how they can be reached"),
    "contact_me": pgettext_lazy("fact", "asks to be contacted"),
    "tags": pgettext_lazy("fact", "tags"),
    "hour": pgettext_lazy("fact", "hour of the day"),
    "weekday": pgettext_lazy("fact", "weekday"),
    "customer.trusted": pgettext_lazy("fact", "customer is known for sure"),
    "customer.value": pgettext_lazy("fact", "value of the customer"),
    "customer.segment": pgettext_lazy("fact", "segment of the customer"),
    "customer.company": pgettext_lazy("fact", "company of the customer"),
    "customer.failures": pgettext_lazy("fact", "earlier complaints of the customer"),
    "scores.KEY.class": pgettext_lazy("fact", "class of the further score"),
    "scores.KEY.value": pgettext_lazy("fact", "value of the further score"),
    "scores.KEY.type": pgettext_lazy("fact", "kind of the further score"),
    "context.PATH": pgettext_lazy("fact", "context"),
    "number.PATH": pgettext_lazy("fact", "context, read as a number"),
    "answers.PATH": pgettext_lazy("fact", "answer"),
}

# A comparison as a sentence has it; the editor offers it without the fact.
PHRASE: Words = {
    "eq": gettext_lazy("%(fact)s is %(value)s"),
    "ne": gettext_lazy("%(fact)s is not %(value)s"),
    "in": gettext_lazy("%(fact)s is one of %(value)s"),
    "not_in": gettext_lazy("%(fact)s is none of %(value)s"),
    "gt": gettext_lazy("%(fact)s is over %(value)s"),
    "gte": gettext_lazy("%(fact)s is at least %(value)s"),
    "lt": gettext_lazy("%(fact)s is under %(value)s"),
    "lte": gettext_lazy("%(fact)s is at most %(value)s"),
    "between": gettext_lazy("%(fact)s is between %(value)s"),
    "contains": gettext_lazy("%(fact)s contains %(value)s"),
    "starts_with": gettext_lazy("%(fact)s starts with %(value)s"),
    "word": gettext_lazy("%(fact)s has the word %(value)s"),
    "words_any": gettext_lazy("%(fact)s has one of the words %(value)s"),
    "words_all": gettext_lazy("%(fact)s has all the words %(value)s"),
    "matches": gettext_lazy("%(fact)s matches the pattern %(value)s"),
    "present": gettext_lazy("%(fact)s is there"),
    "missing": gettext_lazy("%(fact)s is missing"),
}

ASSIGN: Words = {
    "none": gettext_lazy("the group chooses"),
    "round_robin": gettext_lazy("the next in turn"),
    "least_loaded": gettext_lazy("who has the fewest open tickets"),
}

# What an editor offers together.
SHELVES: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (
        gettext_lazy("The scores"),
        ("score.class", "score.value", "score.type", "worst.class", *PATTERNS[:3]),
    ),
    (
        gettext_lazy("The words"),
        ("comment", "comment.length", "script", "language", "tags", "answers.PATH"),
    ),
    (
        gettext_lazy("The customer"),
        (
            *(name for name in FACTS if name.startswith("customer.")),
            *("contactable", "contact_me"),
        ),
    ),
    (
        gettext_lazy("Where and when"),
        ("channel", "source", "form", "context.PATH", "number.PATH", "hour", "weekday"),
    ),
)

_WORDS_OF = {"class": "mood", "type": "score", "channel": "channel", "contactable": "contactable"}


def comparison(code: str) -> str:
    """As the editor offers it."""
    return (str(PHRASE[code]) % {"fact": "", "value": "…"}).strip(" :")


def value_word(fact: Fact, value: Any) -> str:
    """One value of a fact: a code in words, a text in quotes."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if fact.name == "weekday" and value in DAYS:
        return str(WEEKDAYS[DAYS.index(value)])
    kind = _WORDS_OF.get(fact.name.rpartition(".")[2])
    if fact.kind is Kind.CHOICE and kind:
        return said_as(value, kind)
    return f"“{value}”" if isinstance(value, str) and not fact.choices else str(value)


def fact_of_field(field: TicketField) -> str:
    """What a rule asks where a field of this house is filled from: a rule judges what was sent,
    before there is a ticket that has fields."""
    return f"{'number' if field.kind == NUMBER else 'context'}.{field.path}"


def fact_word(name: str, days: Any = None, fields: Mapping[str, str] = NO_FIELDS) -> str:
    """Of a family, with what the house calls it. `fields` are the labels of its own, by fact."""
    if name in fields:
        return fields[name]
    if name == FAILURES and days:
        return _("earlier complaints of the customer in %(days)s days") % {"days": days}
    if name in FACT:
        return str(FACT[name])
    pattern, rest = split_name(name)
    return f"{FACT[pattern]} {rest}" if pattern in FACT else name


def split_name(name: str) -> tuple[str, str]:
    """A fact's name as the pattern of its family and what stands in its place; else itself."""
    if name in FACTS:
        return name, ""
    for pattern in PATTERNS:
        head, tail = pattern.replace("KEY", "\0").replace("PATH", "\0").split("\0")
        if name.startswith(head) and name.endswith(tail) and len(name) > len(head + tail):
            return pattern, name[len(head) : len(name) - len(tail)]
    return name, ""


def whole_name(pattern: str, rest: str) -> str:
    if pattern not in PATTERNS:
        return pattern
    return pattern.replace("KEY", rest).replace("PATH", rest)
