"""The processes of the service, by the commands that start them anywhere."""

import http.client
import os
import sys
import time
from collections.abc import Mapping

from cxloop.up.bootstrap import ROOT
from cxloop.up.children import Child
from cxloop.up.home import Home
from cxloop.up.refusal import Refusal

START_SECONDS = 40.0
STOP_ORDER = (("beat", "web", "worker"), ("broker", "database"))


def web(home: Home, environment: Mapping[str, str], *, host: str, port: int) -> Child:
    cores = os.cpu_count() or 1
    options = ["--host", host, "--port", str(port), "--workers", str(min(4, max(2, cores)))]
    return _role(
        "web",
        ["granian", "--interface", "wsgi", "--no-ws", *options, "cxloop.wsgi:application"],
        home,
        environment,
    )


def worker(home: Home, environment: Mapping[str, str]) -> Child:
    processes = min(4, max(2, os.cpu_count() or 1))
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    command = ["celery", "-A", "cxloop.celery", "worker", "--concurrency", str(processes)]
    return _role("worker", [*command, "--loglevel", "INFO", *quiet], home, environment)


def beat(home: Home, environment: Mapping[str, str]) -> Child:
    schedule = ["--schedule", str(home.path / "beat-schedule"), "--loglevel", "INFO"]
    return _role("beat", ["celery", "-A", "cxloop.celery", "beat", *schedule], home, environment)


def _role(name: str, module: list[str], home: Home, environment: Mapping[str, str]) -> Child:
    return Child(
        name=name,
        command=[sys.executable, "-m", *module],
        environment=environment,
        log=home.logs / f"{name}.log",
        folder=ROOT,
    )


def wait_until_answering(child: Child, *, host: str, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(host, port):
        if not child.is_alive() or time.monotonic() > deadline:
            raise Refusal(f"the web server did not start:\n{child.last_words(20)}")
        time.sleep(0.05)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
