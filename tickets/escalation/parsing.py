"""A ladder as somebody writes it: read, or refused with every fault at its place. Pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cxloop.kernel.errors import Fault, Refused
from cxloop.kernel.priorities import PRIORITIES
from feedback.intake.addresses import is_address
from tickets.escalation.conditions import check_conditions
from tickets.escalation.rungs import (
    CLOCKS,
    FURTHEST_S,
    LARGEST_ID,
    LEVELS,
    LONGEST_PAUSE_S,
    MOST_RUNGS,
    MOST_TOLD,
    ROLES,
    BadLadder,
    Rung,
    stored_rungs,
)


def parse_rungs(raw: object) -> tuple[Rung, ...]:
    """Raises BadLadder with every fault at its pointer: required, wrong_type, unknown_key,
    unknown_choice, malformed, malformed_email, out_of_range, too_many, twice."""
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


def acceptable_pause(seconds: int) -> int:
    if not 0 <= seconds <= LONGEST_PAUSE_S:
        raise Refused.at("/pause_s", "out_of_range", f"0 to {LONGEST_PAUSE_S} seconds: a day.")
    return seconds


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
        if isinstance(one, dict) and one.keys() == {"address"}:
            yield from _check_address(f"{at}/{place}/address", one["address"])
        else:
            yield from _check_somebody(f"{at}/{place}", one, ROLES)


def _check_address(at: str, raw: object) -> Iterator[Fault]:
    if not isinstance(raw, str) or not is_address(raw.strip().lower()):
        yield Fault(at, "malformed_email", "This is not an e-mail address.")


def _check_somebody(at: str, raw: object, roles: tuple[str, ...]) -> Iterator[Fault]:
    if isinstance(raw, dict) and raw.keys() == {"user"}:
        if type(raw["user"]) is not int or not 1 <= raw["user"] <= LARGEST_ID:
            yield Fault(f"{at}/user", "wrong_type", "The number of a person is wanted here.")
    elif raw not in roles:
        yield Fault(at, "unknown_choice", f'One of: {", ".join(roles)}, or {{"user": 7}}.')


def _check_then(at: str, raw: object) -> Iterator[Fault]:
    if raw is None:
        return
    if not isinstance(raw, dict):
        yield Fault(at, "wrong_type", "An object is wanted here.")
        return
    yield from _unknown(at, raw, dict.fromkeys(("set_priority", *_TAKEN_UP)))
    if raw.get("set_priority") is not None and raw["set_priority"] not in PRIORITIES:
        yield Fault(f"{at}/set_priority", "unknown_choice", f"One of: {', '.join(PRIORITIES)}.")
    for name in _TAKEN_UP:
        if raw.get(name) is not None:
            yield from _check_somebody(f"{at}/{name}", raw[name], LEVELS[1:])


def _check_urgent(at: str, raw: object) -> Iterator[Fault]:
    if raw is not None and type(raw) is not bool:
        yield Fault(at, "wrong_type", "True or false is wanted here.")


_TAKEN_UP = ("reassign_to", "add_watcher")
_MEASURES = {"percent": (1, 100), "after_due_s": (-FURTHEST_S, FURTHEST_S)}
_CHECKS: dict[str, Callable[[str, object], Iterator[Fault]]] = {
    "clock": _check_clock,
    "when": _check_when,
    "tell": _check_tell,
    "then": _check_then,
    "urgent": _check_urgent,
    "only_if": check_conditions,
}
