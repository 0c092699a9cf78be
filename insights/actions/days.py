"""The figures of past days are counted once, and again when something of them has changed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from accounts.models import User
from feedback.intake.models import Contactable
from insights.days import A_DAY, begin_of, day_of, days_between, end_of, newest_day, zone_named
from insights.models import CountedDay, DayTally, Walked
from insights.tally import Case, Whose, count
from tickets.sla.models import Clock, Kind
from tickets.work.actions.tags import RETAGGED
from tickets.work.models import Ticket, TicketFeedback
from tickets.work.walking import newest_settled, next_stretch

KEPT = 400 * A_DAY
# A busy day is not counted anew at every act.
AT_MOST_EVERY = timedelta(hours=1)


def want_days(*, now: datetime) -> int:
    """Every day that has become old enough waits to be counted, in every zone that somebody lives
    in; what is too old is let go. How many are new."""
    CountedDay.objects.filter(day__lt=(now - KEPT).date() - 2 * A_DAY).delete()
    receipts = Clock.objects.filter(kind=Kind.FOLLOW_UP).order_by("started_at")
    first = receipts.values_list("started_at", flat=True).first()
    return sum(_want(zone, first, now) for zone in zones_in_use()) if first else 0


def _want(zone: ZoneInfo, first: datetime, now: datetime) -> int:
    newest = newest_day(now, zone)
    oldest = max(day_of(first, zone), newest - KEPT)
    known = CountedDay.objects.between(zone.key, oldest, newest)
    have = set(known.values_list("day", flat=True))
    missing = [day for day in days_between(oldest, newest) if day not in have]
    rows = [CountedDay(zone=zone.key, day=day, count_at=now) for day in missing]
    CountedDay.objects.bulk_create(rows, ignore_conflicts=True)
    return len(missing)


def zones_in_use() -> list[ZoneInfo]:
    people = User.objects.active().filter(kind=User.Kind.PERSON)
    names = people.order_by().values_list("time_zone", flat=True).distinct()
    found = {zone.key: zone for zone in map(zone_named, names)}
    return [found[key] for key in sorted(found)]


@transaction.atomic
def note_changes(*, now: datetime) -> int:
    """Walks the history on from where it was left: the days of whatever it tells of wait to be
    counted again. How many entries it passed."""
    walked = _walked(now)
    if passed := next_stretch(walked.entry, now=now):
        # A tag renamed on a million tickets changes no figure of any day.
        _count_again(_receipts({one.ticket for one in passed if one.kind != RETAGGED}))
        walked.entry = passed[-1].entry
        walked.save(update_fields=["entry"])
    return len(passed)


def _walked(now: datetime) -> Walked:
    """Locked. What happened before the first walk is in whatever is counted after it."""
    for_days = Walked.objects.filter(pk=Walked.Why.DAYS)
    if not for_days.exists():
        first = Walked(entry=newest_settled(now=now))
        Walked.objects.bulk_create([first], ignore_conflicts=True)
    return for_days.select_for_update(no_key=True).get()


def _receipts(tickets: set[int]) -> list[datetime]:
    """When what belongs to these tickets is counted from."""
    clocks = Clock.objects.filter(kind=Kind.FOLLOW_UP, promise__in=tickets)
    unreachable = Ticket.objects.filter(pk__in=tickets, contactable=Contactable.NONE)
    return [
        *clocks.values_list("started_at", flat=True),
        *unreachable.values_list("created_at", flat=True),
    ]


def _count_again(receipts: list[datetime]) -> None:
    for zone in zones_in_use():
        days = {day_of(at, zone) for at in receipts}
        soon = F("counted_at") + AT_MOST_EVERY
        later = CountedDay.objects.of_days(zone.key, days).exclude(count_at__lte=soon)
        later.exclude(counted_at=None).update(count_at=soon)


def count_days(rows: list[CountedDay], now: datetime) -> None:
    """Anew from what is stored; twice is the same as once. The rows must be locked: what changes
    meanwhile is walked over later, and counted again; so is a day of which something falls due
    yet, for of what was kept early nothing more is told then. Many a minute has its own: they wait
    for each other too."""
    for row in rows:
        cases = list(_cases(row))
        found = count(cases, _unreachable(row), now)
        DayTally.objects.filter(counted=row).delete()
        DayTally.objects.bulk_create([DayTally.of(row, k, tally) for k, tally in found.items()])
        due = min((at for case in cases if (at := case.falls_due_at(now))), default=None)
        row.counted_at, row.count_at = now, due and max(due, now + AT_MOST_EVERY)
        row.attempts, row.try_after, row.last_error = 0, None, ""
        row.save()


def count_all_again(*, now: datetime) -> int:
    return CountedDay.objects.update(count_at=now)


def _span(row: CountedDay) -> tuple[datetime, datetime]:
    zone = zone_named(row.zone)
    return begin_of(row.day, zone), end_of(row.day, zone)


_SOURCE = Subquery(
    TicketFeedback.objects.filter(ticket=OuterRef("pk"))
    .order_by("received_at", "pk")
    .values("feedback__source")[:1]
)


def _cases(row: CountedDay) -> Iterator[Case]:
    start, end = _span(row)
    tickets = Ticket.objects.live().filter(
        promise__clocks__kind=Kind.FOLLOW_UP,
        promise__clocks__started_at__gte=start,
        promise__clocks__started_at__lt=end,
    )
    of_clock = ("started_at", "due_at", "state", "met_at", "voided_at", "cycle")
    named = [f"promise__clocks__{name}" for name in of_clock]
    rows = tickets.values_list("group", _SOURCE, "assignee", *named, "closed_at", "merged_into")
    for group, source, agent, started, due, state, met, voided, cycle, closed, merged in rows:
        yield Case(
            whose=Whose(group, source, agent),
            started_at=started,
            due_at=due,
            state=state,
            met_at=met,
            voided_at=voided,
            is_first=cycle == 1,
            closed_at=closed,
            is_merged=merged is not None,
        )


def _unreachable(row: CountedDay) -> list[Whose]:
    """By the day their ticket was opened: they have no clock that would know the receipt."""
    start, end = _span(row)
    opened = Ticket.objects.live().filter(created_at__gte=start, created_at__lt=end)
    rows = opened.filter(contactable=Contactable.NONE)
    return [Whose(*found) for found in rows.values_list("group", _SOURCE, "assignee")]
