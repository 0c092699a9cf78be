"""Answered in time is …"""

from datetime import timedelta
from typing import Any

import pytest

from insights.measures import follow_up
from insights.measures.rows import BESIDE, Repair
from tests.insights.repairing import BEGIN, DAY, HOUR, reached, repair

NOW = BEGIN + 10 * DAY
SECOND = timedelta(seconds=1)


def share(*rows: Repair, now: Any = NOW) -> tuple[int, int]:
    found = follow_up.in_48_hours(rows, now)
    return found.part, found.whole


@pytest.mark.parametrize("after, part", [(HOUR, 1), (48 * HOUR, 1), (48 * HOUR + SECOND, 0)])
def test_a_contact_within_48_real_hours(after: timedelta, part: int) -> None:
    assert share(reached(after)) == (part, 1)


def test_asked_of_what_is_48_hours_old() -> None:
    assert share(repair(), now=BEGIN + 48 * HOUR - SECOND) == (0, 0)
    assert share(repair(), now=BEGIN + 48 * HOUR) == (0, 1)
    assert follow_up.on_track([repair()], BEGIN + 47 * HOUR) == 1
    assert follow_up.on_track([repair()], BEGIN + 48 * HOUR) == 0


@pytest.mark.parametrize("standing", BESIDE)
def test_asked_of_nothing_that_stands_beside(standing: str) -> None:
    assert share(reached(standing=standing)) == (0, 0)


def test_no_matter_of_an_acknowledgement_or_an_attempt() -> None:
    row = repair(acknowledged_at=BEGIN, attempted_at=BEGIN + HOUR)
    assert share(row) == (0, 1)
    tried = follow_up.attempted_in_48_hours([row], NOW)
    assert (tried.part, tried.whole) == (1, 1)
    noted = follow_up.acknowledged([row, repair(), repair(cycle=2, acknowledged_at=BEGIN)])
    assert (noted.part, noted.whole) == (1, 2)


@pytest.mark.parametrize("after, beside", [(47, 1), (48, 1), (49, 0)])
def test_not_dodged_by_closing_late(after: int, beside: int) -> None:
    """In time, with a reason, it is beside the rate; late it stays in it."""
    at = BEGIN + after * HOUR
    row = repair(follow_up="void", voided_at=at, closed_at=at)
    assert share(row) == (0, 1 - beside)
    assert follow_up.closed_without_contact([row]) == beside


def test_not_closed_by_an_answer_that_waits_to_be_opened() -> None:
    row = repair(follow_up="void", voided_at=BEGIN + HOUR)
    assert follow_up.closed_without_contact([row]) == 0


def test_beside_what_the_policies_promise() -> None:
    rows = [reached(), reached(60 * HOUR), reached(60 * HOUR, follow_up="met"), repair()]
    rows = [row._replace(due_at=BEGIN + 70 * HOUR) for row in rows]
    found = follow_up.as_promised(rows, NOW)
    assert (found.part, found.whole) == (2, 4)


@pytest.mark.parametrize(
    "changes, whole",
    [
        ({"due_at": NOW}, 1),
        ({"due_at": NOW + SECOND}, 0),
        ({"due_at": None, "follow_up": "paused"}, 0),
        ({"due_at": NOW, "follow_up": "void", "voided_at": NOW}, 0),
    ],
)
def test_asked_of_what_is_due_by_its_policy_however_early_it_was_kept(
    changes: dict[str, Any], whole: int
) -> None:
    assert follow_up.as_promised([reached(**changes)], NOW).whole == whole


def test_told_by_the_day_of_receipt_in_the_zone() -> None:
    from_noon = BEGIN.replace(hour=23)
    rows = [reached(received_at=from_noon), reached(received_at=from_noon + 2 * HOUR)]
    zone = BEGIN.tzinfo
    assert zone is not None
    days = [BEGIN.date(), BEGIN.date() + DAY, BEGIN.date() + 2 * DAY]
    found = follow_up.by_day(rows, days, zone, NOW)
    assert [(one.day, one.in_48_hours.whole) for one in found] == list(
        zip(days, (1, 1, 0), strict=True)
    )
