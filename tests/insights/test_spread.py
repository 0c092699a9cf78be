"""A spread keeps how long things took in steps of 5 %, and gives quantiles back."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insights.spread import Spread, as_json, from_json, quantile, step_of

DAY = 86_400


def spread_of(*seconds: float) -> Spread:
    return Counter(step_of(one) for one in seconds)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.floats(60, 400 * DAY), min_size=1), st.sampled_from([0.5, 0.9]))
def test_its_quantiles_are_within_a_few_hundredths(seconds: list[float], share: float) -> None:
    ordered = sorted(seconds)
    true = ordered[-int(-len(ordered) * share // 1) - 1]
    assert quantile(spread_of(*seconds), len(seconds), share) == pytest.approx(true, rel=0.026)


def test_what_is_not_done_counts_as_longer_than_anything() -> None:
    found = spread_of(3600, 7200)
    assert quantile(found, 4, 0.5) == pytest.approx(7200, rel=0.026)
    assert quantile(found, 5, 0.5) is None
    assert quantile(found, 4, 0.9) is None


def test_nothing_has_no_quantile() -> None:
    assert quantile({}, 0, 0.5) is None


def test_a_minute_is_the_shortest() -> None:
    assert step_of(0) == step_of(-5) == step_of(60) == 0


def test_it_is_kept_and_read_again() -> None:
    found = spread_of(3600, 3600, 7200)
    assert from_json(as_json(found)) == found
