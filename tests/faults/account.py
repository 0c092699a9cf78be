"""What the outside was told, held against what is stored."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.faults.house import House

NEVER_STORED = """
SELECT count(*) FROM unnest(%s::text[], %s::uuid[]) AS told (key, id)
LEFT JOIN intake_idempotencykey kept ON kept.key = told.key
LEFT JOIN intake_feedback stored ON stored.id = told.id
WHERE stored.id IS NULL OR kept.feedback_id IS DISTINCT FROM told.id
"""
STORED_TWICE = """
SELECT count(*) FROM (
    SELECT FROM intake_feedback WHERE comment LIKE '%%[key-%%'
    GROUP BY substring(comment FROM '\\[key-\\d+\\]') HAVING count(*) > 1) doubled
"""
REPLIES = """
SELECT count(*) FILTER (WHERE found = 0), count(*) FILTER (WHERE found > 1) FROM (
    SELECT (SELECT count(*) FROM work_timelineentry WHERE text LIKE '%%' || mark) AS found
    FROM unnest(%s::text[]) AS told (mark)) counted
"""


@dataclass(frozen=True)
class Line:
    what: str
    count: int
    most: int = 0

    @property
    def holds(self) -> bool:
        return self.count <= self.most

    def __str__(self) -> str:
        limit = f"at most {self.most}" if self.most else "0"
        return f"  {self.what:<62}{self.count:>9,}  {limit:>12}{'' if self.holds else '  BROKEN'}"


def account(house: House) -> list[Line]:
    with house.database() as connection:
        return [*_told(house, connection), *_mailed(house, connection)]


def _told(house: House, connection: psycopg.Connection[Any]) -> list[Line]:
    accepted, replied = dict(house.load.accepted), sorted(house.load.replied)
    lost, doubled = _row(connection, REPLIES, replied)
    stored = _row(connection, NEVER_STORED, list(accepted), list(accepted.values()))[0]
    return [
        Line(f"of {len(accepted):,} accepted feedback, not stored as answered", stored),
        Line("keys under which more than one feedback is stored", *_row(connection, STORED_TWICE)),
        Line(f"of {len(replied):,} accepted words of colleagues, not in the history", lost),
        Line("words of colleagues written more than once", doubled),
        Line("answers that were an error of ours (500)", house.load.statuses["500"]),
    ]


def _mailed(house: House, connection: psycopg.Connection[Any]) -> list[Line]:
    given = Counter(house.post.given)
    again = sum(count - 1 for count in given.values())
    kills = house.kills.total()
    known = _column(connection, "SELECT message_id FROM kernel_letter")
    sent = _column(connection, "SELECT message_id FROM kernel_letter WHERE state = 'sent'")
    return [
        Line(
            f"of {given.total():,} letters that arrived, come again ({kills} kills, "
            f"{house.post.unacknowledged} unacknowledged)",
            again,
            most=kills + house.post.unacknowledged,
        ),
        Line("letters that arrived under an unknown Message-ID", len(given.keys() - known)),
        Line("letters that count as sent and never arrived", len(sent - given.keys())),
    ]


def _row(connection: psycopg.Connection[Any], question: str, *values: Any) -> tuple[int, ...]:
    row = connection.execute(question, values).fetchone()
    assert row is not None
    return tuple(int(one) for one in row)


def _column(connection: psycopg.Connection[Any], question: str) -> set[str]:
    return {str(one) for (one,) in connection.execute(question)}
