"""Clocks against their events, and the rungs they have passed against those raised: in Python,
since opening hours are not reckoned in SQL. A batch at a time, whatever is stored."""

from collections.abc import Iterator
from datetime import datetime

from tickets.escalation.book import Ladders
from tickets.escalation.ladder import look, moments, rungs_of
from tickets.escalation.models import Escalation
from tickets.escalation.rungs import When, read_when
from tickets.sla.ledger import Reading, fold
from tickets.sla.models import Clock
from tickets.sla.writing import attach_policies, first_hours_of, histories_of, hours_of
from tickets.work.models import Ticket

BATCH = 2000

_SHOWN = (
    *("state", "started_at", "target_s", "due_at", "paused_at", "met_at", "breached_at"),
    *("detected_at", "voided_at", "void_reason"),
)


class Clocks:
    """Counts on one walk over all clocks. `examples`: the first of each that is wrong."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.ladders = Ladders()
        self.looked_at = self.put_away = self.misread = self.missing = 0
        self.example_misread = self.example_missing = ""

    def walk(self) -> None:
        for clocks in _batches():
            self._check(clocks)

    def _check(self, clocks: list[Clock]) -> None:
        readings = _readings(clocks)
        raised, groups = _raised(clocks), _groups(clocks)
        for clock in clocks:
            self.looked_at += 1
            reading = readings.get(clock.pk)
            if reading is None or not _shows(clock, reading):
                self.misread += 1
                self.example_misread = self.example_misread or f"clock {clock.pk}"
            elif not _waits(clock, self.now) and clock.promise_id in groups:
                self._climbed(clock, reading, raised.get(clock.pk, []), groups[clock.promise_id])

    def _climbed(self, clock: Clock, reading: Reading, raised: list[When], group: int) -> None:
        self.put_away += 1
        _, rungs = self.ladders.of(group)
        found = moments(rungs_of(clock.kind, rungs), reading, hours_of(clock))
        if look(found, reading, raised, self.now).passed:
            self.missing += 1
            self.example_missing = self.example_missing or f"clock {clock.pk}"


def _batches() -> Iterator[list[Clock]]:
    """By number, so that each batch begins where the last one ended."""
    last = 0
    while clocks := list(Clock.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        attach_policies(clocks)
        yield clocks
        last = clocks[-1].pk


def _readings(clocks: list[Clock]) -> dict[int, Reading]:
    """A history that cannot be read gives none."""
    histories, readings = histories_of(clocks), {}
    for clock in clocks:
        try:
            readings[clock.pk] = fold(histories[clock.pk], first_hours_of(clock))
        except (ValueError, KeyError, TypeError):
            continue
    return readings


def _shows(clock: Clock, reading: Reading) -> bool:
    return all(getattr(clock, name) == getattr(reading, name) for name in _SHOWN)


def _waits(clock: Clock, now: datetime) -> bool:
    """Somebody is about to look at it, and will raise what is missing."""
    return clock.next_action_at is not None and clock.next_action_at <= now


def _raised(clocks: list[Clock]) -> dict[int, list[When]]:
    raised: dict[int, list[When]] = {}
    rows = Escalation.objects.filter(clock__in=clocks).values_list("clock", "what__when")
    for clock, when in rows:
        raised.setdefault(clock, []).append(read_when(when))
    return raised


def _groups(clocks: list[Clock]) -> dict[int, int]:
    tickets = Ticket.objects.filter(pk__in={clock.promise_id for clock in clocks})
    return dict(tickets.values_list("pk", "group"))
