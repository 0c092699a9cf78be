"""A condition as rows and groups of a form, and back. What is right about it is decided by the
rules themselves; here nothing that was typed is lost."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from desk.rule_values import lines, number, read, written
from desk.rule_words import comparison, split_name, value_word, whole_name
from tickets.rules.conditions import MAX_DEPTH
from tickets.rules.facts import FACTS, FAILURES, PATTERNS, Fact, Kind, fact_named
from tickets.rules.operators import OPERATORS, PRESENCE, operators_of

ROOT = "w"
DEEPEST_OFFERED = 4
MODES = ("all", "any", "none", "not_all", "always")
_FIELD = re.compile(r"(w(?:\.[0-9]{1,3}){0,10})\.(mode|fact|rest|op|value|days)")


@dataclass
class Row:
    """One comparison, as it is typed: `fact` a name or the pattern of a family, `rest` what stands
    in its place."""

    fact: str = "worst.class"
    rest: str = ""
    op: str = "eq"
    typed: list[str] = field(default_factory=list)
    days: str = ""
    path: str = field(default="", compare=False)
    faults: list[str] = field(default_factory=list, compare=False)

    is_group = False

    def __post_init__(self) -> None:
        """A fact that was changed leaves no comparison behind that does not suit it."""
        if self.fact not in FACTS and self.fact not in PATTERNS:
            # A field of this house is chosen by the whole name of its fact.
            self.fact, self.rest = split_name(self.fact)
        if self.fact not in FACTS and self.fact not in PATTERNS:
            self.fact, self.rest = "worst.class", ""
        if self.op not in operators_of(self.known.kind):
            self.op = operators_of(self.known.kind)[0]
        if self.known.choices and self.takes in ("one", "many"):
            self.typed = [choice for choice in self.known.choices if choice in self.typed]

    @property
    def known(self) -> Fact:
        try:
            return fact_named(whole_name(self.fact, self.rest or "x"))
        except KeyError:
            return fact_named(whole_name(self.fact, "x"))

    @property
    def takes(self) -> str:
        return "none" if self.op in PRESENCE else OPERATORS[self.op].takes

    @property
    def asks(self) -> str:
        """Which fields it is typed into."""
        if self.takes == "one":
            shown = {Kind.CHOICE: "choice", Kind.FLAG: "flag", Kind.NUMBER: "number"}
            return shown.get(self.known.kind, "text")
        if self.takes == "many":
            return "choices" if self.known.choices else "lines"
        return {"texts": "lines"}.get(self.takes, self.takes)

    @property
    def operators(self) -> list[tuple[str, str]]:
        return [(code, comparison(code)) for code in operators_of(self.known.kind)]

    @property
    def values(self) -> list[tuple[str, str]]:
        """What there is to choose from."""
        return [(value, value_word(self.known, value)) for value in self.known.choices]

    @property
    def is_family(self) -> bool:
        return self.fact in PATTERNS

    @property
    def whole(self) -> str:
        return whole_name(self.fact, self.rest)

    @property
    def looks_back(self) -> bool:
        return self.fact == FAILURES

    @property
    def is_free(self) -> bool:
        """Whether a value may be of any kind, so that how it is typed decides which."""
        return self.known.kind is Kind.ANY and self.takes in ("one", "many")

    @property
    def first(self) -> str:
        return self.typed[0] if self.typed else ""

    @property
    def second(self) -> str:
        return self.typed[1] if len(self.typed) > 1 else ""

    def json(self, at: str, places: dict[str, Any]) -> Any:
        places[at] = self
        said: dict[str, Any] = {"fact": whole_name(self.fact, self.rest.strip()), "op": self.op}
        if self.takes != "none":
            said["value"] = self._value()
        if self.looks_back:
            said["days"] = number(self.days)
        return said

    def _value(self) -> Any:
        kind = self.known.kind
        if self.takes == "range":
            return [number(self.first), number(self.second)]
        if self.takes == "text":
            return self.first
        if self.takes == "texts":
            return lines(self.first)
        if self.takes == "many":
            typed = self.typed if self.known.choices else lines(self.first)
            return [read(kind, one) for one in typed]
        return read(kind, self.first)


@dataclass
class Group:
    """Conditions of which all, any, none or not all hold; or no condition at all."""

    mode: str = "all"
    parts: list["Row | Group"] = field(default_factory=list)
    path: str = field(default=ROOT, compare=False)
    faults: list[str] = field(default_factory=list, compare=False)

    is_group = True

    @property
    def may_nest(self) -> bool:
        return self.path.count(".") < DEEPEST_OFFERED

    @property
    def is_root(self) -> bool:
        return self.path == ROOT

    def json(self, at: str, places: dict[str, Any]) -> Any:
        """`places` learns where in the condition each part stands."""
        places[at] = self
        if self.mode == "always":
            return {"always": True}
        if self.mode == "none" and len(self.parts) == 1:
            return {"not": self.parts[0].json(f"{at}/not", places)}
        key = {"none": "any", "not_all": "all"}.get(self.mode, self.mode)
        within = f"{at}/not" if self.mode in ("none", "not_all") else at
        said = {
            key: [
                part.json(f"{within}/{key}/{index}", places)
                for index, part in enumerate(self.parts)
            ]
        }
        return {"not": said} if self.mode in ("none", "not_all") else said

    def as_json(self, stored: Any = None) -> Any:
        """What is stored already, where that says the same: writing it another way is no change."""
        if stored is not None and group_of(stored) == self:
            return stored
        return self.json("/when", {})

    def blame(self, pointer: str, words: str) -> None:
        places: dict[str, Any] = {}
        self.json("/when", places)
        while pointer not in places and "/" in pointer:
            pointer = pointer.rpartition("/")[0]
        places.get(pointer, self).faults.append(words)

    def act(self, said: str) -> None:
        """A button of the form: `row:PATH` and `group:PATH` add, `drop:PATH` takes away."""
        verb, _, path = said.partition(":")
        for group in list(self.groups()):
            if group.path == path and verb == "row":
                group.parts.append(Row())
            if group.path == path and verb == "group":
                group.parts.append(Group(mode="any", parts=[Row()]))
            if verb == "drop":
                group.parts = [part for part in group.parts if part.path != path]
        self.number()

    def groups(self) -> Iterator["Group"]:
        yield self
        for part in self.parts:
            if isinstance(part, Group):
                yield from part.groups()

    def number(self, path: str = ROOT) -> "Group":
        """Names every part by where it stands."""
        self.path = path
        for index, part in enumerate(self.parts):
            part.path = f"{path}.{index}"
            if isinstance(part, Group):
                part.number(part.path)
        return self


def group_of(tree: Any) -> Group:
    """The form of a condition that compiles."""
    part = _part_of(tree)
    root = part if isinstance(part, Group) else Group(parts=[part])
    return root.number()


def _part_of(tree: Any) -> Row | Group:
    if "fact" in tree:
        return _row_of(tree)
    if "always" in tree:
        return Group(mode="always")
    if "not" in tree:
        inner = tree["not"]
        mode, key = ("not_all", "all") if "all" in inner else ("none", "any")
        return Group(mode, [_part_of(part) for part in inner.get(key, [inner])])
    mode = "all" if "all" in tree else "any"
    return Group(mode, [_part_of(part) for part in tree[mode]])


def _row_of(tree: Mapping[str, Any]) -> Row:
    fact, rest = split_name(tree["fact"])
    value: Any = tree.get("value")
    takes = "none" if tree["op"] in PRESENCE else OPERATORS[tree["op"]].takes
    kind = fact_named(tree["fact"]).kind
    if takes == "none":
        typed = []
    elif takes == "range" or (takes == "many" and kind is Kind.CHOICE):
        typed = [str(one) for one in value]
    elif takes in ("many", "texts"):
        typed = ["\n".join(written(kind, one) for one in value)]
    else:
        typed = [written(kind, value) if takes == "one" else value]
    return Row(fact, rest, tree["op"], typed, str(tree.get("days", "")))


def is_shown_whole(tree: Any) -> bool:
    """Whether the fields show all of a condition; a text of several lines, say, they do not."""
    return _leaves(group_of(tree).json("", {})) == _leaves(tree)


def _leaves(tree: Any) -> list[str]:
    if "fact" in tree:
        value = tree.get("value")
        known = sorted(map(json.dumps, value)) if isinstance(value, list) else value
        return [json.dumps([tree["fact"], tree["op"], known, tree.get("days")])]
    inner = next(iter(tree.values()))
    parts = inner if isinstance(inner, list) else [inner] if isinstance(inner, dict) else []
    return [leaf for part in parts for leaf in _leaves(part)]


def read_group(said: QueryDict) -> Group:
    """What was sent, whether it makes sense or not."""
    fields: dict[str, set[str]] = {}
    for name in said:
        if found := _FIELD.fullmatch(name):
            fields.setdefault(found[1], set()).add(found[2])
    return _read_group(said, fields, ROOT)


def _read_group(said: QueryDict, fields: Mapping[str, set[str]], path: str) -> Group:
    mode = said.get(f"{path}.mode", "all")
    below = [name for name in fields if name.rpartition(".")[0] == path]
    below.sort(key=lambda name: int(name.rpartition(".")[2]))
    parts: list[Row | Group] = []
    for name in below[: MAX_DEPTH * 20]:
        is_group = "mode" in fields[name]
        parts.append(_read_group(said, fields, name) if is_group else _read_row(said, name))
    return Group(mode if mode in MODES else "all", parts, path)


def _read_row(said: QueryDict, path: str) -> Row:
    names = ("fact", "rest", "op", "days")
    fact, rest, op, days = (said.get(f"{path}.{name}", "") for name in names)
    # What cannot be kept in a database cannot be typed either, but it can be sent.
    typed = [re.sub("\0|\r(?=\n)", "", one) for one in said.getlist(f"{path}.value")]
    return Row(fact, rest.replace("\0", ""), op, typed, days, path)
