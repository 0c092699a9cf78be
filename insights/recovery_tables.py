"""The report of repairs as tables, for spreadsheets: what is told over the API, cell by cell, and
the repairs themselves, from which every figure can be worked out again."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from insights.measures.rows import Repair
from insights.told_json import Json

TABLES = (
    *("figures", "counts", "days", "times", "items", "scores", "promoters", "costs", "value"),
    *("causes", "gestures", "playbooks", "groups", "sources"),
)

_NO_MARK = {"at_s": None, "share": None, "low": None, "high": None}

Table = tuple[Sequence[str], Iterable[Sequence[Any]]]


def table_of(name: str, told: Json) -> Table:
    """Names of columns and rows, of one of TABLES."""
    rows = [dict(_flat(row)) for row in _ROWS[name](told)]
    head = list(dict.fromkeys(column for row in rows for column in row))
    return head, [[_cell(row.get(column)) for column in head] for row in rows]


def _flat(row: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """What is nested by its path; lists are tables of their own."""
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        elif not isinstance(value, list):
            yield f"{before}{name}", value


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


def _figures(told: Json) -> Iterator[Json]:
    """Every share by its path."""
    for name, value in _shares(told):
        yield {"figure": name, **value}


def _shares(told: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Json]]:
    for name, value in told.items():
        if isinstance(value, Mapping):
            path = f"{before}{name}"
            if "whole" in value:
                yield path, {key: one for key, one in value.items() if not isinstance(one, dict)}
            yield from _shares(value, f"{path}.")


def _counts(told: Json) -> Iterator[Json]:
    """What was counted whole, which is no share of anything."""
    found = {name: told[name] for name in ("repairs", "eligible", "beside")}
    for name in ("closed_without_contact", "on_track"):
        found[f"follow_up.{name}"] = told["follow_up"][name]
    yield from ({"figure": name, "number": number} for name, number in _flat(found))


def _times(told: Json) -> Iterator[Json]:
    """A line a mark; of a curve that has none, one line."""
    for what, curve in told["times"].items():
        for mark in curve["marks"] or [_NO_MARK]:
            yield {"time": what, **mark, **curve}


def _scores(told: Json) -> Iterator[Json]:
    yield {"what": "answers", "type": "", "whose": "answered", **told["scores"]["answers"]}
    for one in told["scores"]["later"]:
        for whose in ("reached", "unreached", "beside"):
            yield {"what": "later", "type": one["type"], "whose": whose, **one[whose]}


def _items(told: Json) -> Iterator[Json]:
    """Beside the one that was judged lowest, how it compares with the next."""
    items = dict(told["items"])
    lowest = dict(items.pop("lowest"))
    of = lowest.pop("item")
    for name, item in items.items():
        yield {"item": name, **item, "lowest": lowest if name == of else {}}


def _promoters(told: Json) -> Iterator[Json]:
    """First of everybody who had scored before, whether they scored again or not."""
    yield {"whose": "scored", "before": told["promoters"]["before"]}
    for whose in ("all", "reached", "unreached"):
        yield {"whose": whose, **told["promoters"][whose]}


def _playbooks(told: Json) -> Iterator[Json]:
    whole = {name: one for name, one in told["playbooks"].items() if name != "on_record"}
    yield {"key": "", "name": "", "version": None, "is_held": False, **whole}
    yield from told["playbooks"]["by_playbook"]


def _value(told: Json) -> Iterator[Json]:
    for what in ("at_risk", "retained"):
        yield {"value_is": what, **told["value"][what]}
    yield {"value_is": "unknown", "customers": told["value"]["unknown"]}


def _costs(told: Json) -> Iterator[Json]:
    for one in told["costs"]:
        yield {"cause": "", **one}
    for cause in told["causes"]:
        for one in cause["costs"]:
            yield {"cause": cause["key"], **one}


_ROWS: dict[str, Callable[[Json], Iterable[Json]]] = {
    "figures": _figures,
    "counts": _counts,
    "days": lambda told: told["follow_up"]["days"],
    "times": _times,
    "items": _items,
    "scores": _scores,
    "promoters": _promoters,
    "costs": _costs,
    "value": _value,
    "causes": itemgetter("causes"),
    "gestures": itemgetter("gestures"),
    "playbooks": _playbooks,
    "groups": itemgetter("groups"),
    "sources": itemgetter("sources"),
}


def row_table(repairs: Iterable[Repair]) -> Table:
    """A line a repair, its columns those of insights.measures.rows.Repair. Of a customer neither
    name nor address goes out, nor a number of ours: people are counted anew in each export."""
    return list(Repair._fields), _lines(repairs)


def _lines(repairs: Iterable[Repair]) -> Iterator[list[Any]]:
    people: dict[Hashable, int] = {}
    for one in repairs:
        yield [_told(name, getattr(one, name), people) for name in Repair._fields]


def _told(name: str, value: Any, people: dict[Hashable, int]) -> Any:
    if name == "person":
        return None if value is None else people.setdefault(value, len(people) + 1)
    if name == "costs":
        return ";".join(f"{currency}:{amount}" for currency, amount in value.items())
    if name == "gestures":
        return ";".join(":".join(pair) for pair in value)
    return _cell(value)
