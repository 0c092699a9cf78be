"""A share beside another, and what can be said of the difference. Pure."""

from dataclasses import dataclass

from insights.change import UNKNOWN, Interval, difference_of_shares, said_of
from insights.measures.held import is_told
from insights.shares import Share


@dataclass(frozen=True)
class Compared:
    """`share` less `other`, with Newcombe's 95 % interval. Of fewer than five on either side
    nothing is said; where the interval holds 0 it is no change that chance would not make."""

    share: Share
    other: Share
    more_is_better: bool = True

    @property
    def is_told(self) -> bool:
        return is_told(self.share.whole) and is_told(self.other.whole)

    @property
    def difference(self) -> float | None:
        if not self.is_told or self.share.value is None or self.other.value is None:
            return None
        return self.share.value - self.other.value

    @property
    def interval(self) -> Interval | None:
        return difference_of_shares(self.share, self.other) if self.is_told else None

    @property
    def verdict(self) -> str:
        return (
            said_of(self.interval, more_is_better=self.more_is_better) if self.is_told else UNKNOWN
        )
