"""One feedback a request, and how long until it is a ticket."""

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from uuid import UUID

from django.db import connection

from cxloop.bench.figures import Figure, Pairs, measure_in_turn, per_second, rates
from cxloop.bench.ground import Ground, forget_arrivals
from cxloop.bench.load import Plan, put_load
from cxloop.bench.scale import Scale
from cxloop.bench.servers import Stage

POST = "/api/v1/feedback"
WARM_UP_SECONDS = 1.0
LOOK_SECONDS = 0.02
RATE = 100.0
PATIENCE_SECONDS = 30.0

# What is said is numbered through, so that every plan has customers of its own.
_blocks = count(1_000_000, 100_000)


def measure_ingest(ground: Ground, stage: Stage, scale: Scale) -> Iterator[Figure]:
    with stage.product(ground.url) as product, stage.floor(ground.url) as floor:
        for customers, what in ((True, "with a customer"), (False, "of nobody known")):
            ours = _plan(product, ground, seconds=scale.seconds, customers=customers)
            pairs = _posts(ours, replace(ours, port=floor, path="/floor"), scale)
            stored = f"{scale.stored:,} stored"
            yield rates(f"one feedback a request, {what}, {stored}", pairs, reach=0.5)


def measure_stored(big: Ground, little: Ground, stage: Stage, scale: Scale) -> Figure:
    """The same work on much and on little: a cost that grows with what is stored shows here."""
    with stage.product(big.url) as much, stage.product(little.url) as few:
        ours = _plan(much, big, seconds=scale.seconds)
        pairs = _posts(ours, replace(ours, port=few, key=little.key), scale)
    return Figure(
        what=f"one feedback with {scale.stored:,} against {scale.little:,} stored",
        product=per_second(pairs.product),
        floor=per_second(pairs.floor),
        share=f"{1 / pairs.share:.2f} times",
        reach="1.15 times",
        missed=1 / pairs.share > 1.15,
    )


def measure_latency(ground: Ground, stage: Stage, scale: Scale) -> Figure:
    """Every post is unhappy and opens a ticket; beat, workers and nudges as `up` runs them."""
    forget_arrivals()
    with stage.product(ground.url) as port, stage.workers(ground.url):
        _wait_for_tickets(_plan(port, ground, seconds=WARM_UP_SECONDS, rate=RATE))
        waits = []
        for _ in range(scale.pairs):
            plan = _plan(port, ground, seconds=scale.paced_seconds, rate=RATE)
            waits += _wait_for_tickets(plan)
    cuts = statistics.quantiles(waits, n=100, method="inclusive")
    return Figure(
        what=f"posted -> ticket in the queue, at {RATE:.0f} posts/s",
        product=f"p50 {cuts[49]:.2f} s, p99 {cuts[98]:.2f} s",
        reach="p50 0.5 s, p99 2 s",
        missed=cuts[49] > 0.5 or cuts[98] > 2,
    )


def _wait_for_tickets(plan: Plan) -> list[float]:
    """Seconds from when each post was due until whoever reads the queue could see its ticket."""
    seen: dict[str, float] = {}
    before = _newest_ticketed()
    with ThreadPoolExecutor(1) as pool:
        load = pool.submit(put_load, plan)
        while not load.done():
            _look(seen, before)
    ids = load.result().ids
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not seen.keys() >= {id for id, _ in ids} and time.monotonic() < deadline:
        _look(seen, before)
    if missing := len(ids) - len(seen):
        raise RuntimeError(f"{missing} posts were no ticket after {PATIENCE_SECONDS:.0f} s")
    return [seen[id] - due for id, due in ids]


def _look(seen: dict[str, float], before: str) -> None:
    """Ids are ordered by time, so those of this round are the last in the index."""
    time.sleep(LOOK_SECONDS)
    ticketed = "SELECT feedback_id::text FROM work_ticketfeedback WHERE feedback_id > %s"
    with connection.cursor() as cursor:
        cursor.execute(ticketed, [before])
        for (id,) in cursor.fetchall():
            seen.setdefault(id, time.monotonic())


def _newest_ticketed() -> str:
    newest = "SELECT feedback_id::text FROM work_ticketfeedback ORDER BY feedback_id DESC LIMIT 1"
    with connection.cursor() as cursor:
        cursor.execute(newest)
        row = cursor.fetchone()
        return row[0] if row else str(UUID(int=0))


def _posts(product: Plan, floor: Plan, scale: Scale) -> Pairs:
    for plan in (product, floor):
        put_load(replace(plan, first=next(_blocks), seconds=WARM_UP_SECONDS))
    return measure_in_turn(
        lambda: put_load(replace(product, first=next(_blocks))).per_second,
        lambda: put_load(replace(floor, first=next(_blocks))).per_second,
        pairs=scale.pairs,
    )


def _plan(
    port: int,
    ground: Ground,
    *,
    seconds: float,
    customers: bool = True,
    rate: float | None = None,
) -> Plan:
    return Plan(
        port=port,
        path=POST,
        key=ground.key,
        first=next(_blocks),
        seconds=seconds,
        customers=customers,
        rate=rate,
    )
