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
from typing import Any, LiteralString

import psycopg
from django.core.management import call_command
from psycopg.types.string import TextLoader

from cxloop.bench.figures import Figure, Pairs, rates
from cxloop.bench.ground import FLOORS, Ground, forget_arrivals
from cxloop.bench.said import CSV_MAP, as_csv, as_json, submission
from cxloop.bench.scale import Scale
from cxloop.bench.servers import Stage

BATCH = 1000

_blocks = count(50_000_000, 100_000)


def measure_batch(ground: Ground, stage: Stage, scale: Scale) -> Iterator[Figure]:
    forget_arrivals()
    with stage.product(ground.url) as port, _Floor.over(ground.url) as floor:
        post = partial(_post_batch, port, ground.key)
        post()
        yield from floor.measure(f"batch of {BATCH:,} over HTTP", post, scale)


def measure_import(ground: Ground, scale: Scale) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder, _Floor.over(ground.url) as floor:
        read = partial(_import_file, Path(folder), ground.source.slug, scale.imported)
        yield from floor.measure(f"CSV import of {scale.imported:,}", read, scale)


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
    """COPY of rows that the product has just written, into tables with the same indexes."""

    def __init__(self, server: psycopg.Connection[Any]) -> None:
        self.server = server

    @classmethod
    @contextmanager
    def over(cls, url: str) -> Iterator["_Floor"]:
        with psycopg.connect(url, autocommit=True) as server:
            server.adapters.register_loader("jsonb", TextLoader)
            yield cls(server)

    def measure(
        self, what: str, product: Callable[[], float], scale: Scale
    ) -> tuple[Figure, Figure]:
        """Beside COPY of all that was written for the feedback, and of the feedback alone."""
        all_of_it, alone = Pairs([], []), Pairs([], [])
        for _ in range(scale.pairs):
            forget_arrivals()
            rate = product()
            seconds = {table: self._copy(table) for table in FLOORS}
            heard = self._count()
            for pairs, floor in (
                (all_of_it, sum(seconds.values())),
                (alone, seconds["intake_feedback"]),
            ):
                pairs.product.append(rate)
                pairs.floor.append(heard / floor)
        return (
            rates(f"{what}; floor: COPY of all its rows", all_of_it, reach=0.2),
            rates(f"{what}; floor: COPY of the feedback alone", alone, reach=0.2),
        )

    def _copy(self, table: str) -> float:
        """Seconds, from the values that any program would have in hand."""
        rows = self.server.execute(_JUST_WRITTEN[table]).fetchall()
        begin = time.perf_counter()
        with self.server.cursor().copy(f"COPY {FLOORS[table]} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return time.perf_counter() - begin

    def _count(self) -> int:
        return int(self.server.execute("SELECT count(*) FROM intake_arrival").fetchall()[0][0])


_HEARD = (
    "intake_feedback AS feedback JOIN intake_arrival AS heard ON heard.feedback_id = feedback.id"
)
_JUST_WRITTEN: dict[str, LiteralString] = {
    "intake_customer": "SELECT customer.* FROM intake_customer AS customer WHERE id IN "
    f"(SELECT customer_id FROM {_HEARD})",
    "intake_feedback": f"SELECT feedback.* FROM {_HEARD}",
    "intake_arrival": "SELECT * FROM intake_arrival",
}
