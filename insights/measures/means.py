"""Means of paired changes, and their difference. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from statistics import fmean

from insights.change import UNKNOWN, Interval, said_of
from insights.measures.held import is_told
from insights.student import quantile_975


@dataclass(frozen=True)
class Mean:
    """With Student's interval: resampling few values (the bootstrap) gives one that is too narrow,
    and two readers two. Of fewer than five nothing is told."""

    values: Sequence[int]

    @property
    def number(self) -> int:
        return len(self.values)

    @property
    def is_told(self) -> bool:
        return is_told(self.number)

    @cached_property
    def value(self) -> float | None:
        return fmean(self.values) if self.is_told else None

    @cached_property
    def error(self) -> float:
        """The standard error, squared. Of whole numbers the variance is exact until it is divided,
        as that of the statistics module is, which takes twenty times as long."""
        number = self.number
        squares = number * sum(value * value for value in self.values) - sum(self.values) ** 2
        return squares / (number * (number - 1)) / number

    @cached_property
    def interval(self) -> Interval | None:
        """None of too few, or where all are the same: then nothing tells how sure it is."""
        if self.value is None or not self.error:
            return None
        far = quantile_975(self.number - 1) * sqrt(self.error)
        return self.value - far, self.value + far


@dataclass(frozen=True)
class Paired:
    """Scores before and after of the same customers, and the mean of their changes."""

    before: Sequence[int]
    after: Sequence[int]

    @property
    def number(self) -> int:
        return len(self.before)

    @property
    def is_told(self) -> bool:
        return is_told(self.number)

    @cached_property
    def mean(self) -> Mean:
        return Mean([after - before for before, after in zip(self.before, self.after, strict=True)])

    @property
    def change(self) -> float | None:
        return self.mean.value

    @property
    def error(self) -> float:
        return self.mean.error

    @property
    def interval(self) -> Interval | None:
        return self.mean.interval

    @property
    def verdict(self) -> str:
        return said_of(self.interval)


@dataclass(frozen=True)
class Beside:
    """How much more the scores of some changed than those of others, by Welch's interval (1947),
    which asks neither for equal numbers nor for equal spreads."""

    some: Paired
    others: Paired

    @property
    def difference(self) -> float | None:
        if self.some.change is None or self.others.change is None:
            return None
        return self.some.change - self.others.change

    @cached_property
    def interval(self) -> Interval | None:
        if self.difference is None or not self.some.error or not self.others.error:
            return None
        far = quantile_975(self._freedom) * sqrt(self.some.error + self.others.error)
        return self.difference - far, self.difference + far

    @property
    def _freedom(self) -> float:
        """Welch and Satterthwaite."""
        parts = [(one.error, one.number) for one in (self.some, self.others)]
        return sum(e for e, _ in parts) ** 2 / sum(e**2 / (n - 1) for e, n in parts)

    @property
    def verdict(self) -> str:
        return said_of(self.interval) if self.difference is not None else UNKNOWN
