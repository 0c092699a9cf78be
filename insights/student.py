"""Student's distribution, for intervals of means. Pure.

For few values it says what the normal distribution does not: how unsure the spread is as well. The
quantile is found by halving, of the incomplete beta function by its continued fraction (Lentz), to
more digits than are shown.
"""

from math import exp, lgamma, log

_ENOUGH = 1e-15
_TINY = 1e-300
_ROUNDS = 500


def quantile_975(freedom: float) -> float:
    """Below it lies 97.5 % of Student's distribution with so many degrees of freedom, above 0."""
    low, high = 0.0, 1e8
    while high - low > 1e-14 * (1 + high):
        middle = (low + high) / 2
        low, high = (middle, high) if _outside(middle, freedom) > 0.05 else (low, middle)
    return (low + high) / 2


def _outside(far: float, freedom: float) -> float:
    """How much of it lies further from 0."""
    return _incomplete_beta(freedom / 2, 0.5, freedom / (freedom + far * far))


def _incomplete_beta(a: float, b: float, x: float) -> float:
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, 1 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / _off_zero(1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, _ROUNDS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for part in (even, odd):
            d = 1 / _off_zero(1 + part * d)
            c = _off_zero(1 + part / c)
            found *= c * d
        if abs(c * d - 1) < _ENOUGH:
            break
    return found


def _off_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
