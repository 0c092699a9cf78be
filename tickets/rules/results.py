"""What a rule leads to: a ticket in a group, or none and why."""

import re
from collections.abc import Container
from dataclasses import asdict, dataclass
from typing import Any

from cxloop.kernel.errors import Fault, Refused
from cxloop.kernel.priorities import PRIORITIES
from tickets.rules.conditions import escaped

ASSIGNMENTS = ("none", "round_robin", "least_loaded")
STANDARD_POLICY = "standard"
MOST_TAGS = 50
LONGEST_TAG = 64
LONGEST_REASON = 500
_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,60}")


class BadResult(Refused):
    code = "bad_result"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """`reason` is for no ticket, everything else for a ticket."""

    ticket: bool
    group: str = ""
    priority: str = "normal"
    policy: str = STANDARD_POLICY
    assign: str = "none"
    tags: tuple[str, ...] = ()
    acknowledge: bool = False
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        if not self.ticket:
            return {"ticket": False, "reason": self.reason}
        shown = asdict(self) | {"tags": list(self.tags)}
        return {name: value for name, value in shown.items() if name != "reason"}


_FIELDS = tuple(Result.__dataclass_fields__)


def read_result(
    raw: Any, *, groups: Container[str], policies: Container[str], at: str = ""
) -> Result:
    """Raises BadResult with every fault found; pointers start with `at`."""
    if not isinstance(raw, dict):
        raise BadResult([Fault(at, "wrong_type", "an object is wanted here")])
    faults = [
        Fault(f"{at}/{where}", code, detail)
        for where, code, detail in _faults(raw, groups, policies)
    ]
    if faults:
        raise BadResult(faults)
    given = {name: value for name, value in raw.items() if value is not None}
    return Result(**given | {"tags": tuple(given.get("tags", ()))})


def stored_result(raw: dict[str, Any]) -> Result:
    """A result that was valid when it was saved, whatever has been archived since."""
    return Result(**raw | {"tags": tuple(raw.get("tags", ()))})


Flaw = tuple[str, str, str]


def _faults(raw: dict[str, Any], groups: Container[str], policies: Container[str]) -> list[Flaw]:
    unknown = [
        (escaped(name), "unknown_key", f"{name!r} does not belong here")
        for name in raw
        if name not in _FIELDS
    ]
    if not isinstance(raw.get("ticket"), bool):
        return [*unknown, ("ticket", "required", "true or false is wanted here")]
    return unknown + (_ticket(raw, groups, policies) if raw["ticket"] else _no_ticket(raw))


def _no_ticket(raw: dict[str, Any]) -> list[Flaw]:
    flaws = [
        (name, "only_with_ticket", f"{name} is for rules that open a ticket")
        for name in _FIELDS
        if name not in {"ticket", "reason"} and raw.get(name) not in (None, "", [], False, "none")
    ]
    reason = raw.get("reason")
    if not isinstance(reason, str) or not 1 <= len(reason.strip()) <= LONGEST_REASON:
        detail = f"why no ticket, in 1 to {LONGEST_REASON} characters, is wanted here"
        flaws.append(("reason", "required", detail))
    return flaws


def _ticket(raw: dict[str, Any], groups: Container[str], policies: Container[str]) -> list[Flaw]:
    given = {name: value for name, value in raw.items() if value is not None}
    flaws = [
        _slug("group", raw, groups),
        _slug("policy", {"policy": STANDARD_POLICY} | given, policies),
        _choice("priority", raw, PRIORITIES),
        _choice("assign", raw, ASSIGNMENTS),
        _tags(raw.get("tags")),
    ]
    if raw.get("reason"):
        flaws.append(("reason", "only_without_ticket", "reason is for rules that open no ticket"))
    if not isinstance(raw.get("acknowledge", False), (bool, type(None))):
        flaws.append(("acknowledge", "wrong_type", "true or false is wanted here"))
    return [flaw for flaw in flaws if flaw]


def _slug(name: str, raw: dict[str, Any], known: Container[str]) -> Flaw | None:
    slug = raw.get(name)
    if slug is None:
        return name, "required", f"the {name} of the ticket is wanted here"
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug):
        return name, "wrong_type", f"the slug of a {name} is wanted here"
    if slug not in known:
        return name, f"unknown_{name}", f"there is no {name} {slug!r}"
    return None


def _choice(name: str, raw: dict[str, Any], choices: tuple[str, ...]) -> Flaw | None:
    if raw.get(name) in (None, *choices):
        return None
    return name, "unknown_choice", f"{name} is one of {', '.join(choices)}"


def _tags(tags: Any) -> Flaw | None:
    if tags is None:
        return None
    if not isinstance(tags, list) or len(tags) > MOST_TAGS:
        return "tags", "wrong_type", f"a list of at most {MOST_TAGS} tags is wanted here"
    for index, tag in enumerate(tags):
        if not isinstance(tag, str) or not 1 <= len(tag.strip()) <= LONGEST_TAG:
            detail = f"a tag has 1 to {LONGEST_TAG} characters"
            return f"tags/{index}", "wrong_type", detail
    return None
