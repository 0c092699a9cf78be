"""Asks everything in one snapshot and counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from cxloop.kernel.letters import ERASED_ADDRESS
from cxloop.loop import BY_NAME, SWEEPS, late_sweeps
from cxloop.verify.clocks import Clocks
from cxloop.verify.invariants import AT_ANY_INSTANT, ONCE_SETTLED, SEEN, Invariant


@dataclass(frozen=True)
class Figure:
    """How many rows were looked at and how many are wrong, with one of them as an example.
    `grace_s` is what a sweep is given; none where it holds at any instant."""

    name: str
    looked_at: int
    wrong: int
    example: str = ""
    grace_s: int | None = None


@dataclass(frozen=True)
class Findings:
    at: datetime
    instant: list[Figure]
    settled: list[Figure]
    seen: dict[str, int]

    @property
    def wrong(self) -> list[Figure]:
        return [figure for figure in (*self.instant, *self.settled) if figure.wrong]


def examine(now: datetime, *, settled: bool = True) -> Findings:
    """Without `settled` only what holds at any instant, also where no sweep runs: in a restored
    copy, say."""
    instant = [*(_ask(one, now) for one in AT_ANY_INSTANT), *_folded(now)]
    late = [*(_ask(one, now) for one in ONCE_SETTLED), _late(now)] if settled else []
    return Findings(now, instant, late, {name: _count(sql) for name, sql in SEEN.items()})


def _ask(invariant: Invariant, now: datetime) -> Figure:
    grace = BY_NAME[invariant.sweep].late_after if invariant.sweep else timedelta(0)
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNTED.format(invariant.sql),
            {"now": now, "since": now - grace, "erased": ERASED_ADDRESS},
        )
        looked_at, wrong, example = cursor.fetchone()
    grace_s = int(grace.total_seconds()) if invariant.sweep else None
    return Figure(invariant.name, looked_at, wrong, example or "", grace_s)


_COUNTED = """
SELECT count(*), count(*) FILTER (WHERE wrong), min(which) FILTER (WHERE wrong) FROM ({}) looked
"""


def _folded(now: datetime) -> Iterator[Figure]:
    clocks = Clocks(now)
    clocks.walk()
    yield Figure(
        "clocks that differ from the fold of their events",
        clocks.looked_at,
        clocks.misread,
        clocks.example_misread,
    )
    yield Figure(
        "clocks with a passed rung missing, by their hours",
        clocks.put_away,
        clocks.missing,
        clocks.example_missing,
    )


def _late(now: datetime) -> Figure:
    late = late_sweeps(now)
    return Figure("sweeps that are late", len(SWEEPS), len(late), ", ".join(late), grace_s=0)


def _count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])
