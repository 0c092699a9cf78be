"""Every clock after a replay, added up: what the report counts, and what others may compare."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from pathlib import Path

from django.db.models import Prefetch

from cxloop.replay.events import LogReplay
from tickets.sla.explain import Span, add_up
from tickets.sla.models import Clock, ClockEvent


@dataclass(frozen=True)
class Reckoned:
    """Times in UTC. `paused_s` are all seconds that were waited for the customer, `counted_s` those
    that count up to the due time; of a clock without one, so far."""

    case: str
    policy: str
    kind: str
    cycle: int
    state: str
    started_at: datetime
    due_at: datetime | None
    met_at: datetime | None
    breached_at: datetime | None
    voided_at: datetime | None
    paused_s: int
    counted_s: int


@dataclass(frozen=True)
class Pause:
    case: str
    start: datetime
    end: datetime

    @property
    def days(self) -> float:
        return (self.end - self.start).total_seconds() / 86_400


@dataclass(frozen=True)
class Reckoning:
    clocks: list[Reckoned]
    pauses: list[Pause]


def reckon(replay: LogReplay) -> Reckoning:
    cases = {number: case for case, number in replay.tickets.items()}
    found = Reckoning([], [])
    for clock in _clocks():
        events, case = [row.as_event() for row in clock.events.all()], cases[clock.promise_id]
        summed = add_up(events, clock.policy.hours(), now=replay.as_of)
        waited = [span for span in summed.spans if not span.ran]
        found.clocks.append(_reckoned(clock, case, sum(map(_seconds, waited)), summed.counted_s))
        found.pauses.extend(Pause(case, span.start, span.end) for span in waited)
    return found


def write_clocks(file: Path, clocks: Iterable[Reckoned]) -> None:
    """As CSV, a clock a row."""
    with file.open("w", encoding="utf-8", newline="") as written:
        rows = csv.writer(written)
        rows.writerow(field.name for field in fields(Reckoned))
        rows.writerows(_cells(clock) for clock in clocks)


def _clocks() -> Iterator[Clock]:
    events = Prefetch("events", ClockEvent.objects.order_by("position"))
    clocks = Clock.objects.select_related("policy__policy", "policy__calendar").order_by("pk")
    return clocks.prefetch_related(events).iterator(chunk_size=2000)


def _reckoned(clock: Clock, case: str, paused_s: int, counted_s: int) -> Reckoned:
    return Reckoned(
        case=case,
        policy=clock.policy.policy.slug,
        kind=clock.kind,
        cycle=clock.cycle,
        state=clock.state,
        started_at=clock.started_at,
        due_at=clock.due_at,
        met_at=clock.met_at,
        breached_at=clock.breached_at,
        voided_at=clock.voided_at,
        paused_s=paused_s,
        counted_s=counted_s,
    )


def _seconds(span: Span) -> int:
    return round((span.end - span.start).total_seconds())


def _cells(clock: Reckoned) -> list[object]:
    cells = (cell.isoformat() if isinstance(cell, datetime) else cell for cell in astuple(clock))
    return ["" if cell is None else cell for cell in cells]
