"""One row a cycle, of what is known of a ticket. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from feedback.intake.scores import CLASSES, UNSCORED, class_of, worst
from insights.measures.gestures import MADE
from insights.measures.rows import BY_AGENT, BY_CUSTOMER, BY_SILENCE, LONG, SHORT, standing_of


class Heard(NamedTuple):
    received_at: datetime
    source: int
    score_type: str
    score: int | None
    score_class: str
    worst_class: str


class Told(NamedTuple):
    """An entry of the history that tells of a cycle or its end."""

    at: datetime
    kind: str
    by: str
    reason: dict[str, Any]


class Owed(NamedTuple):
    """A follow-up. `begun_at` is when we began to owe it, `since` the receipt it is owed from."""

    begun_at: datetime
    since: datetime
    state: str
    met_at: datetime | None
    voided_at: datetime | None


class Spoke(NamedTuple):
    cycle: int
    at: datetime
    reached: bool
    struck_at: datetime | None


class Resolved(NamedTuple):
    cycle: int
    at: datetime
    cause: int


class Known(NamedTuple):
    """What is noted of the repair itself."""

    cycle: int
    cause: int | None
    score_type: str
    score: int | None
    score_after: int | None
    type: str | None
    driver: str
    severity: int | None
    is_monetary: bool | None
    is_process: bool | None
    is_controllable: bool | None
    number: int | None


class Gave(NamedTuple):
    cycle: int
    kind: str
    state: str
    amount: Decimal | None
    currency: str


class Asked(NamedTuple):
    cycle: int
    at: datetime
    state: str
    answered_at: datetime | None
    solved: bool | None
    score: int | None


class Failure(NamedTuple):
    ticket: int
    at: datetime
    cause: int | None


class Scored(NamedTuple):
    at: datetime
    type: str
    value: int


@dataclass(frozen=True)
class Facts:
    """Of one ticket. `failures` are its person's on other tickets, `scores` all of theirs."""

    ticket: int
    cycle: int
    group: int
    agent: int | None
    person: UUID | None
    value: Decimal | None
    is_erased: bool
    has_a_way: bool
    is_quiet: bool
    outcome: str
    created_at: datetime
    closed_at: datetime | None
    heard: Sequence[Heard]
    told: Sequence[Told]
    owed: Sequence[Owed]
    spoke: Sequence[Spoke]
    resolved: Sequence[Resolved]
    known: Sequence[Known]
    gave: Sequence[Gave]
    asked: Sequence[Asked]
    failures: Sequence[Failure]
    scores: Sequence[Scored]


@dataclass(frozen=True)
class Cycle:
    """`told` are the entries from its beginning to the next; `next_at` is None for the last."""

    number: int
    begun_at: datetime
    next_at: datetime | None
    told: Sequence[Told]


Columns = dict[str, Any]


def rows_of(facts: Facts, now: datetime) -> list[Columns]:
    return [_row(facts, cycle, now) for cycle in cycles_of(facts)]


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


def _row(facts: Facts, cycle: Cycle, now: datetime) -> Columns:
    owed = _owed(facts, cycle)
    received_at = _received_at(facts, cycle, owed)
    cause = _cause(facts, cycle.number)
    before = _before(facts, cycle.number)
    return {
        "ticket_id": facts.ticket,
        "cycle": cycle.number,
        "group_id": facts.group,
        "source_id": facts.heard[0].source if facts.heard else None,
        "agent_id": facts.agent,
        "person_id": facts.person,
        "standing": _standing(facts, cycle),
        "received_at": received_at,
        **before,
        **_contacts(facts, cycle),
        "owed_at": owed.since if owed else None,
        "follow_up": owed.state if owed else "",
        "met_at": owed.met_at if owed else None,
        "voided_at": owed.voided_at if owed else None,
        "resolved_at": next((r.at for r in facts.resolved if r.cycle == cycle.number), None),
        **_answer(facts, cycle),
        **_end(facts, cycle),
        "reopened_at": cycle.next_at,
        "ended_at": facts.closed_at,
        "cause_id": cause,
        **_failure(facts, cycle.number),
        **_gestures(facts, cycle),
        "value": None if facts.is_erased else facts.value,
        **_since(facts, received_at, cause),
        **_later(facts, received_at, before["score_type"]),
        "looked_at": now,
        "look_again_at": next(
            (received_at + w for w in (SHORT, LONG) if received_at + w > now), None
        ),
    }


def _owed(facts: Facts, cycle: Cycle) -> Owed | None:
    """The first that was begun in it and is not void, else the first: what spam had ended is owed
    again from its receipt. Further words of the customer are owed follow-ups of their own, which
    the report of the promise counts one by one."""
    begun = [one for one in facts.owed if _is_in(one.begun_at, cycle)]
    return next((one for one in begun if one.state != "void"), begun[0] if begun else None)


def _is_in(at: datetime, cycle: Cycle) -> bool:
    if cycle.next_at is not None and at >= cycle.next_at:
        return False
    return cycle.number == 1 or at >= cycle.begun_at


def _received_at(facts: Facts, cycle: Cycle, owed: Owed | None) -> datetime:
    if cycle.number == 1 and facts.heard:
        return min(one.received_at for one in facts.heard)
    return owed.since if owed else cycle.begun_at


