"""The broker only wakes workers: mute, dead or emptied, it loses nothing and slows nobody."""

import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import psutil
import pytest

from tests.services import Service, processes_of, wait_until

QUICK = 10.0  # seconds for a post while the broker says nothing, on a busy machine


@pytest.fixture
def web(running_service: Service) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running_service.base_url, timeout=60) as client:
        yield client


def brokers_of(service: Service) -> list[psutil.Process]:
    return [p for p in processes_of(service.home) if _is_broker(p)]


def _is_broker(process: psutil.Process) -> bool:
    with suppress(psutil.Error):  # it has just ended
        return "valkey" in process.name()
    return False


def broker_of(service: Service) -> psutil.Process:
    wait_until(lambda: bool(brokers_of(service)), seconds=120)
    return brokers_of(service)[0]


def post(service: Service, web: httpx.Client, name: str) -> str:
    body = {
        "score": {"type": "nps", "value": 1},
        "comment": "Nobody answers",
        "customer": {"email": f"{name}@example.com"},
    }
    headers = {"Authorization": f"Bearer {service.demo['publishable_key']}"}
    answer = web.post("/api/v1/feedback", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def ticket_of(service: Service, web: httpx.Client, feedback: str) -> Any:
    token = service.demo["users"]["agent"]["token"]
    headers = {"Authorization": f"Bearer {token}"}
    return web.get(f"/api/v1/feedback/{feedback}", headers=headers).json()["ticket"]


def test_a_mute_broker_slows_nobody_and_loses_nothing(
    running_service: Service, web: httpx.Client
) -> None:
    broker = broker_of(running_service)
    broker.send_signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        posted = [post(running_service, web, f"mute{n}") for n in range(3)]
        assert time.monotonic() - began < 3 * QUICK
    finally:
        broker.send_signal(signal.SIGCONT)
    for feedback in posted:
        wait_until(lambda f=feedback: ticket_of(running_service, web, f), seconds=240)


def test_a_broker_that_dies_comes_back_and_nothing_was_lost(
    running_service: Service, web: httpx.Client
) -> None:
    broker = broker_of(running_service)
    broker.kill()
    feedback = post(running_service, web, "killed")
    wait_until(lambda: broker_of(running_service).pid != broker.pid, seconds=120)
    wait_until(lambda: ticket_of(running_service, web, feedback), seconds=240)
    assert broker_of(running_service).pid != broker.pid


def test_strictly_it_is_not_ready_without_its_sweeps(
    running_service: Service, web: httpx.Client
) -> None:
    assert web.get("/healthz").json() == {"status": "ok"}
    wait_until(lambda: web.get("/readyz?strict=1").status_code == 200, seconds=240)
    broker = broker_of(running_service)
    broker.send_signal(signal.SIGSTOP)
    try:
        strict, plain = web.get("/readyz?strict=1"), web.get("/readyz")
    finally:
        broker.send_signal(signal.SIGCONT)
    assert (strict.status_code, plain.status_code) == (503, 200)
    assert plain.json()["status"] == "degraded"
    assert plain.json()["checks"]["database"] == "ok"
