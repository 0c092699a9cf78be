"""outcome_of …"""

from itertools import product

import pytest

from tickets.recovery.judgement import outcome_of
from tickets.work.lifecycle import OUTCOMES_BY_ANSWER

TABLE = [
    # solved, score, mood, outcome after a failure
    (False, None, "unhappy", None),
    (False, 1, "unhappy", None),
    (False, 5, "unhappy", None),
    (True, None, "happy", "recovered"),
    (True, 5, "happy", "recovered"),
    (True, 4, "happy", "recovered"),
    (True, 3, "neutral", "improved"),
    (True, 2, "unhappy", None),
    (True, 1, "unhappy", None),
    (None, 5, "happy", "recovered"),
    (None, 4, "happy", "recovered"),
    (None, 3, "neutral", "improved"),
    (None, 2, "unhappy", None),
    (None, 1, "unhappy", None),
]


@pytest.mark.parametrize("solved, score, mood, outcome", TABLE)
def test_it_judges_by_word_and_score(
    solved: bool | None, score: int | None, mood: str, outcome: str | None
) -> None:
    judged = outcome_of(solved, score, had_gestures=False, had_failure=True)
    assert (judged.mood, judged.outcome) == (mood, outcome)


@pytest.mark.parametrize(
    "had_gestures, had_failure, outcome",
    [
        (False, False, "satisfied_without_repair"),
        (True, False, "recovered"),
        (False, True, "recovered"),
        (True, True, "recovered"),
    ],
)
def test_it_calls_recovered_only_what_was_broken(
    had_gestures: bool, had_failure: bool, outcome: str
) -> None:
    judged = outcome_of(True, 5, had_gestures=had_gestures, had_failure=had_failure)
    assert judged.outcome == outcome


def test_it_always_gives_a_reason_and_an_outcome_that_only_customers_give() -> None:
    for solved, score in product([True, False, None], [None, 1, 2, 3, 4, 5]):
        if solved is None and score is None:
            continue
        judged = outcome_of(solved, score, had_gestures=False, had_failure=False)
        assert judged.reason
        assert judged.outcome is None or judged.outcome in OUTCOMES_BY_ANSWER


def test_it_quotes_what_was_said() -> None:
    judged = outcome_of(True, 2, had_gestures=False, had_failure=True)
    assert judged.reason == "the customer says it is solved, the customer scored 2 of 5"
