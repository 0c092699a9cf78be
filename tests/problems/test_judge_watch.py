"""The arithmetic of a watch, held against numbers that it did not make itself."""

import random
from fractions import Fraction
from math import comb

import pytest

from tickets.problems.watching import (
    FALSE_ALARMS,
    PERIODS,
    POINTS,
    SURE,
    Claim,
    above,
    chart_for,
    judge,
    power,
    upper_limit,
)

CLAIMS = [Claim(60, 540, 0.5), Claim(450, 9000, 0.5), Claim(900, 18_000, 0.3), Claim(90, 900, 1.0)]
SHARES = (0.0005, 0.004, 0.02, 0.05, 0.11, 0.25, 0.5, 0.9, 0.999)


def exactly_above(n: int, share: Fraction, most: int) -> Fraction:
    """By whole numbers."""
    ways = (comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(most + 1, n + 1))
    return sum(ways, Fraction(0))


@pytest.mark.parametrize("n", [1, 2, 7, 40, 150])
@pytest.mark.parametrize("share", [Fraction(1, 1000), Fraction(1, 18), Fraction(2, 5)])
def test_the_limit_is_the_smallest_that_keeps_the_figure(n: int, share: Fraction) -> None:
    most = upper_limit(n, float(share))
    assert exactly_above(n, share, most) <= Fraction(1, 370)
    assert most == 0 or exactly_above(n, share, most - 1) > Fraction(1, 370)
    assert above(n, float(share), most) == pytest.approx(float(exactly_above(n, share, most)))


@pytest.mark.parametrize("n", [0, 1, 3, 10, 37, 120, 900, 5000, 40_000])
def test_a_stable_stream_alarms_in_one_point_of_370_at_most(n: int) -> None:
    for share in SHARES:
        assert above(n, share, upper_limit(n, share)) <= FALSE_ALARMS


def drawn(dice: random.Random, n: int, share: float) -> int:
    """A binomial number, drawn ticket by ticket."""
    return sum(dice.random() < share for _ in range(n))


def poisson(dice: random.Random, mean: float) -> int:
    """How many came in a period: by the times between them."""
    count, at = 0, dice.expovariate(1.0)
    while at < mean:
        count, at = count + 1, at + dice.expovariate(1.0)
    return count


def test_two_hundred_thousand_stable_points_alarm_no_more_than_that() -> None:
    """Of numbers of tickets as they come, by a seeded dice; the bound is three sigmas above."""
    dice, points, alarms = random.Random(370), 200_000, 0
    claim, mean = Claim(60, 540, 0.5), 24.0
    for _ in range(points):
        n = poisson(dice, mean)
        alarms += judge(claim, drawn(dice, n, claim.share), n).signal
    most = points / 370
    assert alarms <= most + 3 * most**0.5
    assert alarms > 50, "the limit is not far above where it need be"


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_doubled_rate_is_found_within_ten_points_nine_times_of_ten(claim: Claim) -> None:
    chart = chart_for(claim)
    assert chart.is_enough
    dice, rounds, found = random.Random(10), 1_000, 0
    for _ in range(rounds):
        for _ in range(POINTS):
            n = poisson(dice, claim.a_day * chart.period)
            if judge(claim, drawn(dice, n, claim.doubled), n).signal:
                found += 1
                break
    assert found / rounds >= SURE - 0.02
    assert found / rounds == pytest.approx(chart.power, abs=0.04)


@pytest.mark.parametrize("claim", CLAIMS)
def test_no_shorter_period_would_do(claim: Claim) -> None:
    shorter = PERIODS[: PERIODS.index(chart_for(claim).period)]
    assert all(power(claim, period) < SURE for period in shorter)


def test_too_little_is_said_to_be_too_little() -> None:
    chart = chart_for(Claim(3, 20, 0.5))
    assert (chart.period, chart.is_enough) == (28, False)
    assert 0 < chart.power < 0.5


def test_a_fix_that_did_nothing_is_a_doubled_rate() -> None:
    claim = Claim(60, 540, 0.5)
    assert claim.doubled == pytest.approx(claim.before)
    assert Claim(60, 540, 0.0).doubled == pytest.approx(60 / 540)
    assert Claim(500, 540, 1.0).doubled == 1.0


@pytest.mark.parametrize(
    "claim, had, of, signal",
    [
        (Claim(60, 540, 0.0), 1, 40, True),
        (Claim(60, 540, 0.0), 0, 40, False),
        (Claim(60, 540, 0.5), 0, 0, False),
        (Claim(540, 540, 1.0), 40, 40, False),
        (Claim(0, 0, 0.5), 0, 0, False),
    ],
)
def test_the_ends_of_the_scale(claim: Claim, had: int, of: int, signal: bool) -> None:
    assert judge(claim, had, of).signal is signal
