"""Nobody has swept for a day: a hundred thousand promises are broken and unnoticed, and some are
being worked on when the workers come back."""

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from django.db import connection

from cxloop.bench.figures import Figure
from cxloop.bench.ground import Ground, tidy
from cxloop.bench.promises import Lot, promise
from cxloop.bench.scale import Scale
from cxloop.bench.servers import Stage
from cxloop.kernel.moment import moment
from tickets.sla.models import HOUR

WORKERS = 2
BATCH = 500
# By then the rungs at 50 %, 75 % and the due time have passed, and that a day later has not.
RUNGS = 3
PASSED = timedelta(hours=70), timedelta(hours=50)
REACH_S, REACH_MB = 30.0, 200
PATIENCE_S = 600.0
LOCKED_OF = 100
HOLDERS = 10
# Seldom: looking costs what the workers work with.
LOOK_S = 0.5


def measure_standstill(ground: Ground, stage: Stage, scale: Scale) -> Iterator[Figure]:
    found, floors, memory = [], [], 0
    for number in range(scale.standstills):
        lot = _stand_still(scale, number, moment())
        floors.append(_floor(ground, lot))
        seconds, most = _catch_up(ground, stage, lot)
        found.append(seconds)
        memory = max(memory, most)
        _check(lot)
    share = statistics.median(p / f for p, f in zip(found, floors, strict=True))
    yield Figure(
        what=f"{scale.overdue:,} overdue after a standstill, {WORKERS} workers; floor: bare SQL",
        product=f"{statistics.median(found):.1f} s",
        floor=f"{statistics.median(floors):.1f} s",
        share=f"{share:.1f} times",
        reach=f"{REACH_S:g} s",
        missed=statistics.median(found) > REACH_S,
    )
    yield Figure(
        what="memory of a worker after that",
        product=f"{memory:,} MB" if memory else "-",
        reach=f"{REACH_MB} MB",
        missed=memory > REACH_MB,
    )


def _stand_still(scale: Scale, number: int, now: datetime) -> Lot:
    """Due times spread over twenty hours of yesterday. Nobody is to look before we say so."""
    early, late = PASSED
    lot = Lot(
        first=20_000_000 + number * 1_000_000,
        count=scale.overdue,
        kind="follow_up",
        target_s=48 * HOUR,
        since=now - early,
        spread=early - late,
        look_after_s=1_000 * HOUR,
    )
    promise(lot)
    tidy()
    return lot


def _catch_up(ground: Ground, stage: Stage, lot: Lot) -> tuple[float, int]:
    """Seconds until every promise is noted, and the most memory of a worker, in MB."""
    with stage.sweepers(ground.url, WORKERS) as workers, _held(ground, lot) as held:
        begin = time.perf_counter()
        _run(
            "UPDATE sla_clock SET next_action_at = started_at + interval '24 hours'"
            " WHERE id BETWEEN %s AND %s",
            lot,
        )
        _wait_until(lot, left=lot.count // LOCKED_OF)
        for holder in held:
            holder.rollback()
        _wait_until(lot, left=0)
        return time.perf_counter() - begin, max(_memory_of(pid) for pid in workers)


@contextmanager
def _held(ground: Ground, lot: Lot) -> Iterator[list[psycopg.Connection[Any]]]:
    """One ticket in a hundred is locked by somebody who is at work on it."""
    holders = [psycopg.connect(ground.url) for _ in range(HOLDERS)]
    try:
        for number, holder in enumerate(holders):
            holder.execute(
                "SELECT 1 FROM work_ticket WHERE promise_id = ANY(%s) FOR NO KEY UPDATE",
                [list(range(lot.first + number * LOCKED_OF, lot.last + 1, LOCKED_OF * HOLDERS))],
            )
        yield holders
    finally:
        for holder in holders:
            holder.close()


def _wait_until(lot: Lot, *, left: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while _are_due(lot, more_than=left):
        if time.monotonic() > deadline:
            raise RuntimeError(f"clocks were not looked at after {PATIENCE_S:.0f} s")
        time.sleep(LOOK_S)


def _are_due(lot: Lot, *, more_than: int) -> bool:
    found = (
        "SELECT FROM sla_clock WHERE next_action_at <= clock_timestamp() AND id BETWEEN %s AND %s"
    )
    return _number(f"SELECT count(*) FROM ({found} LIMIT {more_than + 1}) AS due", lot) > more_than


def _check(lot: Lot) -> None:
    """Every passed rung exactly once, and every promise broken at its due time."""
    raised = _number(
        "SELECT count(*) FROM escalation_escalation WHERE clock_id BETWEEN %s AND %s", lot
    )
    broken = _number(
        "SELECT count(*) FROM sla_clock WHERE id BETWEEN %s AND %s AND state = 'breached'", lot
    )
    if (raised, broken) != (RUNGS * lot.count, lot.count):
        raise RuntimeError(f"{raised} rungs were raised and {broken} promises broken")


def _number(query: str, lot: Lot) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, [lot.first, lot.last])
        return int(cursor.fetchone()[0])


def _run(query: str, lot: Lot) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, [lot.first, lot.last])


