"""How a replay gets on: ladders climbed whenever something is due, and the time it all took."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Min

from tickets.escalation.sweeps import climb_ladders
from tickets.sla.models import Clock


class Stages:
    """How many rows each has taken, and for how many seconds it was at work."""

    def __init__(self) -> None:
        self.taken: dict[str, tuple[int, float]] = {}

    def timed(self, stage: str, work: Callable[[], int]) -> None:
        begin = time.perf_counter()
        done = work()
        rows, seconds = self.taken.get(stage, (0, 0.0))
        self.taken[stage] = rows + done, seconds + time.perf_counter() - begin


def climb_until(end: datetime, stages: Stages, *, pause: timedelta) -> None:
    """The sweep comes a `pause` after the first clock has fallen due."""
    while (due := _next_look()) is not None and due + pause <= end:
        climb(due + pause, stages)


def climb(now: datetime, stages: Stages) -> None:
    stages.timed("ladders", lambda: climb_ladders(clock=lambda: now))


def _next_look() -> datetime | None:
    found: datetime | None = Clock.objects.aggregate(next=Min("next_action_at"))["next"]
    return found
