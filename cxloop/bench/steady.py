"""An ordinary busy day: promises fall due one after the other while feedback comes in."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.db import connection

from cxloop.bench.figures import Figure
from cxloop.bench.ground import Ground, tidy
from cxloop.bench.ingest import POST
from cxloop.bench.load import Plan, put_load
from cxloop.bench.promises import Lot, promise
from cxloop.bench.scale import Scale
from cxloop.bench.servers import Stage
from cxloop.kernel.moment import moment
from tickets.sla.models import HOUR

DUE_A_SECOND = 50
POSTS_A_SECOND = 50.0
PATIENCE_S = 120.0
LOOK_S = 0.1
REACH_P99_S, REACH_MOST_S = 10.0, 20.0
FIRST = 40_000_000
FIRST_POST = 90_000_000


def measure_steady(ground: Ground, stage: Stage, scale: Scale) -> Figure:
    """Beat, workers and the web server as `up` runs them."""
    with (
        stage.product(ground.url) as port,
        stage.workers(ground.url),
        ThreadPoolExecutor(1) as pool,
    ):
        lot = _fall_due(scale, moment())
        load = pool.submit(put_load, _plan(port, ground, scale))
        late = _watch(lot)
        answered = load.result().answered
    cuts = statistics.quantiles(late, n=100, method="inclusive")
    missed = cuts[98] > REACH_P99_S or max(late) > REACH_MOST_S
    return Figure(
        what=f"{DUE_A_SECOND} due/s for {scale.steady_seconds:,.0f} s, beside {answered:,} posts",
        product=f"p50 {cuts[49]:.1f} s, p99 {cuts[98]:.1f} s, max {max(late):.1f} s",
        reach=f"p99 {REACH_P99_S:g} s, max {REACH_MOST_S:g} s",
        missed=missed,
    )


def _fall_due(scale: Scale, now: datetime) -> Lot:
    """One after the other from now on: a promise to acknowledge, with one rung at its due time."""
    lot = Lot(
        first=FIRST,
        count=int(DUE_A_SECOND * scale.steady_seconds),
        kind="acknowledge",
        target_s=24 * HOUR,
        since=now + timedelta(seconds=scale.ahead_s - 24 * HOUR),
        spread=timedelta(seconds=scale.steady_seconds),
    )
    promise(lot)
    tidy()
    return lot


def _plan(port: int, ground: Ground, scale: Scale) -> Plan:
    return Plan(
        port=port,
        path=POST,
        key=ground.key,
        first=FIRST_POST,
        seconds=scale.steady_seconds,
        rate=POSTS_A_SECOND,
    )


def _watch(lot: Lot) -> list[float]:
    """Seconds from each due time until everybody could see that it was noted."""
    late: dict[int, float] = {}
    due = {number: lot.due_at(number) for number in range(lot.first, lot.last + 1)}
    end = due[lot.last] + timedelta(seconds=PATIENCE_S)
    waiting = sorted(due, reverse=True)
    while waiting:
        now, unnoticed = _look(lot)
        passed = []
        while waiting and due[waiting[-1]] <= now:
            passed.append(waiting.pop())
        late |= {n: (now - due[n]).total_seconds() for n in passed if n not in unnoticed}
        waiting += sorted((n for n in passed if n in unnoticed), reverse=True)
        if now > end:
            raise RuntimeError(f"{len(waiting)} promises were not noted")
        time.sleep(LOOK_S)
    return list(late.values())


def _look(lot: Lot) -> tuple[datetime, set[int]]:
    """The clocks that are due and wait to be looked at; the time is asked before them."""
    now = moment()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM sla_clock WHERE next_action_at <= %s AND id BETWEEN %s AND %s",
            [now, lot.first, lot.last],
        )
        return now, {number for (number,) in cursor.fetchall()}
