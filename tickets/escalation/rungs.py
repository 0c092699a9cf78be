"""A ladder as it is written, read once and refused where nobody could climb it. Pure.

A rung in JSON: {"clock": "follow_up", "when": {"percent": 50} or {"after_due_s": -3600},
"tell": ["owner", "lead", "manager", "admin", {"user": 7}],
"then": {"set_priority": "high", "reassign_to": "lead"}}. `then` may be left out; it raises the
priority and never lowers it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from cxloop.kernel.errors import Fault, Refused
from cxloop.kernel.priorities import PRIORITIES

CLOCKS = ("acknowledge", "follow_up", "next_reply", "resolve", "keep_in_loop", "close_loop")
LEVELS = ("owner", "lead", "manager", "admin")
MOST_RUNGS = 60
MOST_TOLD = 10
FURTHEST_S = 366 * 86_400
LARGEST_ID = 2**63 - 1

Recipient = str | int  # a level, or the number of a person


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

    def as_json(self) -> dict[str, Any]:
        then = {"set_priority": self.set_priority, "reassign_to": _shown(self.reassign_to)}
        done = {name: value for name, value in then.items() if value is not None}
        return {
            "clock": self.clock,
            "when": self.when.as_json(),
            "tell": [_shown(one) for one in self.tell],
            **({"then": done} if done else {}),
        }

    def people(self) -> Iterator[int]:
        """The numbers of those whom it names, rather than their level."""
        yield from (one for one in (*self.tell, self.reassign_to) if isinstance(one, int))


def _shown(recipient: Recipient | None) -> Any:
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
]


def parse_rungs(raw: object) -> tuple[Rung, ...]:
    """Raises BadLadder with every fault at its pointer: required, wrong_type, unknown_key,
    unknown_choice, out_of_range, too_many, twice."""
    if not isinstance(raw, list):
        raise BadLadder.at("/rungs", "wrong_type", "A list of rungs is wanted here.")
    if not 1 <= len(raw) <= MOST_RUNGS:
        raise BadLadder.at("/rungs", "too_many", f"A ladder has 1 to {MOST_RUNGS} rungs.")
    faults = [fault for place, rung in enumerate(raw) for fault in _faults(f"/rungs/{place}", rung)]
    if faults:
        raise BadLadder(faults)
    rungs = stored_rungs(raw)
    if twice := list(_said_twice(rungs)):
        raise BadLadder(twice)
    return rungs


def stored_rungs(raw: list[dict[str, Any]]) -> tuple[Rung, ...]:
    """Rungs that were valid when they were saved."""
    return tuple(_read(rung) for rung in raw)


def _read(raw: Mapping[str, Any]) -> Rung:
    then = raw.get("then") or {}
    tell = tuple(dict.fromkeys(_recipient(one) for one in raw["tell"]))
    reassign_to = then.get("reassign_to")
    return Rung(
        clock=raw["clock"],
        when=read_when(raw["when"]),
        tell=tell,
        set_priority=then.get("set_priority"),
        reassign_to=None if reassign_to is None else _recipient(reassign_to),
    )


def read_when(raw: Mapping[str, int]) -> When:
    ((measure, amount),) = raw.items()
    return AT_DUE if (measure, amount) == ("percent", 100) else When(measure, amount)


def _recipient(raw: Any) -> Recipient:
    return int(raw["user"]) if isinstance(raw, dict) else str(raw)


def _said_twice(rungs: tuple[Rung, ...]) -> Iterator[Fault]:
    times = Counter((rung.clock, rung.when) for rung in rungs)
    for place, rung in enumerate(rungs):
        if times[rung.clock, rung.when] > 1:
            yield Fault(f"/rungs/{place}/when", "twice", "Two rungs stand at the same height.")


def _faults(at: str, raw: object) -> Iterator[Fault]:
    if not isinstance(raw, dict):
        yield Fault(at, "wrong_type", "A rung is an object.")
        return
    yield from _unknown(at, raw, _CHECKS)
    for name, check in _CHECKS.items():
        yield from check(f"{at}/{name}", raw.get(name))


def _unknown(at: str, raw: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[Fault]:
    for name in raw:
        if name not in known:
            place = name.replace("~", "~0").replace("/", "~1")
            yield Fault(f"{at}/{place}", "unknown_key", f"{name!r} does not belong here.")


def _check_clock(at: str, raw: object) -> Iterator[Fault]:
    if raw not in CLOCKS:
        yield Fault(at, "unknown_choice", f"One of: {', '.join(CLOCKS)}.")


def _check_when(at: str, raw: object) -> Iterator[Fault]:
    if not isinstance(raw, dict) or len(raw) != 1 or not raw.keys() <= _MEASURES.keys():
        yield Fault(at, "wrong_type", 'Either {"percent": 50} or {"after_due_s": -3600}.')
        return
    ((measure, amount),) = raw.items()
    least, most = _MEASURES[measure]
    if type(amount) is not int or not least <= amount <= most:
        yield Fault(f"{at}/{measure}", "out_of_range", f"A whole number from {least} to {most}.")


def _check_tell(at: str, raw: object) -> Iterator[Fault]:
    if not isinstance(raw, list) or not 1 <= len(raw) <= MOST_TOLD:
        yield Fault(at, "wrong_type", f"A list of 1 to {MOST_TOLD} recipients is wanted here.")
        return
    for place, one in enumerate(raw):
        yield from _check_recipient(f"{at}/{place}", one)


def _check_recipient(at: str, raw: object, levels: tuple[str, ...] = LEVELS) -> Iterator[Fault]:
    if isinstance(raw, dict) and raw.keys() == {"user"}:
        if type(raw["user"]) is not int or not 1 <= raw["user"] <= LARGEST_ID:
            yield Fault(f"{at}/user", "wrong_type", "The number of a person is wanted here.")
    elif raw not in levels:
        yield Fault(at, "unknown_choice", f'One of: {", ".join(levels)}, or {{"user": 7}}.')


def _check_then(at: str, raw: object) -> Iterator[Fault]:
    if raw is None:
        return
    if not isinstance(raw, dict):
        yield Fault(at, "wrong_type", "An object is wanted here.")
        return
    yield from _unknown(at, raw, dict.fromkeys(("set_priority", "reassign_to")))
    if raw.get("set_priority") is not None and raw["set_priority"] not in PRIORITIES:
        yield Fault(f"{at}/set_priority", "unknown_choice", f"One of: {', '.join(PRIORITIES)}.")
    if raw.get("reassign_to") is not None:
        yield from _check_recipient(f"{at}/reassign_to", raw["reassign_to"], LEVELS[1:])


_MEASURES = {"percent": (1, 100), "after_due_s": (-FURTHEST_S, FURTHEST_S)}
_CHECKS: dict[str, Callable[[str, object], Iterator[Fault]]] = {
    "clock": _check_clock,
    "when": _check_when,
    "tell": _check_tell,
    "then": _check_then,
}
