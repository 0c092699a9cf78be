"""What became of the cases of one day, counted by group, source and agent. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from insights.spread import Spread, step_of
from tickets.sla.ledger import MET, VOID

# In real time, whatever a policy says.
LIMIT = timedelta(hours=48)

GROUP, SOURCE, AGENT = "group", "source", "agent"
CUTS = (GROUP, SOURCE, AGENT)
COUNTS = ("real", "in_real", "promised", "kept", "void", "unreachable", "tickets")


@dataclass(frozen=True)
class Whose:
    """Every case is counted in each cut: of its group alone, of its source there, of its agent
    there. `None` is no source, or nobody."""

    group: int
    source: int | None
    agent: int | None

    def counted_as(self) -> Iterator["Key"]:
        yield Key(self.group, GROUP)
        yield Key(self.group, SOURCE, source=self.source)
        yield Key(self.group, AGENT, agent=self.agent)


@dataclass(frozen=True)
class Key:
    group: int
    cut: str
    source: int | None = None
    agent: int | None = None


@dataclass(frozen=True)
class Case:
    """One follow-up. Its ticket's end is counted with its first cycle only; a merged ticket goes on
    elsewhere and has none."""

    whose: Whose
    started_at: datetime
    due_at: datetime | None
    state: str
    met_at: datetime | None
    voided_at: datetime | None
    is_first: bool
    closed_at: datetime | None
    is_merged: bool

    @property
    def is_void(self) -> bool:
        return self.state == VOID

    @property
    def was_void_in_time(self) -> bool:
        """Closed late it stays in the rate: that is no way out of it."""
        return bool(self.is_void and self.voided_at and self.voided_at <= self.started_at + LIMIT)

    @property
    def was_answered_in_time(self) -> bool:
        return self.met_at is not None and self.met_at <= self.started_at + LIMIT

    def is_due(self, now: datetime) -> bool:
        """By its policy. What was kept early waits for its time too, or a day would begin with its
        wins and get its losses later; what is paused has none."""
        return not self.is_void and self.due_at is not None and self.due_at <= now

    def falls_due_at(self, now: datetime) -> datetime | None:
        is_ahead = not self.is_void and self.due_at is not None and self.due_at > now
        return self.due_at if is_ahead else None

    @property
    def has_an_end(self) -> bool:
        return self.is_first and not self.is_merged and not self.is_void


@dataclass
class Tally:
    """`real` are the cases that count for 48 real hours, `in_real` those answered within them;
    `promised` those whose policy's own time has passed, `kept` those answered by then. `tickets`
    are those that have a time to close, `answered` and `closed` how long that took."""

    real: int = 0
    in_real: int = 0
    promised: int = 0
    kept: int = 0
    void: int = 0
    unreachable: int = 0
    tickets: int = 0
    answered: Spread = field(default_factory=Counter)
    closed: Spread = field(default_factory=Counter)

    def note(self, case: Case, now: datetime) -> None:
        self.void += case.is_void
        if not case.was_void_in_time:
            self._note_real(case)
        if case.is_due(now):
            self.promised += 1
            self.kept += case.state == MET
        if case.has_an_end:
            self.tickets += 1
            _note_time(self.closed, case.started_at, case.closed_at)

    def _note_real(self, case: Case) -> None:
        self.real += 1
        self.in_real += case.was_answered_in_time
        _note_time(self.answered, case.started_at, case.met_at)

    def add(self, other: "Tally") -> None:
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.answered.update(other.answered)
        self.closed.update(other.closed)


def _note_time(spread: Spread, start: datetime, end: datetime | None) -> None:
    if end is not None:
        spread[step_of((end - start).total_seconds())] += 1


def count(cases: Iterable[Case], unreachable: Iterable[Whose], now: datetime) -> dict[Key, Tally]:
    """All that is counted of one day, of which every case is at least 48 hours old. `unreachable`
    are the tickets whose customer nobody can contact: beside the rate, not in it."""
    found: dict[Key, Tally] = {}
    for case in cases:
        for key in case.whose.counted_as():
            found.setdefault(key, Tally()).note(case, now)
    for whose in unreachable:
        for key in whose.counted_as():
            found.setdefault(key, Tally()).unreachable += 1
    return found
