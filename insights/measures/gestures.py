"""Which gestures went with which result. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from insights.measures.compared import Compared
from insights.measures.held import is_told
from insights.measures.recovered import of_answered, response
from insights.measures.rows import Eligible, Repair, eligible
from insights.shares import Share

# A gesture that was never made cannot have gone with anything.
MADE = ("promised", "kept")
# One that waits or was broken may have angered them: its repair is neither with it nor without.
UNCLEAR = ("waiting", "broken")


# Types of failure and root causes have slugs of their own, and may share one.
BY_TYPE, BY_CAUSE, BY_NOTHING = "type", "cause", ""
NAMED_BY = (BY_TYPE, BY_CAUSE, BY_NOTHING)


class Failure(NamedTuple):
    """A slug, and of what."""

    slug: str
    named_by: str


@dataclass(frozen=True)
class Tried:
    """The eligible repairs of one failure in which a gesture of this kind was promised or kept,
    beside those of the same failure without one; where one waits for approval or was broken it is
    on neither side. Whoever is given more may have been angrier, so a
    difference is an association; many kinds are compared at once, so one in twenty differs by
    chance alone."""

    failure: Failure
    kind: str
    number: int
    won_back: Compared
    kept: Share
    response: Share

    @property
    def is_held(self) -> bool:
        return not is_told(self.number)


def failure_of(row: Repair) -> Failure:
    """The type of failure; where nobody has named it, its root cause."""
    if row.failure_type:
        return Failure(row.failure_type, BY_TYPE)
    return Failure(row.cause, BY_CAUSE if row.cause else BY_NOTHING)


def gestures(rows: Iterable[Repair]) -> Sequence[Tried]:
    """By failure and kind. Won back is of those whose customer answered; `kept` of those made."""
    by_failure: dict[Failure, Eligible] = defaultdict(Eligible)
    by_kind: dict[tuple[Failure, str], Eligible] = defaultdict(Eligible)
    beside: dict[tuple[Failure, str], Eligible] = defaultdict(Eligible)
    for row in eligible(rows):
        failure = failure_of(row)
        by_failure[failure].append(row)
        made, unclear = kinds_of(row)
        for kind in made:
            by_kind[failure, kind].append(row)
        for kind in unclear:
            beside[failure, kind].append(row)
    of_all = {failure: of_answered(some) for failure, some in by_failure.items()}
    return [
        _tried(*key, some, _less(of_all[key[0]], of_answered([*some, *beside.get(key, ())])))
        for key, some in sorted(by_kind.items())
    ]


def _less(whole: Share, part: Share) -> Share:
    return Share(whole.part - part.part, whole.whole - part.whole)


def kinds_of(row: Repair) -> tuple[set[str], set[str]]:
    """The kinds of its gestures that were made, and those of which it is not clear."""
    made = {kind for kind, state in row.gestures if state in MADE}
    return made, {kind for kind, state in row.gestures if state in UNCLEAR} - made


def _tried(failure: Failure, kind: str, with_it: Sequence[Repair], without: Share) -> Tried:
    kept = sum((kind, "kept") in row.gestures for row in with_it)
    return Tried(
        failure=failure,
        kind=kind,
        number=len(with_it),
        won_back=Compared(of_answered(with_it), without),
        kept=Share(kept, len(with_it)),
        response=response(with_it),
    )
