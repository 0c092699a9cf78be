"""Won back is …"""

import pytest

from insights.measures import recovered
from insights.measures.again import double_deviations, failed_again, reopened, same_cause_again
from insights.measures.rows import LONG, SHORT
from insights.shares import Share
from tests.insights.repairing import BEGIN, DAY, answered, reached, repair


@pytest.mark.parametrize(
    "solved, score, won, improved",
    [
        (True, 5, True, False),
        (True, 4, True, False),
        (True, None, True, False),
        (None, 4, True, False),
        (True, 3, False, True),
        (None, 3, False, True),
        (True, 2, False, False),
        (False, 5, False, False),
        (False, None, False, False),
    ],
)
def test_what_the_customer_said(
    solved: bool | None, score: int | None, won: bool, improved: bool
) -> None:
    row = answered(score, solved)
    assert (row.is_won_back, row.is_improved) == (won, improved)


def test_told_of_those_who_answered_who_were_asked_and_of_all() -> None:
    asked = {"resolved_at": BEGIN, "asked_at": BEGIN}
    rows = [answered(), answered(1), reached(**asked), reached(**asked), repair(), repair()]
    rows += [answered(standing="spam"), reached(resolved_at=BEGIN)]
    assert recovered.response(rows) == Share(2, 4)
    assert recovered.of_answered(rows) == Share(1, 2)
    assert recovered.of_asked(rows) == Share(1, 4)
    assert recovered.of_eligible(rows) == Share(1, 7)


def test_told_beside_how_many_a_colleague_heard() -> None:
    rows = [answered(is_heard=True), answered(1, is_heard=True), answered(), repair()]
    assert recovered.heard(rows) == Share(2, 3)
    assert recovered.of_answered(rows) == Share(2, 3)


def test_not_what_an_agent_declares() -> None:
    rows = [
        answered(),
        answered(3),
        answered(1),
        reached(resolved_at=BEGIN, asked_at=BEGIN, is_silent=True, closed_by="silence"),
        reached(resolved_at=BEGIN),
        repair(closed_by="agent"),
        repair(),
    ]
    found = recovered.closure(rows)
    assert found.confirmed == Share(2, 6)
    assert found.denied == Share(1, 6)
    assert found.silent == Share(1, 6)
    assert found.untold == Share(2, 6)


class TestAgain:
    def test_begun_anew_is_asked_of_what_was_resolved_so_long_ago(self) -> None:
        rows = [
            answered(1, resolved_at=BEGIN, reopened_at=BEGIN + 30 * DAY),
            answered(1, resolved_at=BEGIN, reopened_at=BEGIN + 31 * DAY),
            answered(resolved_at=BEGIN),
            reached(),
        ]
        assert reopened(rows, SHORT, BEGIN + 30 * DAY) == Share(1, 3)
        assert reopened(rows, SHORT, BEGIN + 29 * DAY) == Share(0, 0)
        assert reopened(rows, LONG, BEGIN + 90 * DAY) == Share(2, 3)

    def test_a_new_complaint_is_asked_of_customers_we_know_looked_at_so_late(self) -> None:
        seen = BEGIN + 45 * DAY
        rows = [
            repair(failed_again_at=BEGIN + 30 * DAY, looked_at=seen),
            repair(failed_again_at=BEGIN + 31 * DAY, looked_at=seen),
            repair(looked_at=BEGIN + 29 * DAY, failed_again_at=BEGIN + DAY),
            repair(person=None, failed_again_at=BEGIN + DAY),
            repair(cycle=2, failed_again_at=BEGIN + DAY),
        ]
        assert failed_again(rows, SHORT) == Share(1, 2)
        assert failed_again(rows, LONG) == Share(0, 0)

    def test_the_same_cause_is_asked_where_the_cause_is_known(self) -> None:
        rows = [
            repair(cause="courier", same_cause_again_at=BEGIN + DAY),
            repair(cause="courier", failed_again_at=BEGIN + DAY),
            repair(failed_again_at=BEGIN + DAY),
        ]
        assert same_cause_again(rows, SHORT) == Share(1, 2)

    def test_double_deviations_stand_beside_first_failures(self) -> None:
        rows = [
            answered(cycle=2),
            answered(1, failed_before_at=BEGIN - 90 * DAY),
            answered(failed_before_at=BEGIN - 91 * DAY),
            answered(),
        ]
        found = double_deviations(rows)
        assert found.share == Share(2, 4)
        assert (found.won_back.share, found.won_back.other) == (Share(1, 2), Share(2, 2))
