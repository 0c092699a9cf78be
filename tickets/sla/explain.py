"""A deadline added up: which time counted, which did not, and why. Pure.

What counted up to the due time is exactly the target, unless a shorter target came too late.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise

from tickets.sla.calendars import Hours, elapsed, segments
from tickets.sla.ledger import PAUSED, RUNNING, Event, Reading, hours_after, trace

WAITED, ROUND_THE_CLOCK = "waiting for the customer", "round the clock"


@dataclass(frozen=True)
class Span:
    """Time in which the clock ran, or stood still for the customer."""

    start: datetime
    end: datetime
    ran: bool
    hours: Hours

    @cached_property
    def counted_s(self) -> int:
        """Open seconds in it, whether they counted or not."""
        return elapsed(self.hours, self.start, self.end)


@dataclass(frozen=True)
class Stretch:
    start: datetime
    end: datetime
    counts: bool
    why: str


@dataclass(frozen=True)
class Sum:
    """`readings` are what the clock said after each of its events. `counted_s` are the seconds that
    count: of a running clock up to its due time, of a paused one so far."""

    readings: tuple[Reading, ...]
    spans: tuple[Span, ...]
    stretches: tuple[Stretch, ...]
    counted_s: int

    @property
    def reading(self) -> Reading:
        return self.readings[-1]


def add_up(events: Sequence[Event], hours: Hours, *, now: datetime) -> Sum:
    """`now` ends the pause of a clock that is paused. Raises ValueError on an impossible
    history."""
    readings = tuple(trace(events, hours))
    held = list(hours_after(events, hours))
    spans = tuple(span for span in _spans(readings, held, now) if span.start < span.end)
    counted = sum(span.counted_s for span in spans if span.ran)
    stretches = tuple(stretch for span in spans for stretch in _stretches(span))
    return Sum(readings, spans, stretches, counted)


def _spans(readings: Sequence[Reading], held: Sequence[Hours], now: datetime) -> Iterator[Span]:
    for (before, after), hours in zip(pairwise(readings), held, strict=False):
        if before.state == RUNNING and after.state == PAUSED and after.paused_at:
            yield Span(before.running_since, after.paused_at, True, hours)
        if before.state == after.state == RUNNING and before.running_since < after.running_since:
            yield Span(before.running_since, after.running_since, True, hours)
        if before.state == PAUSED and after.state != PAUSED and before.paused_at:
            # A pause that ends the clock was never resumed.
            resumed = after.running_since if after.due_at else after.voided_at
            yield Span(before.paused_at, resumed or before.paused_at, False, hours)
    last = readings[-1]
    if last.due_at:
        yield Span(last.running_since, last.due_at, True, held[-1])
    elif last.state == PAUSED and last.paused_at:
        yield Span(last.paused_at, now, False, held[-1])


def _stretches(span: Span) -> Iterator[Stretch]:
    if not span.ran:
        yield Stretch(span.start, span.end, False, WAITED)
    elif span.hours.never_closes:
        yield Stretch(span.start, span.end, True, ROUND_THE_CLOCK)
    else:
        for part in segments(span.hours, span.start, span.end):
            yield Stretch(part.start, part.end, part.open, why(part.reason, is_open=part.open))


def why(reason: str, *, is_open: bool) -> str:
    """The calendar's reason in words."""
    if reason.startswith("exception "):
        day = reason.removeprefix("exception ")
        return f"special hours on {day}" if is_open else f"closed on {day}"
    return "opening hours" if is_open else "outside opening hours"
