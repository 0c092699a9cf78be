"""How much time a policy gives, and to whom. Pure.

A policy has a target for each kind of clock, in seconds, and variants for some customers:

    [{"priority": ["urgent"], "follow_up_s": 14400},
     {"segment": ["gold", "platinum"], "priority": ["high"], "follow_up_s": 28800}]

The first variant that fits and names the kind governs; where none does, the policy's own target.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cxloop.kernel.errors import Fault
from cxloop.kernel.priorities import PRIORITIES

LONGEST_TARGET = 366 * 86_400
MOST_VARIANTS = 50
MOST_SEGMENTS = 50
LONGEST_SEGMENT = 64
MOST_REMINDERS = 3
DAY = 86_400

# By the column that keeps it; none means no such clock. A follow-up is always promised. When a
# customer is called is for them to say, and for no policy.
TARGET_OF = {
    "acknowledge": "acknowledge_s",
    "follow_up": "follow_up_s",
    "next_reply": "next_reply_s",
    "resolve": "resolve_s",
    "keep_in_loop": "keep_in_loop_s",
    "close_loop": "close_loop_s",
    "approve": "approve_s",
}
TARGETS = tuple(TARGET_OF.values())

# Whoever waits for us waits whatever the ticket's status says: these are never paused.
PAUSABLE = ("resolve", "keep_in_loop", "close_loop")
PAUSING = ("open", "waiting", "resolved")

Variant = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a ticket decides its targets."""

    priority: str = "normal"
    segment: str = ""


def target_for(
    kind: str, targets: Mapping[str, int | None], variants: Sequence[Variant], terms: Terms
) -> int | None:
    """Seconds; None where no such clock is promised."""
    name = TARGET_OF.get(kind)
    if name is None:
        return None
    named = (row[name] for row in variants if name in row and _fits(row, terms))
    return next(named, targets[name])


def _fits(variant: Variant, terms: Terms) -> bool:
    priorities, segments = variant.get("priority"), variant.get("segment")
    of_priority = priorities is None or terms.priority in priorities
    return of_priority and (segments is None or terms.segment.casefold() in segments)


def read_variants(raw: Any) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The variants as they are kept, segments folded, and every fault with its pointer."""
    if not isinstance(raw, list) or len(raw) > MOST_VARIANTS:
        detail = f"A list of at most {MOST_VARIANTS} variants is wanted."
        return [], [Fault("/variants", "malformed", detail)]
    faults = [
        Fault(f"/variants/{place}{where}", code, detail)
        for place, variant in enumerate(raw)
        for where, code, detail in _faults_in(variant)
    ]
    return ([] if faults else [_kept(variant) for variant in raw]), faults


def _faults_in(variant: Any) -> Iterator[tuple[str, str, str]]:
    if not isinstance(variant, dict):
        yield "", "malformed", "An object with priority or segment, and targets, is wanted."
        return
    for name in sorted(variant.keys() - {"priority", "segment", *TARGETS}):
        yield f"/{name}", "unknown_name", "This name is not known here."
    if not variant.keys() & {"priority", "segment"}:
        yield "", "required", "Say for which priority or segment this holds."
    if not variant.keys() & set(TARGETS):
        yield "", "required", "Say at least one target."
    yield from _faulty_conditions(variant)
    for name in TARGETS:
        if name in variant and not is_target(variant[name]):
            yield f"/{name}", "out_of_range", f"1 to {LONGEST_TARGET:,} seconds are a target."


def _faulty_conditions(variant: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    if "priority" in variant and not _are_among(variant["priority"], PRIORITIES):
        yield "/priority", "unknown_priority", f"A list of {', '.join(PRIORITIES)} is wanted."
    if "segment" in variant and not _are_segments(variant["segment"]):
        yield "/segment", "malformed", "A list of segments is wanted, as your server names them."


def _are_among(said: Any, known: Sequence[str]) -> bool:
    return isinstance(said, list) and bool(said) and all(word in known for word in said)


def _are_segments(said: Any) -> bool:
    if not isinstance(said, list) or not 0 < len(said) <= MOST_SEGMENTS:
        return False
    return all(isinstance(s, str) and 0 < len(s.strip()) <= LONGEST_SEGMENT for s in said)


def is_target(seconds: Any) -> bool:
    return type(seconds) is int and 0 < seconds <= LONGEST_TARGET


def _kept(variant: dict[str, Any]) -> dict[str, Any]:
    if "segment" not in variant:
        return variant
    return variant | {"segment": [segment.strip().casefold() for segment in variant["segment"]]}


def usual_pauses() -> dict[str, list[str]]:
    """While we wait for the customer, what they wait for is their own answer."""
    return {"resolve": ["waiting"], "keep_in_loop": ["waiting"]}


def faults_in_pauses(raw: Any) -> list[Fault]:
    if not isinstance(raw, dict):
        return [Fault("/pauses", "malformed", "An object of clocks and statuses is wanted.")]
    return [
        Fault(f"/pauses/{kind}", *fault)
        for kind, statuses in raw.items()
        if (fault := _fault_in_pause(kind, statuses))
    ]


def _fault_in_pause(kind: str, statuses: Any) -> tuple[str, str] | None:
    if kind not in PAUSABLE:
        return "never_paused", f"Only {', '.join(PAUSABLE)} can be paused."
    if not isinstance(statuses, list) or not all(status in PAUSING for status in statuses):
        return "unknown_status", f"A list of {', '.join(PAUSING)} is wanted."
    return None


def usual_reminders() -> list[int]:
    """Seconds of waiting after which the customer is reminded, once more, and then asked whether
    we may close."""
    return [3 * DAY, 7 * DAY, 14 * DAY]


def faults_in_reminders(raw: Any) -> list[Fault]:
    """None at all is a wait without an end, which is for somebody to choose."""
    is_list = isinstance(raw, list) and len(raw) <= MOST_REMINDERS and all(map(is_target, raw))
    if is_list and sorted(set(raw)) == raw:
        return []
    detail = f"At most {MOST_REMINDERS} numbers of seconds are wanted, each above the last."
    return [Fault("/reminders", "malformed_reminders", detail)]
