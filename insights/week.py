"""What a manager wants to know of the past week, about the groups they manage."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count

from accounts.models import AccessGroup, User
from insights.days import A_DAY, begin_of, end_of, newest_day
from insights.likely import Likely, likely_to_break
from insights.promises import FollowUp, follow_up
from insights.waiting import Oldest, oldest_waiting
from tickets.sla.ledger import BREACHED
from tickets.sla.models import Clock, Kind
from tickets.work.models import Ticket, TicketQuerySet

WEEK = timedelta(days=7)
MOST_LIKELY = 5
MOST_GROUPS = 10
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class Week:
    """`first` to `last` are the seven newest days of which everything is 48 hours old: of those is
    the rate. `broken` and `endings` are of the seven days before `until`; `outstanding` stops at a
    thousand."""

    first: date
    last: date
    until: datetime
    kept: FollowUp
    broken: int
    outstanding: int
    oldest: list[Oldest]
    groups: dict[int, str]
    likely: Likely
    endings: dict[str, int]


def is_told(person: User) -> bool:
    """Whether the letter of the week is for them: admins, and whoever manages a group."""
    return person.is_active and AccessGroup.objects.managed_by(person).exists()


def look_back(person: User, zone: ZoneInfo, *, until: datetime, now: datetime) -> Week:
    groups = dict(AccessGroup.objects.managed_by(person).values_list("pk", "name"))
    # Whoever manages a group sees it: this only leaves out what they see beside it.
    tickets = Ticket.objects.visible_to(person).filter(group__in=list(groups)).live()
    last = newest_day(until, zone)
    first = last - 6 * A_DAY
    start, end = begin_of(first, zone), end_of(last, zone)
    return Week(
        first=first,
        last=last,
        until=until,
        kept=follow_up(tickets, start=start, end=end, now=now),
        broken=_broken(tickets, until),
        outstanding=tickets.unresolved().due_before(now)[:MOST_COUNTED].count(),
        oldest=oldest_waiting(tickets)[:MOST_GROUPS],
        groups=groups,
        likely=likely_to_break(person, now, most=MOST_LIKELY),
        endings=_endings(tickets, until),
    )


def _broken(tickets: TicketQuerySet, until: datetime) -> int:
    in_week = {"breached_at__gt": until - WEEK, "breached_at__lte": until}
    broken = Clock.objects.filter(state=BREACHED, kind=Kind.FOLLOW_UP, **in_week)
    return broken.filter(promise__in=tickets.values("pk")).count()


def _endings(tickets: TicketQuerySet, until: datetime) -> dict[str, int]:
    closed = tickets.filter(status="closed", closed_at__gt=until - WEEK, closed_at__lte=until)
    return dict(closed.order_by().values_list("outcome").annotate(Count("pk")))
