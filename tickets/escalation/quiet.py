"""When somebody is told of a rung, who may be asleep just then. Pure.

A warning before the due time is brought forward into the last open minute before it; a notice after
the due time waits for the opening. Where that minute was missed (the ticket came later, a calendar
was changed) a warning waits for the opening too, if that comes before the due time; else it goes at
once. So does whatever is urgent, and whatever goes to somebody without hours of their own.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from tickets.escalation.ladder import Moment
from tickets.escalation.recipients import Team, everybody, who_hears
from tickets.escalation.rungs import When
from tickets.sla.calendars import Hours, is_open, last_open, next_open
from tickets.sla.ledger import Reading


def tell_at(at: datetime, due_at: datetime, hours: Hours | None, now: datetime) -> datetime:
    """When to tell somebody with these hours of a rung that is passed at `at`. `now` is earlier
    than that where the rung is climbed early for somebody else."""
    if hours is None:
        return max(at, now)
    if at >= due_at:
        return next_open(hours, max(at, now))
    brought_forward = last_open(hours, at)
    if brought_forward > now or is_open(hours, now):
        return max(brought_forward, now)
    opening = next_open(hours, now)
    return opening if opening < due_at else now


class Ahead(NamedTuple):
    """Warnings that are climbed early, and when to look ahead again, if ever."""

    early: Sequence[Moment] = ()
    next_at: datetime | None = None


def warnings(
    found: Iterable[Moment], reading: Reading, raised: Collection[When], now: datetime
) -> list[Moment]:
    """The rungs to come before the due time, but for what is urgent."""
    if reading.due_at is None or not reading.is_live:
        return []
    coming = [m for m in found if now < m.at < reading.due_at and not m.rung.urgent]
    return [moment for moment in coming if moment.rung.when not in raised]


def look_ahead(
    coming: Iterable[Moment], team: Team, hours: Mapping[int, Hours], now: datetime
) -> Ahead:
    """A rung is climbed early when one of those who are to hear of it is awake for the last time
    before. Who that is may change, so one looks before every sleep of anybody who could hear."""
    early = [moment for moment in coming if _is_now_or_never(moment, team, hours, now)]
    kept = {id(one): one for user in everybody(team) if (one := hours.get(user))}
    sleeps = {
        last_open(one, moment.at)
        for moment in coming
        if moment not in early
        for one in kept.values()
    }
    return Ahead(early, min((sleep for sleep in sleeps if sleep > now), default=None))


def _is_now_or_never(moment: Moment, team: Team, hours: Mapping[int, Hours], now: datetime) -> bool:
    kept = [hours.get(told.member.user) for told in who_hears(moment.rung.tell, team)]
    return any(last_open(one, moment.at) <= now and is_open(one, now) for one in kept if one)
