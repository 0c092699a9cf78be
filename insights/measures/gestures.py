"""Which gestures went with which result. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from insights.measures.compared import Compared
from insights.measures.held import is_told
from insights.measures.recovered import of_answered, response
from insights.measures.rows import Repair, eligible
from insights.shares import Share

# A gesture that was never made cannot have gone with anything.
MADE = ("promised", "kept")


@dataclass(frozen=True)
class Tried:
    """The eligible repairs of one failure in which a gesture of this kind was promised or kept,
    beside those of the same failure without one. Whoever is given more may have been angrier, so a
    difference is an association; many kinds are compared at once, so one in twenty differs by
    chance alone."""

    failure: str
    kind: str
    number: int
    won_back: Compared
    kept: Share
    response: Share

    @property
    def is_held(self) -> bool:
        return not is_told(self.number)


def failure_of(row: Repair) -> str:
    """The type of failure; where nobody has named it, its root cause."""
    return row.failure_type or row.cause


def gestures(rows: Iterable[Repair]) -> Sequence[Tried]:
    """By failure and kind. Won back is of those whose customer answered; `kept` of those made."""
    by_failure: dict[str, list[Repair]] = defaultdict(list)
    for row in eligible(rows):
        by_failure[failure_of(row)].append(row)
    return [
        _tried(failure, kind, some)
        for failure, some in sorted(by_failure.items())
        for kind in sorted({kind for row in some for kind in _made(row)})
    ]


def _made(row: Repair) -> set[str]:
    return {kind for kind, state in row.gestures if state in MADE}


def _tried(failure: str, kind: str, rows: Sequence[Repair]) -> Tried:
    with_it = [row for row in rows if kind in _made(row)]
    without = [row for row in rows if kind not in _made(row)]
    kept = sum((kind, "kept") in row.gestures for row in with_it)
    return Tried(
        failure=failure,
        kind=kind,
        number=len(with_it),
        won_back=Compared(of_answered(with_it), of_answered(without)),
        kept=Share(kept, len(with_it)),
        response=response(with_it),
    )
