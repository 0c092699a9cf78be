"""How long something takes where not all of it has happened yet. Pure."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, log, sqrt
from typing import NamedTuple

from insights.shares import Z_95

# Of two fractions of whole cases no difference is smaller; what floats add up to may differ.
_NEARLY = 1e-12


class Step(NamedTuple):
    """After `at`, in seconds, `survival` is the share for which it had not happened; `at_risk` were
    left to happen then. `spread` is Greenwood's standard error of the survival."""

    at: int
    at_risk: int
    survival: float
    spread: float

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 %, on the scale log(-log S) (Kalbfleisch and Prentice), which stays within 0 and 1."""
        if not 0 < self.survival < 1:
            return None
        logged = log(self.survival)
        width = exp(Z_95 * self.spread / (self.survival * -logged))
        return self.survival**width, self.survival ** (1 / width)


@dataclass(frozen=True)
class Curve:
    """The product limit of Kaplan and Meier (1958): whatever is still open counts for as long as it
    has been open, so that slow cases do not make the figure quick by being left out.
    Beyond `longest`, in seconds, nothing is known."""

    number: int
    happened: int
    longest: int
    steps: Sequence[Step]

    def at(self, seconds: int) -> Step | None:
        """The step that holds then; None before the first."""
        place = bisect_right(self.steps, seconds, key=lambda step: step.at)
        return self.steps[place - 1] if place else None

    def quantile(self, part: float) -> int | None:
        """By when it had happened to that part; None where it has not happened to so many."""
        left = 1 - part + _NEARLY
        place = bisect_left(self.steps, -left, key=lambda step: -step.survival)
        return self.steps[place].at if place < len(self.steps) else None

    def interval(self, part: float) -> tuple[int | None, int | None]:
        """95 % for that quantile, by Brookmeyer and Crowley (1982) on the scale log(-log S): the
        times that a test would not refuse. None is no bound that could be told."""
        wanted = log(-log(1 - part))
        fits = [n for n, at, width in self._on_the_scale if abs(at - wanted) <= width]
        if not fits:
            return None, None
        after = fits[-1] + 1
        most = self.steps[after].at if after < len(self.steps) else None
        return self.steps[fits[0]].at, most

    @cached_property
    def _on_the_scale(self) -> list[tuple[int, float, float]]:
        """The place of each step, where it is on that scale, and how far its interval reaches."""
        scaled = []
        for place, (_, _, survival, spread) in enumerate(self.steps):
            if 0 < survival < 1:
                far = -log(survival)
                scaled.append((place, log(far), Z_95 * (spread / (survival * far))))
        return scaled


def curve_of(times: Iterable[tuple[int, bool]]) -> Curve:
    """Of how many seconds each took, or has been open for, and whether it has happened."""
    known = list(times)
    happened = Counter(seconds for seconds, done in known if done)
    left_at = Counter(seconds for seconds, _ in known)
    steps, at_risk, survival, summed = [], len(known), 1.0, 0.0
    for seconds, leaving in sorted(left_at.items()):
        if events := happened.get(seconds):
            survival *= 1 - events / at_risk
            if events < at_risk:
                summed += events / (at_risk * (at_risk - events))
            steps.append(Step(seconds, at_risk, survival, survival * sqrt(summed)))
        at_risk -= leaving
    return Curve(len(known), sum(happened.values()), max(left_at, default=0), steps)
