"""Customers who answer as a seed has them, with known effects: the report finds them within its
intervals as often as these say, and nothing where there is nothing."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from statistics import fmean

import pytest

from insights.measures import recovered
from insights.measures.compared import Compared
from insights.measures.gestures import Tried, gestures
from insights.measures.means import Beside
from insights.measures.playbooks import used
from insights.measures.rows import Repair
from insights.measures.scores import later_scores
from insights.measures.times import to_first_contact
from tests.insights.repairing import BEGIN, DAY, HOUR, reached, repair

NOW = BEGIN + 200 * DAY
DRAWS = 300
# Of 300 draws of a 95 % interval 276 or more hold the truth, unless in one case of a hundred.
ENOUGH = 276


def hits(draw: Callable[[Random], tuple[float, float] | None], truth: float) -> int:
    found = [draw(Random(seed)) for seed in range(DRAWS)]
    return sum(one is not None and one[0] <= truth <= one[1] for one in found)


def asked(dice: Random, *, responds: float, won: float, **facts: object) -> Repair:
    """Reached, resolved and asked; answers with one probability, happily with another."""
    said = {"resolved_at": BEGIN + DAY, "asked_at": BEGIN + DAY, **facts}
    if dice.random() >= responds:
        return reached(**said, is_silent=True)
    score = dice.choice([4, 5]) if dice.random() < won else dice.choice([1, 2, 3])
    return reached(**said, answered_at=BEGIN + 2 * DAY, score_after=score)


def many(dice: Random, number: int, **chances: float) -> list[Repair]:
    return [asked(dice, **chances) for _ in range(number)]


def test_shares_hold_the_truth_as_often_as_they_say() -> None:
    chances = {"responds": 0.4, "won": 0.7}

    def of_answered(dice: Random) -> tuple[float, float] | None:
        return recovered.of_answered(many(dice, 120, **chances)).interval

    def of_asked(dice: Random) -> tuple[float, float] | None:
        return recovered.of_asked(many(dice, 120, **chances)).interval

    def response(dice: Random) -> tuple[float, float] | None:
        return recovered.response(many(dice, 120, **chances)).interval

    assert hits(of_answered, 0.7) >= ENOUGH
    assert hits(of_asked, 0.4 * 0.7) >= ENOUGH
    assert hits(response, 0.4) >= ENOUGH


@pytest.mark.parametrize("effect", [0.0, 0.2])
def test_the_effect_of_a_gesture_is_found_and_no_other(effect: float) -> None:
    def tried(dice: Random) -> Tried:
        given = {"gestures": (("voucher", "kept"),), "cause": "courier"}
        with_it = [asked(dice, responds=0.5, won=0.5 + effect, **given) for _ in range(150)]
        without = [asked(dice, responds=0.5, won=0.5, cause="courier") for _ in range(150)]
        (found,) = gestures([*with_it, *without])
        return found

    found = [tried(Random(seed)).won_back for seed in range(DRAWS)]
    held = sum(
        one.interval is not None and one.interval[0] <= effect <= one.interval[1] for one in found
    )
    verdicts = [one.verdict for one in found]
    assert held >= ENOUGH
    assert verdicts.count("worse") <= DRAWS * 0.05
    if not effect:
        assert verdicts.count("none") >= ENOUGH
    else:
        assert verdicts.count("better") > DRAWS * 0.7


@pytest.mark.parametrize("effect", [0.0, 0.2])
def test_the_effect_of_a_playbook_is_found_and_no_other(effect: float) -> None:
    def used_by(dice: Random) -> Compared:
        book = {"playbook": "late", "playbook_version": 1}
        rows = [
            asked(dice, responds=0.5, won=0.5 + won, **book, playbook_use=use)
            for use, won in (("followed", effect), ("left", 0), ("unsaid", 0))
            for _ in range(100 + 50 * (use == "followed"))
        ]
        return used(rows).won_back

    found = [used_by(Random(seed)) for seed in range(DRAWS)]
    held = [one.interval and one.interval[0] <= effect <= one.interval[1] for one in found]
    verdicts = [one.verdict for one in found]
    assert sum(map(bool, held)) >= ENOUGH
    assert verdicts.count("worse") <= DRAWS * 0.05
    assert verdicts.count("better") > DRAWS * 0.7 if effect else verdicts.count("none") >= ENOUGH


def scored(dice: Random, *, lift: float, is_reached: bool) -> Repair:
    """A customer whose scores waver about their own mean, seen because one of them was low: the
    next is higher by itself, by the return to the mean, and by `lift` where it helps."""
    while True:
        own = dice.gauss(6, 1.5)
        before = round(own + dice.gauss(0, 2))
        if 0 <= before <= 6:
            break
    after = min(max(round(own + lift + dice.gauss(0, 2)), 0), 10)
    make = reached if is_reached else repair
    at = BEGIN + timedelta(days=30)
    return make(score_before=before, later_score=after, later_score_at=at)


def beside(dice: Random, lift: float) -> Beside:
    rows = [scored(dice, lift=lift if n % 2 else 0, is_reached=bool(n % 2)) for n in range(160)]
    return later_scores(rows, NOW)[0].beside


def test_the_return_to_the_mean_is_not_sold_as_our_doing() -> None:
    """Both rise by more than a point although nothing helps; beside each other nothing is left."""
    found = [beside(Random(seed), 0) for seed in range(DRAWS)]
    assert fmean(one.some.change or 0 for one in found) > 1
    assert sum(one.some.verdict == "better" for one in found) > DRAWS * 0.95
    assert sum(one.verdict == "none" for one in found) >= ENOUGH


def test_what_helps_beyond_it_is_found() -> None:
    truth = fmean(beside(Random(1_000 + seed), 1.5).difference or 0 for seed in range(DRAWS))
    assert 1 < truth < 1.6
    assert hits(lambda dice: beside(dice, 1.5).interval, truth) >= ENOUGH


def test_the_median_wait_is_found_though_much_is_open_still() -> None:
    """Waits of a mean of 30 hours, of which nothing beyond 24 is known."""
    half = 30 * 3600 * 0.6931471805599453

    def waits(dice: Random) -> tuple[float, float] | None:
        seen = BEGIN + 24 * HOUR
        rows = [reached(dice.expovariate(1 / 30) * HOUR) for _ in range(120)]
        low, high = to_first_contact(rows, seen).interval(0.5)
        return (low or 0, high if high is not None else 10**9)

    assert hits(waits, half) >= ENOUGH
