"""How far a forecast may be believed: fitted on what came first, scored on what came later. Pure.

The score is Brier's (1950): the mean square of what was forecast less what happened, 0 at best. It
is held against the base rate, and against the hardest one: the share that really broke, known in
hindsight, which no constant can beat.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import exp

from insights.reach import pressure

FIRST_PART = 0.8
ROUNDS = 50
# A little towards zero, without which a history that can be told apart has no fit.
RIDGE = 1.0


@dataclass(frozen=True)
class Observation:
    """What stood before a clock when it was looked at, and whether it broke. `case` counts a clock
    once that was looked at more than once."""

    case: int
    began_at: datetime
    due_at: datetime
    before: int
    a_day: float
    left_days: float
    broke: bool

    @property
    def pressure(self) -> float:
        return pressure(self.before, self.a_day, self.left_days)


@dataclass(frozen=True)
class Model:
    """Log odds of a breach, linear in the pressure: two numbers that can be told to anybody."""

    intercept: float
    slope: float

    def chance(self, pressure: float) -> float:
        odds = self.intercept + self.slope * pressure
        return 1 / (1 + exp(-max(min(odds, 30.0), -30.0)))


@dataclass(frozen=True)
class Bin:
    """Of `number` forecasts that said `forecast` on average, the share that `broke`."""

    forecast: float
    broke: float
    number: int


@dataclass(frozen=True)
class Judged:
    """`brier` on the later part; `base_brier` of the share that broke there, known in hindsight;
    `prior_brier` of the share that had broken in the first part."""

    model: Model
    trained: int
    scored: int
    cases: int
    base_rate: float
    brier: float
    base_brier: float
    prior_brier: float
    table: tuple[Bin, ...] = ()

    @property
    def beats(self) -> bool:
        return self.model.slope > 0 and self.brier < self.base_brier


def judge(seen: Sequence[Observation]) -> Judged | None:
    """Fits on clocks that were due before the cut and scores those that began after it, so that
    nothing is learnt from what was not known yet. None where either part is empty."""
    if not seen:
        return None
    begins = sorted({one.case: one.began_at for one in seen}.values())
    cut = begins[int(len(begins) * FIRST_PART)]
    first = [one for one in seen if one.due_at < cut]
    later = [one for one in seen if one.began_at >= cut]
    return _scored(fit(first), first, later) if first and later else None


def _scored(model: Model, first: Sequence[Observation], later: Sequence[Observation]) -> Judged:
    known, prior = _share_broken(later), _share_broken(first)
    return Judged(
        model=model,
        trained=len(first),
        scored=len(later),
        cases=len({one.case for one in later}),
        base_rate=known,
        brier=brier(lambda one: model.chance(one.pressure), later),
        base_brier=brier(lambda _: known, later),
        prior_brier=brier(lambda _: prior, later),
        table=_table(model, later),
    )


def brier(forecast: Callable[[Observation], float], seen: Sequence[Observation]) -> float:
    return sum((forecast(one) - one.broke) ** 2 for one in seen) / len(seen)


def fit(seen: Sequence[Observation]) -> Model:
    """Logistic regression on one number, by Newton's method."""
    pairs = [(one.pressure, one.broke) for one in seen]
    model = Model(0.0, 0.0)
    for _ in range(ROUNDS):
        after = _step(model, pairs)
        moved = abs(after.intercept - model.intercept) + abs(after.slope - model.slope)
        model = after
        if moved < 1e-9:
            break
    return model


def _step(model: Model, pairs: Sequence[tuple[float, bool]]) -> Model:
    g0, g1 = -RIDGE * model.intercept, -RIDGE * model.slope
    h00, h01, h11 = RIDGE, 0.0, RIDGE
    for x, broke in pairs:
        chance = model.chance(x)
        miss, weight = broke - chance, chance * (1 - chance)
        g0, g1 = g0 + miss, g1 + miss * x
        h00, h01, h11 = h00 + weight, h01 + weight * x, h11 + weight * x * x
    size = h00 * h11 - h01 * h01
    return Model(
        model.intercept + (h11 * g0 - h01 * g1) / size,
        model.slope + (h00 * g1 - h01 * g0) / size,
    )


def _table(model: Model, seen: Sequence[Observation]) -> tuple[Bin, ...]:
    """By tenths of what was forecast."""
    tenths: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for one in seen:
        chance = model.chance(one.pressure)
        tenths[min(int(chance * 10), 9)].append((chance, one.broke))
    return tuple(_bin(tenths[tenth]) for tenth in sorted(tenths))


def _bin(found: Sequence[tuple[float, bool]]) -> Bin:
    number = len(found)
    return Bin(sum(c for c, _ in found) / number, sum(b for _, b in found) / number, number)


def _share_broken(seen: Sequence[Observation]) -> float:
    return sum(one.broke for one in seen) / len(seen)
