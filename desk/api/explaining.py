from datetime import datetime
from typing import Any

from cxloop.kernel.priorities import PRIORITIES
from tickets.sla.actions.look import events_of
from tickets.sla.explain import Stretch, add_up
from tickets.sla.models import Clock, PolicyVersion
from tickets.sla.targets import Terms
from tickets.sla.telling import tell
from tickets.sla.what_if import due_otherwise
from tickets.sla.writing import first_hours_of, hours_of

# Few were moved to another policy: theirs is read when it is asked for.
EXPLAINED_WITH = ("promise", "policy__policy", "policy__calendar__calendar")


def show_explanation(clock: Clock, *, now: datetime, language: str) -> dict[str, Any]:
    """The deadline of a clock added up; it is folded anew from its events, never from its row."""
    events, hours = events_of(clock), first_hours_of(clock)
    summed = add_up(events, hours, now=now)
    targets = targets_by_priority(clock)
    otherwise = due_otherwise(summed.reading, hours_of(clock), targets, now=now)
    law = clock.policy.policy.law
    told = tell(
        summed, events, hours, kind=clock.kind, law=law, otherwise=otherwise, language=language
    )
    return {
        "kind": clock.kind,
        "cycle": clock.cycle,
        "state": summed.reading.state,
        **_under(clock.policy),
        "target_s": summed.reading.target_s,
        "segments": [_segment(stretch) for stretch in summed.stretches],
        "counted_s": summed.counted_s,
        "due_at": summed.reading.due_at,
        "what_if": [vars(other) for other in otherwise],
        "sentences": list(told),
    }


def targets_by_priority(clock: Clock) -> dict[str, int | None]:
    """What the policy would promise, were the ticket as pressing as this."""
    segment = clock.promise.segment
    return {p: clock.under.target(clock.kind, Terms(p, segment)) for p in PRIORITIES}


def _under(policy: PolicyVersion) -> dict[str, Any]:
    kept = policy.calendar
    calendar = {"slug": kept.calendar.slug, "version": kept.version} if kept else None
    return {
        "policy": {"slug": policy.policy.slug, "version": policy.version},
        "calendar": calendar,
        "law": policy.policy.law or None,
    }


def _segment(stretch: Stretch) -> dict[str, Any]:
    return {
        "from": stretch.start,
        "to": stretch.end,
        "counts": stretch.counts,
        "why": stretch.why,
    }
