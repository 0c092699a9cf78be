"""The sweep that finds nothing to do, as it does nearly always: its cost must not grow with what is
stored."""

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from django.db.models import QuerySet

from cxloop.aside import moved_to
from cxloop.bench.figures import Figure, Measure, in_ms, measure_in_turn
from cxloop.bench.ground import Ground
from cxloop.bench.scale import Scale
from cxloop.kernel.moment import moment
from tickets.escalation.models import Notice
from tickets.escalation.sweeps import climb_ladders
from tickets.sla.models import Clock

PASSES = 30
REACH_MS, REACH_TIMES = 5.0, 1.2


def measure_idle(big: Ground, little: Ground, scale: Scale) -> Iterator[Figure]:
    with psycopg.connect(big.url) as server:
        found = measure_in_turn(_sweep, lambda: _ask(server), pairs=scale.pairs)
    what = f"idle sweep of {scale.stored:,} running clocks"
    yield Figure(
        what=f"{what}; floor: its two statements",
        product=in_ms(found.product),
        floor=in_ms(found.floor),
        share=f"{found.times:.2f} times",
        reach=f"{REACH_MS:g} ms",
        missed=statistics.median(found.product) > REACH_MS,
    )
    found = measure_in_turn(_sweep, _elsewhere(little, _sweep), pairs=scale.pairs)
    yield Figure(
        what=f"{what}; floor: the same of {scale.little:,}",
        product=in_ms(found.product),
        floor=in_ms(found.floor),
        share=f"{found.times:.2f} times",
        reach=f"{REACH_TIMES:g} times",
        missed=found.times > REACH_TIMES,
    )


def _sweep() -> float:
    """The median of some passes, in milliseconds, once the connection stands."""
    climb_ladders()
    return _median(climb_ladders)


def _elsewhere(ground: Ground, measure: Measure) -> Measure:
    def measured() -> float:
        with moved_to(ground.name):
            return measure()

    return measured


def _ask(server: psycopg.Connection[Any]) -> float:
    """What the sweep asks, a transaction each, as any program would send it."""
    now = moment()
    due: list[QuerySet[Any]] = [
        Clock.objects.to_look_at(now)[:500],
        Notice.objects.untold(now)[:1000],
    ]
    locking = " FOR NO KEY UPDATE SKIP LOCKED"

    def ask() -> int:
        for query, values in statements:
            with server.transaction():
                server.execute(query, values)
        return 0

    compiled = [rows.query.get_compiler("default").as_sql() for rows in due]
    statements = [(sql.encode() + locking.encode(), values) for sql, values in compiled]
    return _median(ask)


def _median(work: Callable[[], int]) -> float:
    found = []
    for _ in range(PASSES):
        begin = time.perf_counter()
        if work():
            raise RuntimeError("something was due in a sweep that was to find nothing")
        found.append(1000 * (time.perf_counter() - begin))
    return statistics.median(found)
