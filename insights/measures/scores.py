"""What customers scored before and after, in pairs. Pure."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from feedback.intake.scores import NEGATIVE
from insights.measures.follow_up import counted_for_48_hours
from insights.measures.means import Beside, Paired
from insights.measures.rows import LONG, Eligible, Repair, eligible

OF_FIVE = ("csat", "stars")


def answers_in_pairs(rows: Iterable[Repair]) -> Paired:
    """What they had scored of five before (CSAT, stars), and what of five they scored when asked
    whether it is put right. Only of eligible repairs whose customer scored both times: who answers
    is not everybody, and a low score rises a little by itself. So it never stands alone."""
    return _paired(
        (row.score_before, row.score_after)
        for row in eligible(rows).answered
        if row.score_type in OF_FIVE
    )


@dataclass(frozen=True)
class Later:
    """Low scorers by whether a person reached them, each by their next score of the same type
    within 90 days, whatever it was about: nobody chose to answer us there. What those whom nobody
    reached rose by is the return to the mean, and only what the others rose by beyond it is left to
    be explained: by the repair, or by who it is that we reach."""

    type: str
    reached: Paired
    unreached: Paired

    @property
    def beside(self) -> Beside:
        return Beside(self.reached, self.unreached)


def later_scores(rows: Iterable[Repair], now: datetime) -> Sequence[Later]:
    """Of eligible first cycles with a negative score, 48 hours old, by the type of score: each
    customer once, by the first such repair of theirs, and whether any of their repairs was reached
    before that later score, or none."""
    counted = eligible(rows)
    low = [row for row in counted.first if row.class_before == NEGATIVE and has_later(row)]
    known = first_of_each(counted_for_48_hours(Eligible(low), now))
    reached = Reached(counted)
    types = sorted({row.score_type for row in known})
    return [
        _later(kind, [row for row in known if row.score_type == kind], reached) for kind in types
    ]


def first_of_each(rows: Iterable[Repair]) -> Sequence[Repair]:
    """The first repair of each customer by type of score: whoever complained in five places scored
    once, and is no five customers."""
    each: dict[Hashable, Repair] = {}
    for row in sorted(rows, key=lambda row: (row.received_at, row.ticket)):
        each.setdefault((row.customer, row.score_type), row)
    return list(each.values())


class Reached:
    """When a person reached each customer, on whichever of these repairs."""

    def __init__(self, rows: Iterable[Repair]) -> None:
        self._times: dict[Hashable, list[datetime]] = defaultdict(list)
        for row in rows:
            if row.reached_at is not None:
                self._times[row.customer].append(row.reached_at)

    def __contains__(self, row: Repair) -> bool:
        """Whether that was between the receipt of this repair and its later score."""
        later, times = row.later_score_at, self._times.get(row.customer, ())
        return later is not None and any(row.received_at <= at <= later for at in times)


def has_later(row: Repair) -> bool:
    """They scored again, of the same type and within 90 days."""
    if row.later_score is None or row.later_score_at is None or row.score_before is None:
        return False
    return row.received_at < row.later_score_at <= row.received_at + LONG


def _later(kind: str, rows: Sequence[Repair], reached: Reached) -> Later:
    sides = ([row for row in rows if row in reached], [row for row in rows if row not in reached])
    some, others = (_paired((row.score_before, row.later_score) for row in side) for side in sides)
    return Later(kind, some, others)


def _paired(scores: Iterable[tuple[int | None, int | None]]) -> Paired:
    both = [(b, a) for b, a in scores if b is not None and a is not None]
    return Paired([before for before, _ in both], [after for _, after in both])
