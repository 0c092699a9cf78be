"""Whether one measure differs from another by more than chance. Pure."""

from dataclasses import dataclass
from math import sqrt

from insights.shares import Z_95, Share

# No difference that chance would not make, one for the better, one for the worse; or too few of
# either to say.
NONE, BETTER, WORSE, UNKNOWN = "none", "better", "worse", "unknown"
CHANGES = (NONE, BETTER, WORSE, UNKNOWN)

Interval = tuple[float, float]


@dataclass(frozen=True)
class NetPromoters:
    """Promoters less detractors, from -1 to 1."""

    promoters: int
    detractors: int
    whole: int

    @property
    def value(self) -> float | None:
        return (self.promoters - self.detractors) / self.whole if self.whole else None

    @property
    def interval(self) -> Interval | None:
        """95 %, by the adjusted Wald interval (Rocks 2016): as if three more had answered, so that
        ten promoters alone are not 100 for certain."""
        if not self.whole:
            return None
        middle, spread = self.middle, Z_95 * sqrt(self.variance)
        return max(middle - spread, -1.0), min(middle + spread, 1.0)

    @property
    def middle(self) -> float:
        return (self.promoters - self.detractors) / (self.whole + 3)

    @property
    def variance(self) -> float:
        taken = (self.promoters + self.detractors + 1.5) / (self.whole + 3)
        return (taken - self.middle**2) / (self.whole + 3)


def change_of_share(now: Share, before: Share, *, more_is_better: bool) -> str:
    return said_of(difference_of_shares(now, before), more_is_better=more_is_better)


def difference_of_shares(now: Share, before: Share) -> Interval | None:
    """Its 95 % interval by Newcombe (1998, method 10), which puts Wilson's together."""
    if now.value is None or before.value is None:
        return None
    (low, high), (before_low, before_high) = now.interval or (0, 0), before.interval or (0, 0)
    difference = now.value - before.value
    least = difference - sqrt((now.value - low) ** 2 + (before_high - before.value) ** 2)
    most = difference + sqrt((high - now.value) ** 2 + (before.value - before_low) ** 2)
    return least, most


def change_of_promoters(now: NetPromoters, before: NetPromoters) -> str:
    if not now.whole or not before.whole:
        return UNKNOWN
    difference = now.middle - before.middle
    spread = Z_95 * sqrt(now.variance + before.variance)
    return _said(difference - spread, difference + spread, more_is_better=True)


def said_of(interval: Interval | None, *, more_is_better: bool = True) -> str:
    """What an interval of a difference says."""
    return _said(*interval, more_is_better=more_is_better) if interval else UNKNOWN


def _said(least: float, most: float, *, more_is_better: bool) -> str:
    if least <= 0 <= most:
        return NONE
    return BETTER if (least > 0) == more_is_better else WORSE
