"""judge fits a forecast on what came first and scores it on what came later."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from insights.calibration import Judged, Model, Observation, fit, judge
from insights.event_log import LOG, observe, read_cases
from insights.gate import ENOUGH_CASES, standing_by
from insights.helpdesk import HELPDESK

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def observation(case: int, *, before: int, broke: bool, due_h: float = 48) -> Observation:
    began_at = START + case * HOUR
    due_at = began_at + due_h * HOUR
    return Observation(case, began_at, due_at, before, a_day=10.0, left_days=1.0, broke=broke)


def history(*, tells: bool, cases: int = 2000) -> list[Observation]:
    """Long queues break where the history `tells`; otherwise half of all, by chance."""
    random = Random(7)
    seen = []
    for case in range(cases):
        before = random.randrange(40)
        broke = random.random() < (before / 40 if tells else 0.5)
        seen.append(observation(case, before=before, broke=broke))
    return seen


def judged(**how: bool) -> Judged:
    found = judge(history(**how))
    assert found
    return found


def test_it_beats_the_base_rate_where_the_queue_tells() -> None:
    found = judged(tells=True)
    assert found.beats
    assert found.brier < found.base_brier * 0.8
    assert found.base_brier == pytest.approx(found.base_rate * (1 - found.base_rate))


def test_it_does_not_where_the_queue_tells_nothing() -> None:
    assert not judged(tells=False).beats


def test_it_is_held_against_the_share_known_in_hindsight() -> None:
    """All that came first was kept, of the later ones all broke: any constant known before fails,
    and still the forecast has nothing to be proud of."""
    seen = [observation(case, before=case % 7, broke=case >= 800) for case in range(1000)]
    found = judge(seen)
    assert found
    assert found.prior_brier == 1
    assert (found.base_brier, found.beats) == (0, False)


def test_it_learns_nothing_from_what_was_not_known_at_the_cut() -> None:
    """Of 1,000 the first 800 began before it; of those the last 48 were not due."""
    found = judged(tells=True)
    assert (found.scored, found.cases) == (400, 400)
    assert found.trained == 1600 - 48


def test_it_counts_a_case_once_that_was_seen_twice() -> None:
    seen = history(tells=True, cases=500)
    found = judge(sorted([*seen, *seen], key=lambda one: one.case))
    assert found
    assert (found.scored, found.cases) == (200, 100)


@pytest.mark.parametrize("cases", [0, 1, 30])
def test_it_says_nothing_of_too_little(cases: int) -> None:
    """Thirty of one and a half days: nothing was due when the last began."""
    assert judge(history(tells=True, cases=cases)) is None


def test_it_finds_the_odds_that_made_the_history() -> None:
    random, truth = Random(3), Model(-0.5, 1.5)
    seen = [observation(case, before=random.randrange(60), broke=False) for case in range(20_000)]
    seen = [replace(one, broke=random.random() < truth.chance(one.pressure)) for one in seen]
    found = fit(seen)
    assert found.intercept == pytest.approx(truth.intercept, abs=0.1)
    assert found.slope == pytest.approx(truth.slope, abs=0.1)


def test_it_stays_finite_where_the_history_can_be_told_apart() -> None:
    seen = [
        observation(case, before=before, broke=before > 10)
        for case, before in enumerate([2, 30] * 50)
    ]
    assert 0 < fit(seen).slope < 20


def test_its_table_says_what_became_of_each_tenth() -> None:
    found = judged(tells=True)
    assert sum(one.number for one in found.table) == found.scored
    assert [one.forecast for one in found.table] == sorted(one.forecast for one in found.table)


class TestGate:
    """Shown only while it beats."""

    OWN = replace(HELPDESK, cases=ENOUGH_CASES, brier=0.1, base_brier=0.2)

    @pytest.mark.parametrize(
        "own, shown, is_own",
        [
            (None, True, False),
            (OWN, True, True),
            (replace(OWN, brier=0.2), False, True),
            (replace(OWN, model=Model(0.0, -1.0)), False, True),
            (replace(OWN, brier=0.3, cases=ENOUGH_CASES - 1), True, False),
        ],
    )
    def test_it_goes_by_ones_own_as_soon_as_it_can(
        self, own: Judged | None, shown: bool, is_own: bool
    ) -> None:
        standing = standing_by(own)
        assert (standing.is_shown, standing.is_own) == (shown, is_own)

    def test_it_hides_what_another_log_did_not_prove(self) -> None:
        standing = standing_by(None, elsewhere=replace(HELPDESK, brier=0.07))
        assert not standing.is_shown
        assert "0.0700 does not beat the base rate's 0.0606" in standing.why


@pytest.mark.real_data
def test_what_is_kept_of_the_event_log_is_what_it_says(real_data: Path) -> None:

    found = judge(list(observe(read_cases(real_data / LOG))))
    assert found
    assert found.beats
    about = ("trained", "scored", "cases", "base_rate", "brier", "base_brier", "prior_brier")
    for name in about:
        assert getattr(found, name) == pytest.approx(getattr(HELPDESK, name), abs=1e-6), name
    assert found.model.intercept == pytest.approx(HELPDESK.model.intercept, abs=1e-6)
    assert found.model.slope == pytest.approx(HELPDESK.model.slope, abs=1e-6)
    for kept, worked_out in zip(HELPDESK.table, found.table, strict=True):
        assert kept.number == worked_out.number
        assert (kept.forecast, kept.broke) == pytest.approx(
            (worked_out.forecast, worked_out.broke), abs=1e-6
        )
