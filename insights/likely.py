"""Which promises will likely be broken: the open ones that the waiting work of their group and its
pace of the past seven days will not reach in time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nsmallest
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery

from accounts.models import AccessGroup, User
from insights.gate import Standing, standing_by
from insights.models import Verdict
from insights.reach import DAY, Outlook, Pace, Waiting, outlooks
from tickets.sla.ledger import BREACHED
from tickets.sla.models import Clock, Kind
from tickets.work.models import Ticket, TicketQuerySet

PACE_OVER = 7 * DAY
# By due time: what stands behind so many is not forecast, and costs nothing.
MOST_WAITING = 5_000


@dataclass(frozen=True)
class Likely:
    """`found` is empty where the standing lets nothing be shown; `chances` go with it."""

    standing: Standing
    found: list[tuple[Outlook, float]]
    more: int


def likely_to_break(person: User, now: datetime, *, most: int) -> Likely:
    """The `most` likely first, among the groups that the person sees: of a ticket that is only
    shared with them, the queue before it is none of theirs to know."""
    standing = standing_now()
    if not standing.is_shown:
        return Likely(standing, [], more=0)
    groups = AccessGroup.objects.visible_to(person)
    tickets = Ticket.objects.visible_to(person).filter(group__in=groups.values("pk"))
    late = [one for one in look_ahead(tickets, now) if one.is_too_late]
    chance = standing.judged.model.chance
    worst = nsmallest(most, late, key=lambda one: (-one.pressure, one.waiting.due_at))
    return Likely(standing, [(o, chance(o.pressure)) for o in worst], more=len(late) - len(worst))


def standing_now() -> Standing:
    newest = Verdict.objects.newest()
    return standing_by(newest.judged() if newest else None)


def look_ahead(tickets: TicketQuerySet, now: datetime) -> list[Outlook]:
    """Over these tickets, which must be all of their groups."""
    queue = list(_queue(tickets))
    paces = _paces(tickets, {one.group for one in queue}, now)
    return list(outlooks(queue, paces, now))


def _queue(tickets: TicketQuerySet) -> Iterator[Waiting]:
    of_clock = ("promise__clocks__due_at", "promise__clocks__state")
    rows = waiting_work(tickets).values_list("promise__clocks", "pk", "group", *of_clock)
    for clock, ticket, group, due_at, state in rows[:MOST_WAITING]:
        yield Waiting(clock, ticket, group, due_at, is_broken=state == BREACHED)


def waiting_work(tickets: TicketQuerySet) -> QuerySet[Ticket]:
    """Each with a follow-up that nobody has made yet, by due time."""
    waiting = (
        tickets.live()
        .not_closed()
        .filter(
            promise__clocks__kind=Kind.FOLLOW_UP,
            promise__clocks__met_at=None,
            promise__clocks__voided_at=None,
        )
    )
    return waiting.order_by("promise__clocks__due_at", "promise__clocks")


def _paces(tickets: TicketQuerySet, groups: set[int], now: datetime) -> dict[int, Pace]:
    """Of a group that is younger than seven days, over its age."""
    count = Count("promise", distinct=True)
    answered = dict(answered_work(tickets, now).values_list("group").annotate(count))
    born = AccessGroup.objects.filter(pk__in=groups).values_list("pk", "created_at")
    return {pk: Pace(answered.get(pk, 0), _days(now - created_at)) for pk, created_at in born}


def answered_work(tickets: TicketQuerySet, now: datetime) -> QuerySet[Any]:
    """What somebody has answered in the past seven days, with its `group` where it is one of these
    tickets. Each is asked for its ticket: as a join PostgreSQL would read the tickets of all
    years."""
    lately = Clock.objects.filter(kind=Kind.FOLLOW_UP, met_at__gt=now - PACE_OVER, met_at__lte=now)
    own = tickets.live().filter(pk=OuterRef("promise")).order_by().values("group")
    return lately.annotate(group=Subquery(own)).order_by()


def _days(age: timedelta) -> float:
    return min(max(age, DAY), PACE_OVER) / DAY
