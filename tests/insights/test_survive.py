"""How long something takes is reckoned as statsmodels reckons it, what is open still among it."""

from datetime import timedelta
from math import inf, isnan
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy import errstate
from statsmodels.duration.survfunc import SurvfuncRight

from insights.measures.survival import curve_of
from insights.measures.times import to_acknowledge, to_close, to_first_contact
from insights.recovery_json import curve_json
from insights.recovery_tables import table_of
from tests.insights.repairing import BEGIN, DAY, HOUR, reached, repair

TIMES = st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=2, max_size=60)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(TIMES)
def test_each_step_has_their_share_and_their_error(times: list[tuple[int, bool]]) -> None:
    if not any(done for _, done in times):
        return
    theirs = SurvfuncRight([t for t, _ in times], [done for _, done in times])
    ours = curve_of(times)
    assert [step.at for step in ours.steps] == [int(at) for at in theirs.surv_times]
    assert [step.at_risk for step in ours.steps] == [int(n) for n in theirs.n_risk]
    for step, left, error in zip(ours.steps, theirs.surv_prob, theirs.surv_prob_se, strict=True):
        assert step.survival == pytest.approx(left, abs=1e-12)
        if left > 1e-9:
            assert step.spread == pytest.approx(error, abs=1e-9)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("part", [0.5, 0.9])
def test_medians_have_the_interval_of_brookmeyer_and_crowley(seed: int, part: float) -> None:
    dice = Random(seed)
    times = [(dice.randrange(1, 10**6), dice.random() < 0.7) for _ in range(dice.choice([13, 197]))]
    theirs = SurvfuncRight([t for t, _ in times], [done for _, done in times])
    with errstate(divide="ignore", invalid="ignore"):  # where nothing is left
        low, high = theirs.quantile_ci(part, method="cloglog")
    ours = curve_of(times)
    assert ours.interval(part) == tuple(
        None if isnan(one) or one == inf else int(one) for one in (low, high)
    )
    there = theirs.quantile(part)
    assert ours.quantile(part) == (None if isnan(there) else int(there))


def test_half_is_there_where_exactly_half_is() -> None:
    assert curve_of([(1, True), (2, True), (3, True), (4, True)]).quantile(0.5) == 2


def test_what_is_open_counts_for_as_long_as_it_has_been() -> None:
    done = [(1, True), (2, True), (3, True)]
    assert curve_of(done).quantile(0.5) == 2
    assert curve_of([*done, (9, False), (9, False), (9, False)]).quantile(0.5) == 3
    assert curve_of([*done, (9, False), (9, False), (9, False), (9, False)]).quantile(0.5) is None


def test_beyond_the_longest_nothing_is_known() -> None:
    found = curve_of([(5, True), (9, False)])
    assert (found.number, found.happened, found.longest) == (2, 1, 9)
    assert found.at(4) is None
    assert found.at(5) == found.at(9) == found.steps[0]


def test_of_nothing_nothing_is_told() -> None:
    found = curve_of([])
    assert (found.number, found.quantile(0.5), found.interval(0.5)) == (0, None, (None, None))


class TestWaiting:
    NOW = BEGIN + 10 * DAY

    def test_for_word_that_we_have_it(self) -> None:
        rows = [
            repair(acknowledged_at=BEGIN + HOUR),
            reached(2 * HOUR),
            reached(2 * HOUR, acknowledged_at=BEGIN + 3 * HOUR),
            repair(cycle=2, acknowledged_at=BEGIN),
        ]
        found = to_acknowledge(rows, self.NOW)
        assert [(step.at, step.at_risk) for step in found.steps] == [(3600, 3), (7200, 2)]

    def test_for_a_person(self) -> None:
        """Closed without one they go on waiting."""
        closed = repair(closed_at=BEGIN + HOUR, ended_at=BEGIN + HOUR, closed_by="agent")
        found = to_first_contact([reached(timedelta(seconds=90)), closed], self.NOW)
        assert (found.number, found.happened, found.longest) == (2, 1, 10 * 86_400)

    def test_for_the_end(self) -> None:
        """Of the ticket, however often it had to begin anew."""
        rows = [
            repair(closed_at=BEGIN + HOUR, reopened_at=BEGIN + DAY, ended_at=BEGIN + 2 * DAY),
            repair(cycle=2, ended_at=BEGIN + 2 * DAY),
        ]
        found = to_close(rows, self.NOW)
        assert [(step.at, step.at_risk) for step in found.steps] == [(2 * 86_400, 1)]

    def test_what_happens_after_the_report_has_not_happened(self) -> None:
        found = to_first_contact([reached(5 * HOUR)], BEGIN + HOUR)
        assert (found.happened, found.longest) == (0, 3600)


def test_marks_reach_to_where_it_has_happened_to_all_of_them() -> None:
    for happened, shares in ((True, [0.0, 1.0]), (False, [0.0])):
        told = curve_json(curve_of([(1_000, True)] * 5 + [(1_500, happened)]))
        assert [mark["share"] for mark in told["marks"]] == shares


def test_a_curve_without_marks_is_a_line_of_the_table() -> None:
    curves = {"close": curve_json(curve_of([])), "contact": curve_json(curve_of([(900, True)] * 5))}
    head, rows = table_of("times", {"times": curves})
    assert head[:3] == ["time", "at_s", "share"]
    assert [list(row)[:3] for row in rows] == [
        ["close", None, None],
        ["contact", 900, 1.0],
    ]
