"""Which cause is still alive. Pure."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from insights.change import UNKNOWN
from insights.measures.again import failed_again
from insights.measures.held import held_back, is_told
from insights.measures.money import Cost, costs
from insights.measures.recovered import of_answered, of_eligible, response
from insights.measures.rows import SHORT, Eligible, Repair, eligible, last_of_each
from insights.shares import Share

MORE, FEWER, NO_CHANGE = "more", "fewer", "none"
TRENDS = (MORE, FEWER, NO_CHANGE, UNKNOWN)


@dataclass(frozen=True)
class Cause:
    """The eligible repairs of one root cause, beside those of the period before, equally long,
    of which it was known as soon. A cause is alive while customers go on meeting it: `last_at` is
    when one last did. `last` are the last repairs of all customers, of whatever cause."""

    slug: str
    rows: Sequence[Repair]
    before: int
    is_held: bool
    last: Mapping[Hashable, Repair]

    @property
    def number(self) -> int:
        return len(self.rows)

    @property
    def last_at(self) -> datetime:
        return max(row.received_at for row in self.rows)

    @property
    def trend(self) -> str:
        """Had nothing changed, each complaint would be as likely to fall into this period as into
        the one before. It is more, or fewer, where Wilson's interval of the share that fell into
        this one leaves out a half; of fewer than five in both nothing is said."""
        both = Share(self.number, self.number + self.before)
        if both.interval is None or not is_told(both.whole):
            return UNKNOWN
        low, high = both.interval
        return MORE if low > 0.5 else FEWER if high < 0.5 else NO_CHANGE

    @property
    def won_back(self) -> Share:
        return of_eligible(self.rows)

    @property
    def won_back_of_answered(self) -> Share:
        return of_answered(self.rows)

    @property
    def response(self) -> Share:
        return response(self.rows)

    @property
    def failed_again(self) -> Share:
        return failed_again(self.rows, SHORT)

    @property
    def costs(self) -> Sequence[Cost]:
        return costs(self.rows, self.last)


def causes(rows: Iterable[Repair], earlier: Iterable[Repair]) -> Sequence[Cause]:
    """Those met in this period, the most frequent first. What is not known yet has no name."""
    counted = eligible(rows)
    found, last = _by_cause(counted), last_of_each(counted)
    before = _by_cause(earlier)
    held = held_back({slug: len(some) for slug, some in found.items()})
    lines = [Cause(s, some, len(before.get(s, ())), s in held, last) for s, some in found.items()]
    return sorted(lines, key=lambda one: (one.is_held, -one.number, one.slug))


def _by_cause(rows: Iterable[Repair]) -> dict[str, Eligible]:
    found: dict[str, Eligible] = defaultdict(Eligible)
    for row in eligible(rows):
        found[row.cause].append(row)
    return found
