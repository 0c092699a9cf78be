"""Means and their intervals are as scipy reckons them; pairs are of the same customers."""

from math import inf

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats

from insights.measures.means import Beside, Paired
from insights.measures.scores import answers_in_pairs, later_scores
from insights.student import quantile_975
from tests.insights.repairing import BEGIN, DAY, HOUR, answered, reached, repair

SCORES = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=5, max_size=80)
NOW = BEGIN + 200 * DAY


@pytest.mark.parametrize("freedom", [1, 1.5, 2, 3.7, 4, 9, 29, 30.25, 120, 5_000, 250_000])
def test_the_quantile_of_student_is_theirs(freedom: float) -> None:
    assert quantile_975(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=1e-10)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(SCORES)
def test_the_mean_change_has_students_interval(pairs: list[tuple[int, int]]) -> None:
    found = Paired([before for before, _ in pairs], [after for _, after in pairs])
    changes = [after - before for before, after in pairs]
    if len(set(changes)) == 1:
        assert found.interval is None
        return
    theirs = stats.ttest_1samp(changes, 0).confidence_interval(0.95)
    assert found.interval == pytest.approx(tuple(theirs), rel=1e-9, abs=1e-9)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(SCORES, SCORES)
def test_a_difference_of_changes_has_welchs(some: list, others: list) -> None:
    sides = [Paired([b for b, _ in side], [a for _, a in side]) for side in (some, others)]
    found = Beside(*sides)
    if not all(side.error for side in sides):
        assert found.interval is None
        return
    theirs = stats.ttest_ind(*(side.mean.values for side in sides), equal_var=False)
    assert found.interval == pytest.approx(tuple(theirs.confidence_interval(0.95)), rel=1e-8)


def test_of_fewer_than_five_nothing_is_told() -> None:
    found = Paired([1, 1, 1, 1], [5, 4, 5, 4])
    assert (found.change, found.interval, found.verdict) == (None, None, "unknown")


def test_no_detectable_change_is_said_where_the_interval_holds_none() -> None:
    assert Paired([3] * 6, [1, 5, 3, 4, 2, 3]).verdict == "none"
    assert Paired([1] * 6, [5, 4, 5, 4, 5, 5]).verdict == "better"
    assert Paired([5] * 6, [1, 2, 1, 2, 1, 1]).verdict == "worse"


def test_answers_are_paired_with_scores_of_five() -> None:
    rows = [
        answered(5, score_type="csat", score_before=1),
        answered(4, score_type="stars", score_before=2),
        answered(5, score_type="nps", score_before=1),
        answered(None, score_type="csat", score_before=1),
        answered(5, score_type="csat", score_before=1, standing="merged"),
    ]
    found = answers_in_pairs(rows)
    assert (found.before, found.after) == ([1, 2], [5, 4])


class TestLater:
    LATER = {"later_score": 8, "later_score_at": BEGIN + DAY}

    def test_low_scorers_whom_nobody_reached_stand_beside(self) -> None:
        rows = [reached(**self.LATER), repair(**self.LATER | {"later_score": 3})]
        (found,) = later_scores(rows, NOW)
        assert found.type == "nps"
        assert (found.reached.before, found.reached.after) == ([2], [8])
        assert (found.unreached.before, found.unreached.after) == ([2], [3])

    def test_whoever_was_reached_after_it_was_not_reached(self) -> None:
        (found,) = later_scores([reached(25 * HOUR, **self.LATER)], NOW)
        assert (found.reached.number, found.unreached.number) == (0, 1)

    @pytest.mark.parametrize(
        "facts",
        [
            {"later_score_at": BEGIN + 91 * DAY},
            {"later_score": None, "later_score_at": None},
            {"class_before": "neutral"},
            {"cycle": 2},
            {"standing": "imported"},
        ],
    )
    def test_others_are_no_pair(self, facts: dict) -> None:
        assert later_scores([reached(**self.LATER | facts)], NOW) == []

    def test_whoever_complained_five_times_is_one_customer_and_was_reached(self) -> None:
        at = {"person": "she", "later_score": 8, "later_score_at": BEGIN + 3 * DAY}
        rows = [repair(**at, ticket=n) for n in range(2, 6)]
        rows.append(reached(**at, ticket=6, received_at=BEGIN + HOUR))
        (found,) = later_scores(rows, NOW)
        assert (found.reached.after, found.unreached.after) == ([8], [])
        rows = [reached(person="she", received_at=BEGIN - 2 * DAY), repair(**at)]
        (found,) = later_scores(rows, NOW)
        assert (found.reached.number, found.unreached.number) == (0, 1)

    def test_each_type_stands_for_itself(self) -> None:
        stars = {"score_type": "stars", "score_before": 1, "later_score": 4}
        rows = [reached(**self.LATER), reached(**self.LATER | stars)]
        assert [one.type for one in later_scores(rows, NOW)] == ["nps", "stars"]


def test_infinity_is_no_quantile() -> None:
    assert quantile_975(1e9) < 1.96 < inf
