"""Versions of what admins write, each with what it changed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")

MOST_SHOWN = 30


@dataclass(frozen=True)
class VersionTold(Generic[Row]):
    """`changes` is None of the first version, and of the last that is shown: against what, nobody
    asks. An empty list is a version that says the same."""

    row: Row
    changes: list[str] | None
    is_newest: bool


def told_versions(
    rows: Sequence[Row], differences: Callable[[Row, Row], Iterator[str]]
) -> list[VersionTold[Row]]:
    """`rows` newest first, one more than is shown where there are more."""
    told = []
    for place, row in enumerate(rows[:MOST_SHOWN]):
        before = rows[place + 1] if place + 1 < len(rows) else None
        changes = None if before is None else list(differences(before, row))
        told.append(VersionTold(row, changes, is_newest=place == 0))
    return told
