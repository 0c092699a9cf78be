"""Net promoters before and after. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from feedback.intake.scores import NEGATIVE, NEUTRAL, POSITIVE, class_of
from insights.change import NetPromoters
from insights.measures.follow_up import counted_for_48_hours
from insights.measures.means import Beside, Paired
from insights.measures.rows import Eligible, Repair, eligible
from insights.measures.scores import Reached, first_of_each, has_later

NPS = "nps"
# Net promoters are the mean of these: 9 and 10 are promoters, 0 to 6 detractors.
_MARKS = {POSITIVE: 1, NEUTRAL: 0, NEGATIVE: -1}


def promoters_of(scores: Sequence[int]) -> NetPromoters:
    marks = [_mark(score) for score in scores]
    return NetPromoters(marks.count(1), marks.count(-1), len(marks))


def _mark(score: int) -> int:
    return _MARKS[class_of(NPS, score)]


@dataclass(frozen=True)
class Twice:
    """The same customers by the scores they gave before and later. `change` is by how much their
    net promoters changed, in pairs, with Student's interval."""

    before_scores: Sequence[int]
    later_scores: Sequence[int]

    @property
    def before(self) -> NetPromoters:
        return promoters_of(self.before_scores)

    @property
    def later(self) -> NetPromoters:
        return promoters_of(self.later_scores)

    @property
    def change(self) -> Paired:
        return Paired(
            [_mark(score) for score in self.before_scores],
            [_mark(score) for score in self.later_scores],
        )


@dataclass(frozen=True)
class Promoters:
    """`before` is of all scores that stood before the repair. `all`, `reached` and `unreached` are
    those who scored again; what those whom nobody reached rose by is the return to the mean, and
    `beside` is by how much more the others did (Welch)."""

    before: NetPromoters
    all: Twice
    reached: Twice
    unreached: Twice

    @property
    def beside(self) -> Beside:
        return Beside(self.reached.change, self.unreached.change)


def promoters(rows: Iterable[Repair]) -> NetPromoters:
    """Of eligible first cycles whose customer had given an NPS of 0 to 10: the share of 9 and 10
    less that of 0 to 6, with the adjusted Wald interval."""
    scored = [row for row in eligible(rows).first if row.score_type == NPS]
    return promoters_of([row.score_before for row in scored if row.score_before is not None])


def promoters_again(rows: Iterable[Repair], now: datetime) -> Promoters:
    """Before, and of eligible first cycles, 48 hours old, whose customer had given an NPS and gave
    another within 90 days: each customer once, by the first such repair of theirs, and as a person
    had reached them on any of their repairs before that later score, or not."""
    counted = eligible(rows)
    scored = [row for row in counted.first if row.score_type == NPS and has_later(row)]
    each = first_of_each(counted_for_48_hours(Eligible(scored), now))
    reached = Reached(counted)
    return Promoters(
        before=promoters(counted),
        all=_twice(each),
        reached=_twice(row for row in each if row in reached),
        unreached=_twice(row for row in each if row not in reached),
    )


def _twice(rows: Iterable[Repair]) -> Twice:
    pairs = [(row.score_before, row.later_score) for row in rows]
    both = [(b, a) for b, a in pairs if b is not None and a is not None]
    return Twice([before for before, _ in both], [later for _, later in both])
