"""Shares with their uncertainty. Pure."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

Z_95 = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Share:
    """`part` of `whole`; never shown without its 95 % interval."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's score interval (Wilson 1927), which stays honest for few cases and for shares
        near 0 and 1: 9 of 10 is 60 to 98 %."""
        if not self.whole:
            return None
        n, p = self.whole, self.part / self.whole
        middle = p + Z_95**2 / (2 * n)
        spread = Z_95 * sqrt(p * (1 - p) / n + Z_95**2 / (4 * n**2))
        scale = 1 + Z_95**2 / n
        return max((middle - spread) / scale, 0.0), min((middle + spread) / scale, 1.0)
