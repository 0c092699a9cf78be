"""A deadline added up for the eye: what was promised, which time counted, and which did not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from desk.api.explaining import EXPLAINED_WITH, targets_by_priority
from tickets.sla.calendars import Hours
from tickets.sla.explain import Stretch, Sum, add_up
from tickets.sla.models import Clock, ClockEvent
from tickets.sla.what_if import Otherwise, due_otherwise
from tickets.sla.writing import first_hours_of, hours_of
from tickets.work.models import Ticket

MOST_DAYS_NAMED = 14


@dataclass(frozen=True)
class Pause:
    start: datetime
    end: datetime
    seconds: int


@dataclass(frozen=True)
class Day:
    """So many seconds of a day counted."""

    at: datetime
    seconds: int


@dataclass(frozen=True)
class Explained:
    """A clock, and how its due time comes about. `days` is empty round the clock, where every day
    counts whole, and where there are too many to be named."""

    clock: Clock
    sum: Sum
    pauses: list[Pause]
    special: list[str]
    days: list[Day]
    zone: str
    round_the_clock: bool
    otherwise: list[Otherwise]
    struck: list[datetime]

    @property
    def spare_s(self) -> int:
        """From the meeting to the due time; below zero it was late."""
        if not (self.clock.met_at and self.clock.due_at):
            return 0
        return int((self.clock.due_at - self.clock.met_at).total_seconds())

    @property
    def late_s(self) -> int:
        return -self.spare_s

    @property
    def left_s(self) -> int:
        """What is left when a paused clock goes on."""
        return self.sum.reading.remaining_s


def explain_clocks(ticket: Ticket, now: datetime) -> list[Explained]:
    """The clocks of this ticket, the present cycles first."""
    rows = ClockEvent.objects.select_related("policy__calendar").order_by("position")
    events = Prefetch("events", rows)
    clocks = Clock.objects.filter(promise=ticket.pk).prefetch_related(events)
    with_policy = clocks.select_related(*EXPLAINED_WITH, "moved_to__calendar")
    return [_explained(clock, now) for clock in with_policy.order_by("-cycle", "pk")]


def _explained(clock: Clock, now: datetime) -> Explained:
    events, hours = [row.as_event() for row in clock.events.all()], first_hours_of(clock)
    summed = add_up(events, hours, now=now)
    return Explained(
        clock=clock,
        sum=summed,
        pauses=_pauses(summed),
        special=_special(summed),
        days=_days(summed, hours),
        zone=hours.zone.key,
        round_the_clock=hours.never_closes,
        otherwise=due_otherwise(
            summed.reading, hours_of(clock), targets_by_priority(clock), now=now
        ),
        struck=_struck(summed),
    )


def _pauses(summed: Sum) -> list[Pause]:
    return [Pause(span.start, span.end, span.counted_s) for span in summed.spans if not span.ran]


def _special(summed: Sum) -> list[str]:
    """The dates whose hours were not those of the week."""
    found = []
    for why in dict.fromkeys(stretch.why for stretch in summed.stretches):
        if why.startswith("closed on "):
            found.append(_("%(day)s: closed") % {"day": why.removeprefix("closed on ")})
        if why.startswith("special hours on "):
            day = why.removeprefix("special hours on ")
            found.append(_("%(day)s: special hours") % {"day": day})
    return found


def _days(summed: Sum, hours: Hours) -> list[Day]:
    counting = [stretch for stretch in summed.stretches if stretch.counts]
    if hours.never_closes:
        return []
    by_date = groupby(counting, key=lambda stretch: stretch.start.astimezone(hours.zone).date())
    days = [_day(list(parts)) for _date, parts in by_date]
    return days if len(days) <= MOST_DAYS_NAMED else []


def _day(parts: Sequence[Stretch]) -> Day:
    seconds = sum((part.end - part.start).total_seconds() for part in parts)
    return Day(parts[0].start, round(seconds))


def _struck(summed: Sum) -> list[datetime]:
    """When contacts were written that reached nobody."""
    steps = pairwise(summed.readings)
    return [before.met_at for before, after in steps if before.met_at and after.met_at is None]
