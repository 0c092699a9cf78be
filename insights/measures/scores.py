"""What customers scored before and after, in pairs. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from feedback.intake.scores import NEGATIVE
from insights.measures.follow_up import counts_for_48_hours
from insights.measures.means import Beside, Paired
from insights.measures.rows import LONG, Repair, eligible

OF_FIVE = ("csat", "stars")


def answers_in_pairs(rows: Iterable[Repair]) -> Paired:
    """What they had scored of five before (CSAT, stars), and what of five they scored when asked
    whether it is put right. Only of eligible repairs whose customer scored both times: who answers
    is not everybody, and a low score rises a little by itself. So it never stands alone."""
    return _paired(
        (row.score_before, row.score_after)
        for row in eligible(rows)
        if row.score_type in OF_FIVE and row.is_answered
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
    """Of eligible first cycles with a negative score, 48 hours old: reached before that later
    score, or not, by its type."""
    first = [row for row in eligible(rows) if row.cycle == 1 and row.class_before == NEGATIVE]
    known = [row for row in first if _has_later(row) and counts_for_48_hours(row, now)]
    types = sorted({row.score_type for row in known})
    return [_later(kind, [row for row in known if row.score_type == kind]) for kind in types]


def _has_later(row: Repair) -> bool:
    if row.later_score is None or row.later_score_at is None or row.score_before is None:
        return False
    return row.received_at < row.later_score_at <= row.received_at + LONG


def _later(kind: str, rows: Sequence[Repair]) -> Later:
    reached = [row for row in rows if _is_reached(row)]
    others = [row for row in rows if not _is_reached(row)]
    return Later(
        kind,
        *(
            _paired((row.score_before, row.later_score) for row in some)
            for some in (reached, others)
        ),
    )


def _is_reached(row: Repair) -> bool:
    at, later = row.reached_at, row.later_score_at
    return at is not None and later is not None and at <= later


def _paired(scores: Iterable[tuple[int | None, int | None]]) -> Paired:
    both = [(b, a) for b, a in scores if b is not None and a is not None]
    return Paired([before for before, _ in both], [after for _, after in both])
