"""What is typed into the search box: operators, phrases in quotes, and words. Pure.

    is:unowned group:care before:2026-11-01 "never arrived" parcel

What looks like an operator and is none is searched as it stands: customers write "re:", "order:7"
and addresses of pages, and a search that refuses a customer's own words would be of no use. It is
named, so that a misspelt operator does not pass for one.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tickets.work.fields import FIELD

# By operator the filter of the list that it stands for.
FILTERS = (
    *("status", "group", "assignee", "priority", "source", "customer", "tag", "breached"),
    *("due_before", "created_after", "created_before", "imported", "snoozed", "handed_over"),
    "unread",
)
OPERATORS: Mapping[str, str] = {
    **{name: name for name in FILTERS},
    "owner": "assignee",
    "before": "created_before",
    "after": "created_after",
    "due": "due_before",
}
IS: Mapping[str, tuple[str, str]] = {
    "open": ("status", "new,open,waiting"),
    **{word: ("status", word) for word in ("new", "waiting", "resolved", "closed")},
    "mine": ("assignee", "me"),
    "unowned": ("assignee", "none"),
    "breached": ("breached", "true"),
    "imported": ("imported", "true"),
    "away": ("snoozed", "true"),
    "handed-over": ("handed_over", "true"),
    "unread": ("unread", "true"),
}
# As people are taught them; those above are understood too.
TAUGHT = (
    *("is:", "status:", "group:", "assignee:", "priority:", "tag:", "source:", "customer:"),
    *("before:", "after:", "due:"),
)

_TOKEN = re.compile(
    r'(?:(?P<name>[a-z][a-z0-9_-]*):)?(?:"(?P<quoted>[^"]*)"?|(?P<plain>\S+))', re.I
)
# As Korean keyboards and word processors write them.
_AS_TYPED = str.maketrans({"“": '"', "”": '"', "„": '"', "＂": '"', "：": ":"})
_REF = re.compile(r"(?:t-|#)?([0-9]{1,18})", re.I)


class Misread(ValueError):
    """An operator with a value that it cannot have; `known` are those that it can."""

    def __init__(self, operator: str, known: tuple[str, ...]) -> None:
        super().__init__(operator)
        self.operator, self.known = operator, known


@dataclass(frozen=True)
class Typed:
    """`filters` are names of the list's filters with their values, in the order typed; `unknown`
    what only looked like an operator."""

    words: str = ""
    phrases: tuple[str, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()


def read_search(text: str, fields: Collection[str] = ()) -> Typed:
    """`fields` are the slugs of this house's own. Raises Misread."""
    own = {*fields} - OPERATORS.keys() - {"is"}
    words: list[str] = []
    phrases: list[str] = []
    filters: list[tuple[str, str]] = []
    unknown: list[str] = []
    for found in _TOKEN.finditer(text.translate(_AS_TYPED)):
        name, quoted, plain = (found[part] or "" for part in ("name", "quoted", "plain"))
        if name.lower() in own:
            filters.append(_of_field(name.lower(), (quoted or plain).strip()))
        elif name.lower() in OPERATORS or name.lower() == "is":
            filters.append(_filter(name.lower(), (quoted or plain).strip()))
        elif not name and quoted.strip():
            phrases.append(quoted.strip())
        elif plain.lower().removesuffix(":") in {*OPERATORS, "is", *own} and plain.endswith(":"):
            raise Misread(plain.lower(), ())
        elif plain or name:
            words.append(found[0])
            unknown += [f"{name}:"] if name and not plain.startswith("//") else []
    return Typed(" ".join(words), tuple(phrases), tuple(filters), tuple(unknown))


def _of_field(slug: str, value: str) -> tuple[str, str]:
    if not value:
        raise Misread(f"{slug}:", ())
    return f"{FIELD}{slug}", value


def _filter(name: str, value: str) -> tuple[str, str]:
    if name == "is":
        if value.lower() not in IS:
            raise Misread("is:", tuple(IS))
        return IS[value.lower()]
    if not value:
        raise Misread(f"{name}:", ())
    return OPERATORS[name], value


def written_search(words: str, phrases: list[str], filters: list[tuple[str, str]]) -> str:
    """The same view as it would be typed: what the box shows where an address was followed."""
    said = [words, *(f'"{phrase}"' for phrase in phrases)]
    for name, value in filters:
        quoted = f'"{value}"' if re.search(r"\s", value) else value
        said.append(f"{_NAMED.get(name, name.removeprefix(FIELD))}:{quoted}")
    return " ".join(part for part in said if part)


_NAMED = {"created_before": "before", "created_after": "after", "due_before": "due"}


def ref_in(text: str) -> str:
    """The ticket that is named, where nothing else is: T-1042, #1042 or 1042."""
    found = _REF.fullmatch(text.strip())
    return f"T-{int(found[1])}" if found else ""
