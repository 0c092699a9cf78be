"""The period before, as it was known when it was as old as this one is. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from insights.measures.rows import Eligible, Repair, eligible


def as_it_stood(rows: Iterable[Repair], then: datetime) -> Eligible:
    """What was asked, answered or understood after `then` had not happened yet. The newest repairs
    of a period are still under way: beside one that has since come to its end it would always look
    worse. A cause counts as understood when its repair was resolved."""
    return Eligible([_as_it_stood(row, then) for row in eligible(rows)])


def _as_it_stood(row: Repair, then: datetime) -> Repair:
    later: dict[str, Any] = {}
    if row.asked_at is not None and row.asked_at > then:
        later["asked_at"] = None
    if row.answered_at is not None and row.answered_at > then:
        later |= {"answered_at": None, "solved": None, "score_after": None}
    if row.resolved_at is not None and row.resolved_at > then:
        later |= {"resolved_at": None, "cause": ""}
    return row._replace(**later) if later else row
