"""The rungs of a ladder, as they are stored and read. Pure; what nobody could climb is refused in
`parsing`.

A rung in JSON: {"clock": "follow_up", "when": {"percent": 50} or {"after_due_s": -3600},
"tell": ["owner", "agent", "lead", "manager", "admin", "watchers", {"user": 7},
{"address": "…@shop.example"}], "then": {"set_priority": "high", "reassign_to": "lead",
"add_watcher": {"user": 7}}, "urgent": true, "only_if": {…}}. `then` may be left out; it raises the
priority and never lowers it. What is urgent waits for nobody's opening hours. For `only_if` see
`conditions`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from cxloop.kernel.errors import Refused
from tickets.escalation.conditions import ALWAYS, Conditions, read_conditions

CLOCKS = (
    *("acknowledge", "follow_up", "next_reply", "resolve", "keep_in_loop", "close_loop"),
    "approve",
    "call_back",
)
LEVELS = ("owner", "lead", "manager", "admin")
WATCHERS = "watchers"
ROLES = ("owner", "agent", "lead", "manager", "admin", WATCHERS)
MOST_RUNGS = 60
MOST_TOLD = 10
FURTHEST_S = 366 * 86_400
LARGEST_ID = 2**63 - 1
# How long the next rungs wait once somebody has taken note.
PAUSE_S = 4 * 3600
LONGEST_PAUSE_S = 86_400


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody reads who has no account here: they hear, and can take nothing over."""

    to: str


Recipient = str | int | Address  # a role, the number of a person, an address


class BadLadder(Refused):
    code = "bad_ladder"
    title = "Nobody could climb this ladder"


class When(NamedTuple):
    """`percent` of the target, or `after_due_s` seconds of real time after (before) the due time.

    What makes a rung the same rung, in whichever ladder: a clock climbs it once.
    """

    measure: str
    amount: int

    def as_json(self) -> dict[str, int]:
        return {self.measure: self.amount}


AT_DUE = When("after_due_s", 0)


@dataclass(frozen=True, slots=True)
class Rung:
    clock: str
    when: When
    tell: tuple[Recipient, ...]
    set_priority: str | None = None
    reassign_to: Recipient | None = None
    add_watcher: Recipient | None = None
    urgent: bool = False
    only_if: Conditions = ALWAYS

    def as_json(self) -> dict[str, Any]:
        return _as_json(self).copy()

    def people(self) -> Iterator[int]:
        """The numbers of those whom it names, rather than their role."""
        named = (*self.tell, self.reassign_to, self.add_watcher)
        yield from (one for one in named if isinstance(one, int))


@lru_cache(maxsize=1024)
def _as_json(rung: Rung) -> dict[str, Any]:
    """A rung is written down as it stood, each time that it is passed."""
    then = {
        "set_priority": rung.set_priority,
        "reassign_to": _shown(rung.reassign_to),
        "add_watcher": _shown(rung.add_watcher),
    }
    done = {name: value for name, value in then.items() if value is not None}
    return {
        "clock": rung.clock,
        "when": rung.when.as_json(),
        "tell": [_shown(one) for one in rung.tell],
        **({"then": done} if done else {}),
        **({"urgent": True} if rung.urgent else {}),
        **({"only_if": rung.only_if.as_json()} if rung.only_if != ALWAYS else {}),
    }


def _shown(recipient: Recipient | None) -> Any:
    if isinstance(recipient, Address):
        return {"address": recipient.to}
    return {"user": recipient} if isinstance(recipient, int) else recipient


def _rung(clock: str, measure: str, amount: int, *tell: str) -> dict[str, Any]:
    return {"clock": clock, "when": {measure: amount}, "tell": list(tell)}


DEFAULT_RUNGS = [
    _rung("follow_up", "percent", 50, "owner"),
    _rung("follow_up", "percent", 75, "lead"),
    _rung("follow_up", "after_due_s", 0, "manager"),
    _rung("follow_up", "after_due_s", 86_400, "admin"),
    _rung("acknowledge", "after_due_s", 0, "lead"),
    _rung("resolve", "after_due_s", 0, "lead"),
    _rung("call_back", "after_due_s", -1800, "owner"),
    _rung("call_back", "after_due_s", 0, "lead"),
    _rung("approve", "percent", 25, "lead"),
    _rung("approve", "percent", 75, "manager"),
    _rung("approve", "after_due_s", 0, "manager", "admin"),
]


def stored_rungs(raw: list[dict[str, Any]]) -> tuple[Rung, ...]:
    """Rungs that were valid when they were saved."""
    return tuple(_read(rung) for rung in raw)


def _read(raw: Mapping[str, Any]) -> Rung:
    then = raw.get("then") or {}
    reassign_to, add_watcher = then.get("reassign_to"), then.get("add_watcher")
    return Rung(
        clock=raw["clock"],
        when=read_when(raw["when"]),
        tell=tuple(dict.fromkeys(_recipient(one) for one in raw["tell"])),
        set_priority=then.get("set_priority"),
        reassign_to=None if reassign_to is None else _recipient(reassign_to),
        add_watcher=None if add_watcher is None else _recipient(add_watcher),
        urgent=bool(raw.get("urgent")),
        only_if=read_conditions(raw.get("only_if") or {}),
    )


def read_when(raw: Mapping[str, int]) -> When:
    ((measure, amount),) = raw.items()
    return AT_DUE if (measure, amount) == ("percent", 100) else When(measure, amount)


def _recipient(raw: Any) -> Recipient:
    if not isinstance(raw, dict):
        return str(raw)
    return Address(raw["address"].strip().lower()) if "address" in raw else int(raw["user"])
