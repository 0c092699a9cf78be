"""What a revised policy would do to the promises that run under its earlier versions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import QuerySet

from tickets.sla.actions.change import moved_to
from tickets.sla.ledger import Event, Reading, fold, is_overdue
from tickets.sla.models import Clock, PolicyVersion
from tickets.sla.writing import first_hours_of, histories_of

AT_ONCE = 1000
MOST_LOOKED_AT = 100_000
# What an earlier version decided; all else happened whatever the policy.
_DECIDED = ("started", "moved", "retargeted", "breached")


@dataclass(frozen=True)
class Forecast:
    """`running` clocks would go on under the new version; the due time of `move` of them changes,
    and has passed already for `break_at_once`. `stay_broken` are broken promises that nobody has
    made good yet and that the new version would not have broken: they stay on record."""

    running: int
    move: int
    break_at_once: int
    stay_broken: int


def forecast_move(newest: PolicyVersion, *, now: datetime) -> Forecast:
    """Nothing is written. Looks at each clock as the move would, up to a hundred thousand."""
    moves = [_move(clock, events, newest, now) for clock, events in _read(_to_move(newest))]
    return Forecast(
        running=len(moves),
        move=sum(before != after for before, after in moves),
        break_at_once=sum(after is not None and after <= now for _, after in moves),
        stay_broken=sum(
            not is_overdue(_as_if_always(clock, events, newest), now)
            for clock, events in _read(Clock.objects.broken_before(newest).order_by("pk"))
        ),
    )


def _to_move(newest: PolicyVersion) -> QuerySet[Clock]:
    return Clock.objects.to_move(newest).order_by("pk")


def _read(clocks: QuerySet[Clock]) -> Iterator[tuple[Clock, list[Event]]]:
    related = ("promise", "policy__calendar", "moved_to__calendar")
    rows = clocks.select_related(*related)[:MOST_LOOKED_AT].iterator(chunk_size=AT_ONCE)
    while part := list(islice(rows, AT_ONCE)):
        histories = histories_of(part)
        yield from ((clock, histories[clock.pk]) for clock in part)


def _move(
    clock: Clock, events: Sequence[Event], newest: PolicyVersion, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """The due time before and after."""
    hours, event = first_hours_of(clock), moved_to(newest, clock, clock.promise.terms, now)
    return fold(events, hours).due_at, fold([*events, event], hours).due_at


def _as_if_always(clock: Clock, events: Sequence[Event], newest: PolicyVersion) -> Reading:
    """Had the new version held from the start, with all that happened since."""
    target_s = newest.target(clock.kind, clock.promise.terms) or clock.target_s
    started = Event("started", events[0].at, {"target_s": target_s})
    happened = [event for event in events if event.kind not in _DECIDED]
    return fold([started, *happened], newest.hours())
