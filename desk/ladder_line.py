"""A ladder drawn on a line of time: when each rung would come, for a promise made now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from desk.durations import short
from desk.rungs import RungTold
from tickets.escalation.ladder import moments
from tickets.escalation.rungs import CLOCKS, Rung
from tickets.sla.calendars import ROUND_THE_CLOCK, Hours, add
from tickets.sla.calls import AT_ANY_TIME
from tickets.sla.ledger import Event, Reading, fold
from tickets.sla.models import Kind, PolicyVersion
from tickets.sla.targets import Terms

# Of the width: where the line begins, where it is due, where it ends.
START, DUE, END = 4.0, 68.0, 96.0
TOP, ROW = 30, 26
# Two rungs nearer than this stand one over the other: a phone shows them 27 pixels apart.
APART = 8.0
SHARES = (50, 75)


@dataclass(frozen=True)
class Mark:
    """One rung: `x` in per cent of the width, `y` in pixels."""

    told: RungTold
    at: datetime
    x: str
    y: int


@dataclass(frozen=True)
class Tick:
    x: str
    words: str
    is_end: bool = False


@dataclass(frozen=True)
class Lane:
    """The line of one clock. Without a target the policy promises nothing of the kind, and nobody
    is told of it."""

    clock: str
    untold: Sequence[RungTold] = ()
    target_s: int = 0
    due_at: datetime | None = None
    marks: Sequence[Mark] = ()
    ticks: Sequence[Tick] = ()
    due: str = ""
    base: int = TOP

    @property
    def goes_on(self) -> bool:
        return any(tick.is_end for tick in self.ticks)

    @property
    def notch(self) -> int:
        return self.base - 6

    @property
    def height(self) -> int:
        return self.base + 34

    @property
    def words_at(self) -> int:
        return self.base + 22


def draw(told: Sequence[RungTold], policy: PolicyVersion, now: datetime) -> list[Lane]:
    lanes = []
    for clock in CLOCKS:
        mine = [one for one in told if one.rung.clock == clock]
        target_s, hours = _promised(clock, policy)
        if mine and target_s:
            started = fold([Event("started", now, {"target_s": target_s})], hours)
            lanes.append(_lane(mine, started, hours))
        elif mine:
            lanes.append(Lane(clock, untold=mine))
    return lanes


def _promised(clock: str, policy: PolicyVersion) -> tuple[int | None, Hours]:
    """When somebody is called is for them to say: drawn is what holds where they do not."""
    if clock == Kind.CALL_BACK:
        return int(AT_ANY_TIME.total_seconds()), ROUND_THE_CLOCK
    return policy.target(clock, Terms()), policy.hours()


def _lane(told: list[RungTold], reading: Reading, hours: Hours) -> Lane:
    assert reading.due_at is not None
    by_rung: dict[Rung, RungTold] = {one.rung: one for one in told}
    found = [(by_rung[m.rung], m.at) for m in moments(by_rung, reading, hours)]
    scale = _Scale(reading.started_at, reading.due_at, max(at for _, at in found))
    spent = {share: reading.target_s * share // 100 for share in SHARES}
    shares = {share: add(hours, reading.started_at, seconds) for share, seconds in spent.items()}
    marks = list(_marks(found, scale))
    return Lane(
        told[0].rung.clock,
        target_s=reading.target_s,
        due_at=reading.due_at,
        marks=marks,
        ticks=list(_ticks(scale, shares)),
        due=_percent(scale.due_x),
        base=max(mark.y for mark in marks) + ROW,
    )


@dataclass(frozen=True)
class _Scale:
    """Before it is due time is drawn in one measure, after it in another: what comes days later
    would else press all the rest together."""

    start: datetime
    due_at: datetime
    last: datetime

    @property
    def goes_on(self) -> bool:
        return self.last > self.due_at

    @property
    def due_x(self) -> float:
        return DUE if self.goes_on else END

    def x(self, at: datetime) -> float:
        if at <= self.due_at:
            return START + (self.due_x - START) * ((at - self.start) / (self.due_at - self.start))
        return self.due_x + (END - self.due_x) * ((at - self.due_at) / (self.last - self.due_at))


def _marks(found: Iterable[tuple[RungTold, datetime]], scale: _Scale) -> Iterator[Mark]:
    """Each in the lowest row in which it touches none before it."""
    ends: list[float] = []
    for told, at in found:
        x = scale.x(at)
        row = next((row for row, end in enumerate(ends) if end + APART <= x), len(ends))
        ends[row : row + 1] = [x]
        yield Mark(told, at, _percent(x), TOP + row * ROW)


def _ticks(scale: _Scale, shares: Mapping[int, datetime]) -> Iterator[Tick]:
    for share, at in shares.items():
        yield Tick(_percent(scale.x(at)), f"{share} %")
    if scale.goes_on:
        late = scale.last - scale.due_at
        yield Tick(_percent(END), f"+ {short(int(late.total_seconds()))}", is_end=True)


def _percent(x: float) -> str:
    return f"{x:.1f}%"
