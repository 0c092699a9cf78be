"""What a verb would change, of many tickets at once. Pure.

Only what needs no words to the customer is said to many: a letter in bulk keeps no promise.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tickets.work.lifecycle import MOVES

Said = Mapping[str, Any]


class Becomes(StrEnum):
    CHANGED = "changed"
    SAME = "same"
    ILLEGAL = "illegal"
    READ_ONLY = "read_only"


@dataclass(frozen=True)
class Facts:
    """Of one ticket, as far as the verbs look at it; `workable` by whoever says it."""

    number: int
    status: str
    priority: str
    group: str
    assignee: int | None
    tags: frozenset[str]
    workable: bool


def becomes(verb: str, said: Said, ticket: Facts) -> Becomes:
    if not ticket.workable:
        return Becomes.READ_ONLY
    if SAID_TO_MANY[verb](said, ticket):
        return Becomes.SAME
    return Becomes.CHANGED if ticket.status in MOVES[verb].allowed else Becomes.ILLEGAL


def _given(said: Said, ticket: Facts) -> bool:
    stays = "assignee" not in said or said["assignee"] == ticket.assignee
    return bool(stays and said.get("group", ticket.group) == ticket.group)


def _tagged(said: Said, ticket: Facts) -> bool:
    return ticket.tags.issuperset(said.get("add", ())) and ticket.tags.isdisjoint(
        said.get("remove", ())
    )


SAID_TO_MANY: Mapping[str, Callable[[Said, Facts], bool]] = {
    "assign": _given,
    "tag": _tagged,
    "priority": lambda said, ticket: bool(said["priority"] == ticket.priority),
    "merge": lambda said, ticket: bool(said["into"] == f"T-{ticket.number}"),
    "close": lambda said, ticket: False,
}
