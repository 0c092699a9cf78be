"""What a page costs in the database: how many statements, and how long they take."""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection


@dataclass
class Watched:
    """`ms`, statement by statement."""

    ms: list[float] = field(default_factory=list)

    def __call__(self, execute: Any, *statement: Any) -> Any:
        begin = time.perf_counter()
        try:
            return execute(*statement)
        finally:
            self.ms.append(1000 * (time.perf_counter() - begin))


@contextmanager
def watched() -> Iterator[Watched]:
    watch = Watched()
    with connection.execute_wrapper(watch):
        yield watch


def p95(found: Sequence[float]) -> float:
    return statistics.quantiles(found, n=20, method="inclusive")[18]
