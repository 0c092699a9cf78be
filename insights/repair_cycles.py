"""The cycles of a ticket, each with the follow-up it is told by, and how it ended. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from feedback.intake.scores import NEGATIVE, UNSCORED, class_of, worst
from insights.measures.follow_up import BREACHED, VOID
from insights.measures.rows import BY_AGENT, BY_CUSTOMER, BY_SILENCE
from insights.repair_kept import Facts, Heard, Owed, Told

# By which follow-up a cycle is told, where several were begun in it.
_LEAST_KEPT = {BREACHED: 0, VOID: 2}
# What an agent ends as when there was nothing to put right.
_NO_MATTER = ("not_actionable", "no_contact_wanted")


@dataclass(frozen=True)
class Cycle:
    """`told` are the entries from its beginning to the next; `next_at` is None for the last."""

    number: int
    begun_at: datetime
    next_at: datetime | None
    told: Sequence[Told]


def cycles_of(facts: Facts) -> list[Cycle]:
    """The history tells of each, but of one that began when a resolved ticket was spam after all:
    that began there."""
    resolved = {one.cycle for one in facts.resolved}
    number, begun = 1, [(1, facts.created_at, 0)]
    for place, entry in enumerate(facts.told):
        if entry.kind == "reopened":
            number = int(entry.reason["cycle"])
        elif entry.kind == "not_spam" and number in resolved and number < facts.cycle:
            number += 1
        if number != begun[-1][0]:
            begun.append((number, entry.at, place))
    ends = [*begun[1:], None]
    return [_cycle(facts, one, after) for one, after in zip(begun, ends, strict=True)]


def _cycle(
    facts: Facts, one: tuple[int, datetime, int], after: tuple[int, datetime, int] | None
) -> Cycle:
    number, begun_at, place = one
    told = facts.told[place : after[2] if after else None]
    return Cycle(number, begun_at, after[1] if after else None, told)


def owed_in(facts: Facts, cycle: Cycle) -> Owed | None:
    """The first that was begun in it and was broken, which nothing makes good; else the first that
    is not void, since what spam had ended is owed again from its receipt; else the first. Further
    words of the customer are owed follow-ups of their own, which the report of the promise counts
    one by one."""
    begun = [one for one in facts.owed if _is_in(one.begun_at, cycle)]
    return min(begun, key=lambda one: _LEAST_KEPT.get(one.state, 1), default=None)


def _is_in(at: datetime, cycle: Cycle) -> bool:
    if cycle.next_at is not None and at >= cycle.next_at:
        return False
    return cycle.number == 1 or at >= cycle.begun_at


def receipt_of(facts: Facts, cycle: Cycle, owed: Owed | None) -> datetime:
    if cycle.number == 1 and facts.heard:
        return min(one.received_at for one in facts.heard)
    return owed.since if owed else cycle.begun_at


class End(NamedTuple):
    closed_at: datetime | None = None
    outcome: str = ""
    closed_by: str = ""


def end_of(facts: Facts, cycle: Cycle) -> End:
    """The last one, if nothing came after it: what was closed as spam by mistake is open."""
    ends = [one for one in cycle.told if one.kind in ("closed", "merged")]
    if not ends or (cycle.next_at is None and facts.closed_at is None):
        return End()
    outcome = str(ends[-1].reason.get("outcome", "merged"))
    return End(ends[-1].at, outcome, _ender(ends[-1], outcome))


def _ender(entry: Told, outcome: str) -> str:
    if entry.by == "customer":
        return BY_CUSTOMER
    return BY_SILENCE if entry.by == "clock" and outcome == "silent" else BY_AGENT


def were_thanks(facts: Facts, cycle: Cycle) -> bool:
    """Begun by a customer who had said that it is put right and wrote once more, and ended by an
    agent for whom there was nothing to do: that began anew, and failed nobody."""
    begun = next(iter(cycle.told), None)
    if begun is None or (begun.kind, begun.by) != ("reopened", BY_CUSTOMER):
        return False
    end = end_of(facts, cycle)
    is_no_matter = end.closed_by == BY_AGENT and end.outcome in _NO_MATTER
    is_resolved = any(one.cycle == cycle.number for one in facts.resolved)
    return (
        is_no_matter
        and not is_resolved
        and _ended_happily(facts, cycle.number - 1)
        and not _complained_in(facts, cycle)
    )


def _ended_happily(facts: Facts, cycle: int) -> bool:
    said = [one for one in facts.asked if one.cycle == cycle and one.answered_at is not None]
    return any(
        one.solved is not False and (one.score is None or class_of("csat", one.score) != NEGATIVE)
        for one in said
    )


def _complained_in(facts: Facts, cycle: Cycle) -> bool:
    since = receipt_of(facts, cycle, owed_in(facts, cycle))
    heard = [one for one in facts.heard if one.received_at >= since]
    return bool(heard) and worst_heard(heard) in (NEGATIVE, UNSCORED)


def worst_heard(heard: Sequence[Heard]) -> str:
    """A complaint in words alone stays one, whatever a form that they filled in says beside it."""
    classes = [one.worst_class for one in heard]
    return UNSCORED if UNSCORED in classes and NEGATIVE not in classes else worst(classes)
