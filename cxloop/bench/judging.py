"""A backlog is judged, as after a night without workers."""

import statistics
import time

from cxloop.bench.figures import Figure, per_second
from cxloop.bench.ground import Ground, forget_arrivals, pile_up
from cxloop.bench.scale import Scale
from tickets.work.sweeps import triage_arrivals


def measure_triage(ground: Ground, scale: Scale) -> Figure:
    """In this process, as each worker process does it; in as many parts as there are pairs."""
    forget_arrivals()
    pile_up(ground, scale.backlog)
    part = -(-scale.backlog // scale.pairs)
    found = [_judge(part) for _ in range(scale.pairs)]
    return Figure(
        what=f"triage of {scale.backlog:,}, 50 rules, one in five a ticket, one process",
        product=per_second(found),
        reach="2,000/s",
        missed=statistics.median(found) < 2000,
    )


def _judge(limit: int) -> float:
    begin = time.perf_counter()
    judged = triage_arrivals(limit=limit)
    return judged / (time.perf_counter() - begin)
