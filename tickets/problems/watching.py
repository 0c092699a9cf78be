"""Whether a fix holds: a p-chart over the new tickets of a cause. Pure; the arithmetic is exact.

A point is a whole period: `n` new tickets, `x` of them with the cause. The fix claims that of the
share before it so much is left as was expected, and the chart is drawn around that claim. Its upper
limit is the smallest at which a stream that keeps the claim is above it in at most one point of
370, by the binomial distribution itself and not by three sigmas, which hold for large numbers only.
There is no other rule beside it: each would add false alarms of its own.

A point is as long as it must be: the shortest of PERIODS with which a stream of twice the claim is
found within ten points nine times of ten. A fix that is claimed to leave half and did nothing is
just that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, exp, lgamma, log, log1p, sqrt

PERIODS = (1, 2, 4, 7, 14, 28)
FALSE_ALARMS = 1 / 370
POINTS, SURE = 10, 0.9
DAYS_BEFORE = 90
MOST_EXACT = 400


@dataclass(frozen=True)
class Claim:
    """`had` of `of` new tickets of the ninety days before the fix had the cause; `expected_left` of
    that share is claimed to be left."""

    had: int
    of: int
    expected_left: float

    @property
    def before(self) -> float:
        return self.had / self.of if self.of else 0.0

    @property
    def share(self) -> float:
        return self.before * self.expected_left

    @property
    def doubled(self) -> float:
        """What must be found. Twice nothing is nothing: there it is a fix that did nothing."""
        return min(1.0, 2 * self.share) if self.share else self.before

    @property
    def a_day(self) -> float:
        """New tickets, whatever their cause."""
        return self.of / DAYS_BEFORE


@dataclass(frozen=True)
class Chart:
    """`period` in days; `power` is how likely a doubled share is found within ten points,
    `expected` how many tickets of the cause a period has by the claim."""

    period: int
    power: float
    expected: float

    @property
    def is_enough(self) -> bool:
        return self.power >= SURE


@dataclass(frozen=True)
class Verdict:
    """More than `most` is a signal."""

    expected: float
    most: int
    signal: bool


def chart_for(claim: Claim) -> Chart:
    """The shortest period that finds a doubled share; where none does, the longest."""
    found = Chart(PERIODS[-1], 0.0, 0.0)
    for period in PERIODS:
        found = Chart(period, power(claim, period), claim.share * claim.a_day * period)
        if found.is_enough:
            return found
    return found


def judge(claim: Claim, had: int, of: int) -> Verdict:
    most = upper_limit(of, claim.share)
    return Verdict(expected=of * claim.share, most=most, signal=had > most)


def upper_limit(n: int, share: float) -> int:
    """The smallest number that a binomial of `n` exceeds with probability 1/370 or less."""
    if share <= 0:
        return 0
    if share >= 1:
        return n
    left = 1.0
    for most, chance in enumerate(_binomial(n, share)):
        left -= chance
        if left <= FALSE_ALARMS and above(n, share, most) <= FALSE_ALARMS:
            return most
    return n


def above(n: int, share: float, most: int) -> float:
    """How likely a binomial of `n` is above `most`; summed from the small end, so that nothing is
    lost by subtraction."""
    if most >= n or share <= 0:
        return 0.0
    if share >= 1:
        return 1.0
    return min(1.0, sum(_chance(n, share, k) for k in _from_top(n, share, most)))


def _from_top(n: int, share: float, most: int) -> range:
    """Down to `most`, from where what is further out adds nothing that a float would hold."""
    top = n * share + 40 * (sqrt(n * share * (1 - share)) + 1)
    return range(min(n, max(ceil(top), most + 60)), most, -1)


def power(claim: Claim, period: int) -> float:
    """How likely a doubled share is above the limit in one of ten points. Of how many tickets come
    in a period, Poisson's distribution tells; of many it matters little, and their mean is taken.
    """
    mean = claim.a_day * period
    found = sum(
        chance * above(n, claim.doubled, upper_limit(n, claim.share))
        for n, chance in _numbers(mean)
    )
    return float(1 - (1 - min(found, 1.0)) ** POINTS)


def _numbers(mean: float) -> Iterator[tuple[int, float]]:
    if mean <= 0:
        return
    if mean > MOST_EXACT:
        yield round(mean), 1.0
        return
    most = ceil(mean + 8 * sqrt(mean) + 8)
    for n in range(max(0, int(mean - 8 * sqrt(mean))), most + 1):
        yield n, exp(n * log(mean) - mean - lgamma(n + 1))


def _binomial(n: int, share: float) -> Iterator[float]:
    for k in range(n + 1):
        yield _chance(n, share, k)


def _chance(n: int, share: float, k: int) -> float:
    ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(ways + k * log(share) + (n - k) * log1p(-share))
