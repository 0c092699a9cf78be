"""What customers judge a repair by, item by item, beside the gestures of the same justice."""

import pytest
from scipy import stats

from insights.measures.items import items, lowest
from insights.measures.means import Mean
from insights.shares import Share
from tests.insights.repairing import Repair, answered, repair

APOLOGY, VOUCHER = ("apology", "kept"), ("voucher", "promised")


def judged(fair: int | None, easy: int | None, respect: int | None, **facts: object) -> Repair:
    return answered(fair=fair, easy=easy, respect=respect, **facts)


def test_each_is_of_those_who_answered_it() -> None:
    rows = [judged(4, None, 5), judged(3, None, 5, cycle=2), answered(), repair()]
    found = items([*rows, judged(5, 5, 5, standing="spam")])
    assert found["fair"].answered == Share(2, 3)
    assert (found["fair"].good, found["respect"].good) == (Share(1, 2), Share(2, 2))
    assert (found["easy"].answered, found["easy"].good) == (Share(0, 3), Share(0, 0))
    assert found["overall"].good == Share(3, 3)


@pytest.mark.parametrize("score, good", [(1, 0), (3, 0), (4, 1), (5, 1)])
def test_good_is_four_or_five_of_five(score: int, good: int) -> None:
    assert items([judged(score, None, None)])["fair"].good == Share(good, 1)


def test_a_gesture_stands_beside_the_item_of_its_own_justice() -> None:
    rows = [
        judged(5, 2, 5, gestures=(VOUCHER,)),
        judged(2, 2, 5, gestures=(APOLOGY,)),
        judged(1, 2, 2, gestures=(("voucher", "rejected"), ("apology", "broken"))),
    ]
    found = items(rows)
    beside = {name: one.gestures for name, one in found.items() if one.gestures}
    assert (beside["fair"].share, beside["fair"].other) == (Share(1, 1), Share(0, 2))
    assert (beside["easy"].share, beside["easy"].other) == (Share(0, 0), Share(0, 3))
    assert (beside["respect"].share, beside["respect"].other) == (Share(1, 1), Share(1, 1))
    assert found["overall"].gestures is None


def test_a_mean_has_students_interval() -> None:
    scores = [1, 5, 4, 4, 2, 5]
    theirs = stats.ttest_1samp(scores, 0).confidence_interval(0.95)
    assert Mean(scores).interval == pytest.approx(tuple(theirs), rel=1e-9)
    assert (Mean([4] * 6).value, Mean([4] * 6).interval) == (4, None)
    assert (Mean([4] * 4).value, Mean([1, 2, 3, 4]).interval) == (None, None)


class TestLowest:
    def test_is_told_of_those_who_answered_all_three(self) -> None:
        rows = [judged(2, 4, 5 - n % 2) for n in range(8)] + [judged(None, 1, 1)] * 20
        found = lowest(rows)
        assert (found.name, found.next, found.is_lowest) == ("fair", "easy", False)
        assert found.pairs.number == 8

    def test_where_chance_would_not_do_as_much(self) -> None:
        rows = [judged(4, 1 + n % 2, 5) for n in range(10)]
        found = lowest(rows)
        assert (found.name, found.next, found.is_lowest) == ("easy", "fair", True)

    def test_is_none_where_the_interval_says_so(self) -> None:
        rows = [judged(*scores) for scores in [(3, 4, 5), (4, 3, 5), (3, 4, 5), (4, 3, 5)] * 3]
        found = lowest([*rows, judged(3, 4, 5)])
        assert (found.name, found.is_lowest, found.pairs.verdict) == ("fair", False, "none")

    def test_of_nobody_is_nothing(self) -> None:
        found = lowest([answered(), repair()])
        assert (found.is_lowest, found.pairs.number) == (False, 0)
