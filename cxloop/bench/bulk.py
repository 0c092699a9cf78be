"""Many at once: a batch over HTTP and a file, each beside COPY of the very same rows."""

import http.client
import io
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command

from cxloop.bench.figures import Figure, Pairs, rates
from cxloop.bench.ground import FLOOR_TABLE, Ground, forget_arrivals
from cxloop.bench.said import CSV_MAP, as_csv, as_json, submission
from cxloop.bench.scale import Scale
from cxloop.bench.servers import Stage

BATCH = 1000

_blocks = count(50_000_000, 100_000)


def measure_batch(ground: Ground, stage: Stage, scale: Scale) -> Figure:
    forget_arrivals()
    with stage.product(ground.url) as port, _Floor.over(ground.url) as floor:
        post = partial(_post_batch, port, ground.key)
        post()
        pairs = floor.measure(post, scale)
    return rates("batch of 1,000 over HTTP", pairs, reach=0.2)


def measure_import(ground: Ground, scale: Scale) -> Figure:
    forget_arrivals()
    with tempfile.TemporaryDirectory() as folder, _Floor.over(ground.url) as floor:
        read = partial(_import_file, Path(folder), ground.source.slug, scale.imported)
        pairs = floor.measure(read, scale)
    return rates(f"CSV import of {scale.imported:,}", pairs, reach=0.2)


def _post_batch(port: int, key: str) -> float:
    """Rows a second."""
    first = next(_blocks)
    body = as_json({"items": [submission(n) for n in range(first, first + BATCH)]})
    caller = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        begin = time.perf_counter()
        caller.request("POST", "/api/v1/feedback/batch", body, {"Authorization": f"Bearer {key}"})
        answer = json.load(caller.getresponse())
        seconds = time.perf_counter() - begin
    finally:
        caller.close()
    assert [item["status"] for item in answer["results"]] == [201] * BATCH, answer["results"][:1]
    return BATCH / seconds


def _import_file(folder: Path, source: str, rows: int) -> float:
    """Rows a second."""
    file = folder / "feedback.csv"
    file.write_text(as_csv(next(_blocks), rows), encoding="utf-8")
    said = io.StringIO()
    begin = time.perf_counter()
    call_command("import_feedback", str(file), source=source, map=list(CSV_MAP), stdout=said)
    seconds = time.perf_counter() - begin
    assert f"{rows} written" in said.getvalue(), said.getvalue()
    return rows / seconds


class _Floor:
    """COPY into the floor's table, of rows that the product has just written."""

    def __init__(self, server: psycopg.Connection[Any]) -> None:
        self.server = server

    @classmethod
    @contextmanager
    def over(cls, url: str) -> Iterator["_Floor"]:
        with psycopg.connect(url, autocommit=True) as server:
            yield cls(server)

    def measure(self, product: Callable[[], float], scale: Scale) -> Pairs:
        forget_arrivals()
        found = Pairs([], [])
        for _ in range(scale.pairs):
            found.product.append(product())
            found.floor.append(self._copy(self._just_heard()))
            forget_arrivals()
        return found

    def _just_heard(self) -> list[bytes]:
        """As COPY writes and reads them: nothing is left to be made of values."""
        with self.server.cursor().copy(f"COPY ({_JUST_HEARD}) TO STDOUT") as copy:
            return [bytes(row) for row in copy]

    def _copy(self, rows: list[bytes]) -> float:
        """Rows a second."""
        whole = b"".join(rows)
        begin = time.perf_counter()
        with self.server.cursor().copy(f"COPY {FLOOR_TABLE} FROM STDIN") as copy:
            copy.write(whole)
        return len(rows) / (time.perf_counter() - begin)


_JUST_HEARD = """
SELECT feedback.* FROM intake_feedback AS feedback
JOIN intake_arrival AS arrival ON arrival.feedback_id = feedback.id
"""