def _standing(facts: Facts, cycle: Cycle) -> str:
    return standing_of(
        outcome=facts.outcome,
        is_quiet=facts.is_quiet,
        is_first=cycle.number == 1,
        worst_class=worst([one.worst_class for one in facts.heard]) if facts.heard else None,
        has_a_way=facts.has_a_way,
    )


def _cause(facts: Facts, cycle: int) -> int | None:
    """What was understood later counts before what was said when it was resolved."""
    noted = [one.cause for one in facts.known if one.cycle == cycle and one.cause]
    said = [one.cause for one in facts.resolved if one.cycle == cycle]
    return next(iter([*noted, *said]), None)


def _failure(facts: Facts, cycle: int) -> Columns:
    noted = next((one for one in facts.known if one.cycle == cycle), None)
    if noted is None:
        return {}
    return {
        "failure_type": noted.type or "",
        "driver": noted.driver,
        "severity": noted.severity,
        "is_monetary": noted.is_monetary,
        "is_process": noted.is_process,
        "is_controllable": noted.is_controllable,
        "failure_number": noted.number,
    }


def _before(facts: Facts, cycle: int) -> Columns:
    """What the customer thought of us: as it was noted, else what began the cycle."""
    kind, score = _noted_score(facts, cycle) or _score_that_began(facts, cycle)
    if score is None:
        heard = worst([one.worst_class for one in facts.heard]) if cycle == 1 else UNSCORED
        return {"score_type": "", "score_before": None, "class_before": heard}
    return {"score_type": kind, "score_before": score, "class_before": class_of(kind, score)}


def _noted_score(facts: Facts, cycle: int) -> tuple[str, int | None] | None:
    noted = [one for one in facts.known if one.cycle == cycle and one.score is not None]
    return (noted[0].score_type, noted[0].score) if noted else None


def _score_that_began(facts: Facts, cycle: int) -> tuple[str, int | None]:
    answers = [one for one in facts.known if one.cycle < cycle and one.score_after is not None]
    if answers:
        return "csat", answers[-1].score_after
    scored = [one for one in reversed(facts.heard) if one.score is not None]
    found = min(scored, key=lambda one: CLASSES.index(one.score_class), default=None)
    return (found.score_type, found.score) if found else ("", None)


def _contacts(facts: Facts, cycle: Cycle) -> Columns:
    tries = [one for one in facts.spoke if one.cycle == cycle.number]
    reached = [one.at for one in tries if one.reached and one.struck_at is None]
    noted = [one.at for one in cycle.told if one.kind == "acknowledged"]
    return {
        "acknowledged_at": min(noted, default=None),
        "attempted_at": min((one.at for one in tries), default=None),
        "reached_at": min(reached, default=None),
    }


def _answer(facts: Facts, cycle: Cycle) -> Columns:
    """A question whose letter reached nobody was not asked."""
    asked = [one for one in facts.asked if one.cycle == cycle.number and one.state != "failed"]
    found = asked[0] if asked else None
    return {
        "asked_at": found.at if found else None,
        "answered_at": found.answered_at if found else None,
        "solved": found.solved if found else None,
        "score_after": found.score if found else None,
        "is_silent": found is not None and found.state == "silent",
    }


def _end(facts: Facts, cycle: Cycle) -> Columns:
    """The last one, if nothing came after it: what was closed as spam by mistake is open."""
    ends = [one for one in cycle.told if one.kind in ("closed", "merged")]
    if not ends or (cycle.next_at is None and facts.closed_at is None):
        return {"closed_at": None, "outcome": "", "closed_by": ""}
    outcome = str(ends[-1].reason.get("outcome", "merged"))
    return {"closed_at": ends[-1].at, "outcome": outcome, "closed_by": _ender(ends[-1], outcome)}


def _ender(entry: Told, outcome: str) -> str:
    if entry.by == "customer":
        return BY_CUSTOMER
    return BY_SILENCE if entry.by == "clock" and outcome == "silent" else BY_AGENT


def _gestures(facts: Facts, cycle: Cycle) -> Columns:
    given = [one for one in facts.gave if one.cycle == cycle.number]
    costs: dict[str, Decimal] = {}
    for one in given:
        if one.amount is not None and one.state in MADE:
            costs[one.currency] = costs.get(one.currency, Decimal()) + one.amount
    return {
        "gestures": [f"{one.kind}:{one.state}" for one in given],
        "costs": {currency: str(amount) for currency, amount in sorted(costs.items())},
    }


def _since(facts: Facts, received_at: datetime, cause: int | None) -> Columns:
    later = [one for one in facts.failures if one.at > received_at]
    same = [one.at for one in later if cause is not None and one.cause == cause]
    earlier = [one.at for one in facts.failures if one.at < received_at]
    return {
        "failed_before_at": max(earlier, default=None),
        "failed_again_at": min((one.at for one in later), default=None),
        "same_cause_again_at": min(same, default=None),
    }


def _later(facts: Facts, received_at: datetime, kind: str) -> Columns:
    """The first score of that type after the receipt, for ninety days."""
    until = received_at + LONG
    later = (one for one in facts.scores if one.type == kind and received_at < one.at <= until)
    found = next(later, None)
    return {
        "later_score": found.value if found else None,
        "later_score_at": found.at if found else None,
    }
