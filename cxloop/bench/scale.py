"""How much is stored and how long is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Scale:
    """`seconds` of one half of a pair at full speed; `paced_seconds` of one round at a rate;
    `looks` at each page. `ahead_s` is for workers to start and rows to be written, before the first
    of them falls due."""

    stored: int = 1_000_000
    little: int = 10_000
    pairs: int = 7
    seconds: float = 3.0
    paced_seconds: float = 6.0
    backlog: int = 100_000
    imported: int = 20_000
    batches: int = 3
    overdue: int = 100_000
    standstills: int = 3
    steady_seconds: float = 600.0
    ahead_s: float = 30.0
    looks: int = 100


QUICK = Scale(
    stored=2_000,
    little=500,
    pairs=1,
    seconds=0.5,
    paced_seconds=1.0,
    backlog=1_000,
    imported=500,
    batches=1,
    overdue=1_000,
    standstills=1,
    steady_seconds=6.0,
    ahead_s=4.0,
    looks=5,
)
