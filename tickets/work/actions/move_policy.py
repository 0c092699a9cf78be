"""Promises that run go on under a revised policy: confirmed by an admin, who was told what it would
do, and then done part by part, so that nobody's act waits for it."""

from datetime import datetime, timedelta

from accounts.models import User
from cxloop.kernel.errors import Conflict
from tickets.sla.actions.change import follow_status, move_clocks
from tickets.sla.models import Clock, Policy, PolicyVersion
from tickets.sla.policies import newest_policy
from tickets.work.actor import CLOCK
from tickets.work.deadlines import refresh_deadline
from tickets.work.door import locked_if_free
from tickets.work.models import PolicyMove, Ticket
from tickets.work.timeline import write_entry

AT_ONCE = 100
# Between two parts everybody else's acts get through.
BREATH = timedelta(seconds=1)


def confirm_move(policy: Policy, *, version: int, by: User, now: datetime) -> PolicyMove:
    """Raises Conflict `outdated` where the version they were told of is the newest no more. The
    same again is the same move."""
    newest = newest_policy(policy)
    if newest.version != version:
        raise Conflict(f"Version {newest.version} is the newest now.", code="outdated")
    given = {"confirmed_by": by, "confirmed_at": now, "next_at": now}
    return PolicyMove.objects.get_or_create(version=newest, defaults=given)[0]


def go_on(moves: list[PolicyMove], now: datetime) -> None:
    """The next part of each. Tickets that somebody acts on just now come later."""
    for move in moves:
        version = PolicyVersion.objects.select_related("policy", "calendar").get(pk=move.version_id)
        waiting = _promises(version)
        for number in waiting[:AT_ONCE]:
            move.moved += _move(number, version, now)
        move.next_at = now + BREATH
        move.finished_at = None if waiting else now
        move.save(update_fields=["moved", "next_at", "finished_at"])


def _promises(version: PolicyVersion) -> list[int]:
    """Whose clocks are still to be moved, some more than one part."""
    clocks = Clock.objects.to_move(version).order_by("promise")
    return list(dict.fromkeys(clocks.values_list("promise", flat=True)[: 10 * AT_ONCE]))


def _move(number: int, version: PolicyVersion, now: datetime) -> int:
    ticket = locked_if_free(number)
    if ticket is None:
        return 0
    moved = move_clocks(ticket.promise, version, now=now)
    follow_status(ticket.promise, ticket.status, now=now)
    _note(ticket, version, now)
    refresh_deadline(ticket)
    return moved


def _note(ticket: Ticket, version: PolicyVersion, now: datetime) -> None:
    reason = {"policy": {"slug": version.policy.slug, "version": version.version}}
    write_entry(ticket, "promised_anew", CLOCK, now=now, reason=reason)
