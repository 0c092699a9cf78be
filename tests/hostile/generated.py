"""What schemathesis makes of the schema: what fits it, and what does not."""

from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import urlsplit

import requests
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.schemas import APIOperation

from tests.hostile.bent import Operation
from tests.hostile.sending import Shot

OURS = {"host", "content-length", "authorization", "connection", "user-agent", "accept-encoding"}


def cases(operation: APIOperation, mode: GenerationMode, *, number: int, start: int) -> list[Case]:
    """The same ones for the same start."""
    found: list[Case] = []

    @seed(start)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def collect(case: Case) -> None:
        found.append(case)

    try:
        collect()
    except Unsatisfiable:
        return []
    return found


def generate(
    described: APIOperation, operation: Operation, rng: Random, number: int
) -> Iterator[Shot]:
    """Half of them fit. Of the places that they name most are led to where something is."""
    start = rng.randrange(2**32)
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        for case in cases(described, mode, number=number // 2, start=start):
            yield _shot(case, operation, mode.value, is_led=rng.random() < 0.8)


def _shot(case: Case, operation: Operation, kind: str, *, is_led: bool) -> Shot:
    asked: dict[str, Any] = case.as_transport_kwargs(base_url="http://house")
    prepared = requests.Request(**asked).prepare()
    parts = urlsplit(str(prepared.url))
    path = operation.aim.target if is_led else parts.path
    body = prepared.body
    return Shot(
        operation.label,
        kind,
        operation.aim.method,
        f"{path}?{parts.query}" if parts.query else path,
        tuple(_headers(prepared)),
        body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body,
        operation.aim.documented,
    )


def _headers(prepared: requests.PreparedRequest) -> Iterator[tuple[str, str]]:
    for name, value in prepared.headers.items():
        value = value.decode("latin-1") if isinstance(value, bytes) else value
        if name.lower() not in OURS and not name.lower().startswith("x-schemathesis"):
            yield name, value.encode("latin-1", "ignore").decode("latin-1")
