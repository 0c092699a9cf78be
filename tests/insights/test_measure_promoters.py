"""Net promoters before and after."""

import pytest

from insights.change import NetPromoters
from insights.measures.promoters import promoters, promoters_again
from insights.measures.rows import Repair
from tests.insights.repairing import BEGIN, DAY, HOUR, reached, repair

NOW = BEGIN + 200 * DAY


def again(before: int, later: int, **facts: object) -> Repair:
    said = {"score_before": before, "later_score": later, "later_score_at": BEGIN + 9 * DAY}
    return reached(**said | facts)


def test_before_is_of_all_first_cycles_with_an_nps() -> None:
    rows = [repair(score_before=score) for score in (0, 6, 7, 8, 9)]
    rows += [repair(score_before=2, cycle=2), repair(score_before=2, standing="spam")]
    rows += [repair(score_type="csat", score_before=1), repair(score_type="", score_before=None)]
    assert promoters(rows) == NetPromoters(1, 2, 5)


def test_the_same_customers_are_compared() -> None:
    rows = [again(2, 9), again(6, 8), again(1, 3), again(0, 10), again(3, 7), repair()]
    found = promoters_again(rows, NOW)
    assert found.before == NetPromoters(0, 6, 6)
    assert found.all.before == NetPromoters(0, 5, 5)
    assert found.all.later == NetPromoters(2, 1, 5)
    assert found.all.change.change == pytest.approx(found.all.later.value + 1)


def test_whoever_complained_twice_counts_once_by_the_first() -> None:
    rows = [
        again(5, 2, person="she", received_at=BEGIN + DAY, owed_at=BEGIN + DAY, ticket=2),
        again(2, 9, person="she", ticket=1),
    ]
    found = promoters_again(rows, NOW)
    assert (found.all.before_scores, found.all.later_scores) == ([2], [9])


def test_a_contact_on_another_complaint_of_theirs_reached_them() -> None:
    rows = [again(2, 9, person="she", reached_at=None)]
    rows += [reached(person="she", score_type="csat", received_at=BEGIN + DAY, ticket=2)]
    found = promoters_again(rows, NOW)
    assert (found.reached.later_scores, found.unreached.later_scores) == ([9], [])


def test_those_whom_nobody_reached_stand_beside() -> None:
    rows = [again(2, 9), again(2, 4, reached_at=None), again(2, 3, reached_at=BEGIN + 10 * DAY)]
    found = promoters_again(rows, NOW)
    assert (found.reached.later_scores, found.unreached.later_scores) == ([9], [4, 3])
    assert found.beside.verdict == "unknown"


@pytest.mark.parametrize(
    "facts",
    [
        {"later_score": None, "later_score_at": None},
        {"later_score_at": BEGIN + 91 * DAY},
        {"score_type": "stars"},
        {"cycle": 2},
        {"standing": "merged"},
        {"owed_at": NOW - 47 * HOUR},
    ],
)
def test_others_are_no_pair(facts: dict) -> None:
    assert promoters_again([again(2, 9, **facts)], NOW).all.change.number == 0
