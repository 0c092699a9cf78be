"""The history of all tickets, walked on from an entry: how a later room finds what has changed,
without anybody telling it. It costs what is new, never what is stored, and may come late or twice.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

from tickets.work.models import TimelineEntry

A_STRETCH = 5_000
# More than a house writes in a minute.
STRETCHES_A_PASS = 20
# Whoever writes history has committed by then, so that no number is passed before it is seen.
SETTLED = timedelta(minutes=5)


class Passed(NamedTuple):
    entry: int
    ticket: int
    at: datetime
    kind: str


def next_stretch(entry: int, *, now: datetime) -> list[Passed]:
    """What is settled of the entries after that one, at most `A_STRETCH`, by number."""
    rows = TimelineEntry.objects.filter(pk__gt=entry).order_by("pk")
    ahead = rows.values_list("pk", "ticket", "at", "kind")[:A_STRETCH]
    return list(takewhile(lambda one: one.at <= now - SETTLED, (Passed(*row) for row in ahead)))


def newest_settled(*, now: datetime) -> int:
    """From where to walk for whoever needs nothing of before; 0 where there is nothing."""
    settled = TimelineEntry.objects.filter(at__lte=now - SETTLED).order_by("-pk")
    return settled.values_list("pk", flat=True).first() or 0


def walk_on(step: Callable[[], int]) -> None:
    """Stretch by stretch until the present is reached, or a pass is long enough. `step` passes one
    in a transaction of its own, and says how many entries."""
    for _ in range(STRETCHES_A_PASS):
        if step() < A_STRETCH:
            break
