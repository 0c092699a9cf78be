"""Was the promise kept? Measures over clocks, limited to what the asker may see."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from insights.shares import Share
from insights.tally import LIMIT
from tickets.sla.models import Clock, Kind
from tickets.work.models import Ticket


@dataclass(frozen=True)
class FollowUp:
    """Follow-up by the day feedback was received.

    `in_48_hours` counts real hours from receipt to a person's contact, whatever the policy says;
    `as_promised` counts by the policy's own target and open hours, once these have passed, also of
    what was kept before. `void` were closed without contact in time, with a reason, and are not in
    the second; nor in the first, unless 48 hours had passed by then. `too_young` are less than 48
    hours old and still unanswered.
    """

    in_48_hours: Share
    as_promised: Share
    void: int
    too_young: int


def follow_up(
    tickets: QuerySet[Ticket], *, start: datetime, end: datetime, now: datetime
) -> FollowUp:
    """Over follow-up clocks of these tickets whose feedback was received from `start` to `end`
    (exclusive) and is at least 48 hours old at `now`: a younger one is on its way, no failure."""
    old, void = Q(started_at__lte=now - LIMIT), Q(state="void")
    void_in_time = void & Q(voided_at__lte=F("started_at") + LIMIT)
    due = old & Q(due_at__lte=now)
    in_time = Q(met_at__lte=F("started_at") + LIMIT)
    found = follow_ups(tickets, start=start, end=end).aggregate(
        real=Count("pk", old & ~void_in_time),
        in_real=Count("pk", old & ~void_in_time & in_time),
        promised=Count("pk", due & ~void),
        kept=Count("pk", due & Q(state="met")),
        void=Count("pk", void),
        too_young=Count("pk", ~old & ~void & Q(met_at=None)),
    )
    return FollowUp(
        in_48_hours=Share(found["in_real"], found["real"]),
        as_promised=Share(found["kept"], found["promised"]),
        void=found["void"],
        too_young=found["too_young"],
    )


def follow_ups(tickets: QuerySet[Ticket], *, start: datetime, end: datetime) -> QuerySet[Clock]:
    """The follow-up clocks of these tickets, by the receipt they run from."""
    received = Clock.objects.filter(started_at__gte=start, started_at__lt=end)
    return received.filter(kind=Kind.FOLLOW_UP, promise__in=tickets.values("pk"))
