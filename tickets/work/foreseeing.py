"""What a verb would change, of many tickets at once, and which of them would refuse it. Pure.

Of what writes to customers only a macro is said to many: each letter is filled in for its own, and
none of them keeps a promise.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tickets.work.lifecycle import MOVES, OUTCOMES_BY_ANSWER
from tickets.work.merging import Side, why_apart

Said = Mapping[str, Any]
MOST_TAGS = 50


class Becomes(StrEnum):
    CHANGED = "changed"
    SAME = "same"
    ILLEGAL = "illegal"
    READ_ONLY = "read_only"
    REFUSED = "refused"


@dataclass(frozen=True)
class Facts:
    """Of one ticket, as far as the verbs look at it; `workable` by whoever says it, `takes_owner`
    where the one it shall be given to may work it; `lacks` is why nobody may say yet that its
    customer could not be reached."""

    number: int
    status: str
    priority: str
    group: str
    assignee: int | None
    tags: frozenset[str]
    workable: bool
    customer: str = ""
    contactable: str = "letter"
    can_write: bool = True
    takes_owner: bool = True
    contacted: bool = True
    lacks: str = ""
    asked: bool = True
    answered: bool = True


@dataclass(frozen=True)
class Foreseen:
    """`why` is the code with which the ticket would refuse; blank where it would not."""

    becomes: Becomes
    why: str = ""


def foreseen(verb: str, said: Said, ticket: Facts) -> Foreseen:
    if not ticket.workable:
        return Foreseen(Becomes.READ_ONLY, "forbidden")
    if SAID_TO_MANY[verb](said, ticket):
        return Foreseen(Becomes.SAME)
    if not all(ticket.status in MOVES[one].allowed for one in _verbs_of(verb, said)):
        return Foreseen(Becomes.ILLEGAL, "illegal_move")
    why = _REFUSES[verb](said, ticket) if verb in _REFUSES else ""
    return Foreseen(Becomes.REFUSED if why else Becomes.CHANGED, why)


def becomes(verb: str, said: Said, ticket: Facts) -> Becomes:
    return foreseen(verb, said, ticket).becomes


def _verbs_of(verb: str, said: Said) -> list[str]:
    """A macro says several; which, is told with it as `verbs`."""
    return [verb, *said.get("verbs", ())]


def _given(said: Said, ticket: Facts) -> bool:
    stays = "assignee" not in said or said["assignee"] == ticket.assignee
    return bool(stays and said.get("group", ticket.group) == ticket.group)


def _tagged(said: Said, ticket: Facts) -> bool:
    return ticket.tags.issuperset(said.get("add", ())) and ticket.tags.isdisjoint(
        said.get("remove", ())
    )


def _no_member(said: Said, ticket: Facts) -> str:
    """Who is handed over with it has to work in the other group, which the ticket cannot know."""
    gives = said.get("assignee") is not None and "group" not in said
    return "not_a_member" if gives and not ticket.takes_owner else ""


def _too_many_tags(said: Said, ticket: Facts) -> str:
    wanted = (ticket.tags - set(said.get("remove", ()))) | set(said.get("add", ()))
    return "too_many" if len(wanted) > MOST_TAGS else ""


def _not_closed_so(said: Said, ticket: Facts) -> str:
    outcome = said["outcome"]
    refused = {
        "silent": "" if ticket.asked else "not_asked",
        "unreachable": ticket.lacks,
        "no_contact_possible": "" if ticket.contactable == "none" else "contact_possible",
        **dict.fromkeys(OUTCOMES_BY_ANSWER, "no_answer"),
    }
    if outcome == "not_recovered" and ticket.answered:
        refused[outcome] = ""
    unsaid = not ticket.contacted and not said.get("reason", "").strip()
    return refused.get(outcome, "") or ("required" if unsaid else "")


def _apart(said: Said, ticket: Facts) -> str:
    """`of` is the customer of the ticket that goes on, `reached` how they can be."""
    into = Side(said.get("of", ""), said.get("reached", ""))
    return why_apart(Side(ticket.customer, ticket.contactable), into)


def _no_macro(said: Said, ticket: Facts) -> str:
    if "reply" in said.get("verbs", ()) and not ticket.can_write:
        return "no_address"
    return _too_many_tags(said, ticket)


SAID_TO_MANY: Mapping[str, Callable[[Said, Facts], bool]] = {
    "assign": _given,
    "tag": _tagged,
    "priority": lambda said, ticket: bool(said["priority"] == ticket.priority),
    "merge": lambda said, ticket: bool(said["into"] == f"T-{ticket.number}"),
    "close": lambda said, ticket: False,
    "macro": lambda said, ticket: False,
}
_REFUSES: Mapping[str, Callable[[Said, Facts], str]] = {
    "assign": _no_member,
    "tag": _too_many_tags,
    "merge": _apart,
    "close": _not_closed_so,
    "macro": _no_macro,
}
