"""One row a cycle, of what is known of a ticket. Pure."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from feedback.intake.scores import CLASSES, NEGATIVE, UNSCORED, class_of
from insights.measures.gestures import MADE
from insights.measures.rows import (
    FOLLOWED,
    LEFT,
    LONG,
    SHORT,
    UNSAID,
    standing_of,
)
from insights.repair_cycles import (
    Cycle,
    cycles_of,
    end_of,
    owed_in,
    receipt_of,
    were_thanks,
    worst_heard,
)
from insights.repair_kept import Facts, Owed
from tickets.work.letter_words import ACKNOWLEDGEMENT

Columns = dict[str, Any]


def rows_of(facts: Facts, now: datetime) -> list[Columns]:
    cycles = cycles_of(facts)
    rows = [_row(facts, cycle, now) for cycle in cycles]
    for row, following in zip(rows, cycles[1:], strict=False):
        if were_thanks(facts, following):
            row["reopened_at"] = None
    return rows


def _row(facts: Facts, cycle: Cycle, now: datetime) -> Columns:
    owed = owed_in(facts, cycle)
    received_at = receipt_of(facts, cycle, owed)
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
        **_contacts(facts, cycle, owed),
        "owed_at": owed.since if owed else None,
        "due_at": owed.due_at if owed else None,
        "follow_up": owed.state if owed else "",
        "met_at": owed.met_at if owed else None,
        "voided_at": owed.voided_at if owed else None,
        "resolved_at": next((r.at for r in facts.resolved if r.cycle == cycle.number), None),
        **_answer(facts, cycle),
        **end_of(facts, cycle)._asdict(),
        "reopened_at": cycle.next_at,
        "ended_at": facts.closed_at,
        "cause_id": cause,
        **_failure(facts, cycle.number),
        **_gestures(facts, cycle),
        **_playbook(facts, cycle),
        "value": None if facts.is_erased else facts.value,
        **_since(facts, received_at, cause),
        **_later(facts, cycle.number, received_at, before),
        "looked_at": now,
        "look_again_at": next(
            (received_at + w for w in (SHORT, LONG) if received_at + w > now), None
        ),
    }


def _standing(facts: Facts, cycle: Cycle) -> str:
    return standing_of(
        outcome=facts.outcome if cycle.next_at is None else "",
        is_quiet=facts.is_quiet,
        is_complaint=_is_complaint(facts, cycle),
        has_a_way=facts.has_a_way,
    )


def _is_complaint(facts: Facts, cycle: Cycle) -> bool:
    if cycle.number > 1:
        return not were_thanks(facts, cycle)
    return not facts.heard or worst_heard(facts.heard) in (NEGATIVE, UNSCORED)


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
        heard = worst_heard(facts.heard) if cycle == 1 else UNSCORED
        return {"score_type": "", "score_before": None, "class_before": heard}
    return {"score_type": kind, "score_before": score, "class_before": class_of(kind, score)}


def _noted_score(facts: Facts, cycle: int) -> tuple[str, int | None] | None:
    noted = [one for one in facts.known if one.cycle == cycle and one.score is not None]
    return (noted[0].score_type, noted[0].score) if noted else None


def _score_that_began(facts: Facts, cycle: int) -> tuple[str, int | None]:
    if answers := _answers_before(facts, cycle):
        return "csat", answers[-1]
    scored = [one for one in reversed(facts.heard) if one.score is not None]
    found = min(scored, key=lambda one: CLASSES.index(one.score_class), default=None)
    return (found.score_type, found.score) if found else ("", None)


def _answers_before(facts: Facts, cycle: int) -> list[int]:
    """The scores by which the customer judged the cycles before."""
    earlier = [one.score_after for one in facts.known if one.cycle < cycle]
    return [score for score in earlier if score is not None]


def _contacts(facts: Facts, cycle: Cycle, owed: Owed | None) -> Columns:
    """Tried is whoever tried since the follow-up was owed by which the cycle is told."""
    spoke = [one for one in facts.spoke if one.cycle == cycle.number]
    reached = [one.at for one in spoke if one.reached and one.struck_at is None]
    tries = [one.at for one in spoke if owed is None or one.at >= owed.since]
    return {
        "acknowledged_at": _acknowledged_at(facts, cycle),
        "attempted_at": min(tries, default=None),
        "reached_at": min(reached, default=None),
    }


def _acknowledged_at(facts: Facts, cycle: Cycle) -> datetime | None:
    """None of whose letter we know that it reached nobody."""
    noted = min((one.at for one in cycle.told if one.kind == "acknowledged"), default=None)
    is_dead = any(
        one.kind == "letter_failed" and one.reason.get("letter") == ACKNOWLEDGEMENT
        for one in facts.told
    )
    return None if is_dead else noted


def _answer(facts: Facts, cycle: Cycle) -> Columns:
    """A question whose letter reached nobody was not asked."""
    asked = [one for one in facts.asked if one.cycle == cycle.number and one.state != "failed"]
    found = asked[0] if asked else None
    return {
        "asked_at": found.at if found else None,
        "answered_at": found.answered_at if found else None,
        "solved": found.solved if found else None,
        "score_after": found.score if found else None,
        "fair": found.fair if found else None,
        "easy": found.easy if found else None,
        "respect": found.respect if found else None,
        "is_heard": found is not None and found.heard_by is not None,
        "is_silent": found is not None and found.state == "silent",
    }


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


def _playbook(facts: Facts, cycle: Cycle) -> Columns:
    """What became of it, once it was left or the repair said to be done. That it was left the
    history tells, of which forgetting a person takes the reason and not the fact."""
    used = next((one for one in facts.used if one.cycle == cycle.number), None)
    is_left = any(one.kind == "playbook_left" for one in cycle.told)
    if used is None or not (is_left or _is_done(facts, cycle)):
        return {"playbook": "", "playbook_version": None, "playbook_use": ""}
    use = LEFT if is_left else FOLLOWED if used.is_followed else UNSAID
    return {"playbook": used.playbook, "playbook_version": used.version, "playbook_use": use}


def _is_done(facts: Facts, cycle: Cycle) -> bool:
    """Resolved, or over: that it is resolved may have been taken back."""
    is_resolved = any(one.cycle == cycle.number for one in facts.resolved)
    return is_resolved or cycle.next_at is not None or facts.closed_at is not None


def _since(facts: Facts, received_at: datetime, cause: int | None) -> Columns:
    later = [one for one in facts.failures if one.at > received_at]
    same = [one.at for one in later if cause is not None and one.cause == cause]
    earlier = [one.at for one in facts.failures if one.at < received_at]
    return {
        "failed_before_at": max(earlier, default=None),
        "failed_again_at": min((one.at for one in later), default=None),
        "same_cause_again_at": min(same, default=None),
    }


def _later(facts: Facts, cycle: int, received_at: datetime, before: Columns) -> Columns:
    """The next score of that type: the first after the one before was given, until ninety days
    after the receipt."""
    kind, until = before["score_type"], received_at + LONG
    since = max(received_at, _scored_at(facts, cycle, before) or received_at)
    later = (one for one in facts.scores if one.type == kind and since < one.at <= until)
    found = next(later, None)
    return {
        "later_score": found.value if found else None,
        "later_score_at": found.at if found else None,
    }


def _scored_at(facts: Facts, cycle: int, before: Columns) -> datetime | None:
    """When feedback on the ticket first said the score before, which may be further words that
    joined it: a score is no pair with itself. None where an answer gave it, or nothing."""
    if _answers_before(facts, cycle):
        return None
    said = (before["score_type"], before["score_before"])
    given = (one.received_at for one in facts.heard if (one.score_type, one.score) == said)
    return min(given, default=None)
