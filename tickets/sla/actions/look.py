"""A deadline is noted, and when somebody should look again."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Value
from django.db.models.functions import Least

from tickets.sla.ledger import Event, Reading, fold
from tickets.sla.models import Clock
from tickets.sla.writing import Page, first_hours_of, histories_of


def settle(clock: Clock, now: datetime) -> bool:
    """Notes a deadline that has passed; whether one had. The clock's row must be locked."""
    page = Page([clock], now)
    had_passed = page.settle(clock, now)
    page.write()
    return had_passed


def leave_for(clocks: Iterable[Clock], until: datetime) -> None:
    """Somebody is at work on these promises: no failure, only not now."""
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(try_after=until)


def look_anew(promises: Iterable[int], *, since: datetime) -> None:
    """What decides the next look has changed since then: whoever looks later than that is late. The
    tickets must be locked."""
    live = Clock.objects.filter(promise__in=promises).live()
    live.update(next_action_at=Least("next_action_at", Value(since)))


def read_clock(clock: Clock) -> Reading:
    """The truth about this clock, folded anew."""
    return fold(events_of(clock), first_hours_of(clock))


def events_of(clock: Clock) -> list[Event]:
    return histories_of([clock])[clock.pk]
