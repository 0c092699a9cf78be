"""What customers judged a repair by, item by item. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

from feedback.intake.scores import POSITIVE, class_of
from insights.change import WORSE
from insights.measures.compared import Compared
from insights.measures.gestures import kinds_of
from insights.measures.means import Mean, Paired
from insights.measures.rows import Repair, eligible
from insights.shares import Share
from tickets.recovery.judgement import GESTURE_KINDS

OVERALL = "overall"
# Which justice each asks about (Tax, Brown and Chandrashekaran 1998): what came of it, how it went,
# how they were treated. A gesture restores one of the three.
JUSTICE = {"fair": "distributive", "easy": "procedural", "respect": "interactional"}
ITEMS = (OVERALL, *JUSTICE)
GOOD = frozenset(score for score in range(1, 6) if class_of("csat", score) == POSITIVE)


@dataclass(frozen=True)
class Item:
    """One item of those who answered: `answered` is the share of them that answered this one,
    `good` of these the share that gave 4 or 5 of 5, `mean` the mean of what they gave. `gestures`
    is that share where a gesture of the same justice was promised or kept, beside those without
    one, and without one that waits for approval or was broken; the score of it all has none. An
    association: who was wronged more is given more."""

    name: str
    answered: Share
    scores: Sequence[int]
    gestures: Compared | None

    @property
    def good(self) -> Share:
        return _good(self.scores)

    @cached_property
    def mean(self) -> Mean:
        return Mean(self.scores)


def items(rows: Iterable[Repair]) -> dict[str, Item]:
    """Of eligible repairs whose customer answered; an answer may leave out any of them."""
    answered = eligible(rows).answered
    restored = [tuple(map(_justices, kinds_of(row))) for row in answered]
    return {name: _item(name, answered, restored) for name in ITEMS}


def _justices(kinds: set[str]) -> set[str]:
    return {GESTURE_KINDS[kind].justice for kind in kinds}


def _item(name: str, answered: Sequence[Repair], restored: Sequence[tuple[set[str], ...]]) -> Item:
    said = map(attrgetter("score_after" if name == OVERALL else name), answered)
    both = [pair for pair in zip(said, restored, strict=True) if pair[0] is not None]
    return Item(
        name=name,
        answered=Share(len(both), len(answered)),
        scores=[score for score, _ in both],
        gestures=_beside_gestures(JUSTICE[name], both) if name in JUSTICE else None,
    )


def _beside_gestures(justice: str, both: Iterable[tuple[int, tuple[set[str], ...]]]) -> Compared:
    with_it: list[int] = []
    without: list[int] = []
    for score, (made, unclear) in both:
        if justice in made:
            with_it.append(score)
        elif justice not in unclear:
            without.append(score)
    return Compared(_good(with_it), _good(without))


def _good(scores: Sequence[int]) -> Share:
    return Share(sum(score in GOOD for score in scores), len(scores))


@dataclass(frozen=True)
class Lowest:
    """Of those who answered all three, the item of the lowest mean beside the `next` one, in pairs
    of the same customers. It is lowest only where the interval of the difference leaves out 0;
    picked after looking, it is that by chance somewhat more often than once in twenty."""

    name: str
    next: str
    pairs: Paired

    @property
    def is_lowest(self) -> bool:
        return self.pairs.verdict == WORSE


def lowest(rows: Iterable[Repair]) -> Lowest:
    """Of equal means the first, of fair, easy and respect in this order."""
    said = attrgetter(*JUSTICE)
    whole = [scores for scores in map(said, eligible(rows).answered) if None not in scores]
    by_item = dict(zip(JUSTICE, zip(*whole, strict=True), strict=True)) if whole else {}
    least, following, *_ = sorted(JUSTICE, key=lambda name: sum(by_item.get(name, ())))
    pairs = Paired(by_item.get(following, ()), by_item.get(least, ()))
    return Lowest(least, following, pairs)
