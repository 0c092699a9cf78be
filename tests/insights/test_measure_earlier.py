"""A period that is not over is compared with the one before as that stood when it was as young."""

from datetime import UTC, datetime

from insights.measures.earlier import as_it_stood
from insights.measures.recovered import of_asked, of_eligible, response
from insights.measures.report import Recovery
from insights.measures.rows import Repair
from insights.shares import Share
from tests.insights.repairing import BEGIN, DAY, answered, reached

LENGTH = 10
FIRST = [(BEGIN + n * DAY).date() for n in range(LENGTH)]


def course(begin: datetime) -> list[Repair]:
    """One a day: resolved after two days, the customer answers two days later."""
    rows = []
    for n in range(LENGTH):
        at = begin + n * DAY
        done = {"resolved_at": at + 2 * DAY, "asked_at": at + 2 * DAY, "answered_at": at + 4 * DAY}
        rows.append(answered(received_at=at, cause="courier", **done))
    return rows


def happened(rows: list[Repair], now: datetime) -> list[Repair]:
    return list(as_it_stood(rows, now))


def test_what_came_later_had_not_happened() -> None:
    row = answered(cause="courier")
    at = {"asked": row.asked_at, "answered": row.answered_at}
    (before,) = as_it_stood([row], at["asked"] - DAY)
    assert (before.asked_at, before.answered_at, before.cause) == (None, None, "")
    (asked,) = as_it_stood([row], at["asked"])
    assert (asked.asked_at, asked.answered_at) == (at["asked"], None)
    assert (asked.solved, asked.score_after, asked.cause) == (None, None, "courier")
    assert as_it_stood([row], at["answered"]) == [row]
    assert as_it_stood([reached(cause="courier")], BEGIN)[0].cause == "courier"


def test_two_periods_that_went_alike_are_alike() -> None:
    now = BEGIN + LENGTH * DAY
    rows, earlier = course(BEGIN), course(BEGIN - LENGTH * DAY)
    found = Recovery(happened(rows, now), earlier, now, UTC, FIRST)
    for one in (found.response, found.of_answered, found.of_asked, found.of_eligible):
        assert (one.share, one.verdict) == (one.other, "none")
    assert found.of_eligible.share == Share(7, LENGTH) == of_eligible(found.rows)
    assert (found.response.share, found.of_asked.share) == (Share(7, 9), Share(7, 9))
    assert response(earlier) == of_asked(earlier) == Share(LENGTH, LENGTH)
    alive = next(one for one in found.causes if one.slug)
    assert (alive.number, alive.before, alive.trend) == (9, 9, "none")