def _memory_of(pid: int) -> int:
    """The most it has ever held, in MB; 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    found = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return int(found[0]) // 1024 if found else 0


def _floor(ground: Ground, lot: Lot) -> float:
    """Seconds for the same rows by bare SQL, one statement for five hundred, as many at once."""
    _lay_floor(lot)
    with ThreadPoolExecutor(WORKERS) as pool:
        begin = time.perf_counter()
        done = list(pool.map(lambda _: _climb_bare(ground.url), range(WORKERS)))
        seconds = time.perf_counter() - begin
    if sum(done) != lot.count:
        raise RuntimeError(f"the floor took {sum(done)} of {lot.count}")
    return seconds


def _climb_bare(url: str) -> int:
    taken = 0
    with psycopg.connect(url, autocommit=True) as server:
        while rows := server.execute(_BARE, {"batch": BATCH}).fetchall():
            taken += len(rows)
    return taken


def _lay_floor(lot: Lot) -> None:
    with connection.cursor() as cursor:
        for ours, floor in _FLOORS.items():
            cursor.execute(f"DROP TABLE IF EXISTS {floor}")
            cursor.execute(f"CREATE TABLE {floor} (LIKE {ours} INCLUDING ALL)")
        cursor.execute(
            "INSERT INTO bench_clock SELECT * FROM sla_clock WHERE id BETWEEN %s AND %s",
            [lot.first, lot.last],
        )
        cursor.execute("UPDATE bench_clock SET next_action_at = started_at + interval '24 hours'")
        cursor.execute("VACUUM ANALYZE bench_clock")


_FLOORS = {
    "sla_clock": "bench_clock",
    "sla_clockevent": "bench_clockevent",
    "work_timelineentry": "bench_entry",
    "escalation_escalation": "bench_escalation",
    "escalation_notice": "bench_notice",
}
_BARE: LiteralString = """
WITH due AS (
    SELECT id, promise_id, started_at, due_at FROM bench_clock WHERE next_action_at <= now()
    ORDER BY next_action_at, id LIMIT %(batch)s FOR NO KEY UPDATE SKIP LOCKED
), broken AS (
    UPDATE bench_clock SET state = 'breached', breached_at = due.due_at, detected_at = now(),
        next_action_at = due.due_at + interval '24 hours'
    FROM due WHERE due.id = bench_clock.id
), events AS (
    INSERT INTO bench_clockevent (clock_id, position, kind, at, data, written_at)
    SELECT id, 2, 'breached', now(), '{}', now() FROM due
), entries AS (
    INSERT INTO bench_entry (ticket_id, at, kind, actor_kind, text, reason, public)
    SELECT promise_id, now(), kind, 'clock', '', jsonb_build_object('due_at', due_at), false
    FROM due, (VALUES ('breached'), ('escalated')) AS kinds (kind)
), raised AS (
    INSERT INTO bench_escalation (ticket_id, clock_id, cycle, rung, ladder_id, ladder_version,
        what, due_at, raised_at, late_by_us, skipped)
    SELECT promise_id, id, 1, rung, 1, 1, '{"tell": ["manager"], "told": [], "did": {}}',
        due_at - interval '1 hour' * before, now(), true, skipped
    FROM due, (VALUES (1, 24, 'superseded'), (2, 12, 'superseded'), (3, 0, ''))
        AS rungs (rung, before, skipped)
    RETURNING id, skipped
), told AS (
    INSERT INTO bench_notice (last_error, escalation_id, user_id, address, again, dropped, gathered)
    SELECT '', id, 1, '', 0, '', false FROM raised WHERE skipped = ''
)
SELECT id FROM due
"""
