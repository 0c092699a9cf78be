"""The processes of the service, by the commands that start them anywhere."""

import http.client
import os
import sys
from collections.abc import Mapping

from cxloop.up.bootstrap import ROOT
from cxloop.up.children import Child
from cxloop.up.home import Home

STOP_ORDER = (("beat", "web", "worker"), ("broker", "database"))


def web(home: Home, environment: Mapping[str, str], *, host: str, port: int) -> Child:
    """gunicorn, not granian: granian's workers outlive a main process that is killed."""
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    command = ["gunicorn", "--bind", bind, "--workers", str(_processes()), "--threads", "8"]
    manners = ["--worker-class", "gthread", "--no-control-socket", "--graceful-timeout", "3"]
    return _role("web", [*command, *manners, "cxloop.wsgi:application"], home, environment)


def worker(home: Home, environment: Mapping[str, str]) -> Child:
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    command = ["celery", "-A", "cxloop.celery", "worker", "--concurrency", str(_processes())]
    return _role("worker", [*command, "--loglevel", "INFO", *quiet], home, environment)


def beat(home: Home, environment: Mapping[str, str]) -> Child:
    schedule = ["--schedule", str(home.path / "beat-schedule"), "--loglevel", "INFO"]
    return _role("beat", ["celery", "-A", "cxloop.celery", "beat", *schedule], home, environment)


def _processes() -> int:
    return min(4, max(2, os.cpu_count() or 1))


def _role(name: str, module: list[str], home: Home, environment: Mapping[str, str]) -> Child:
    return Child(
        name=name,
        command=[sys.executable, "-m", *module],
        environment=environment,
        log=home.logs / f"{name}.log",
        folder=ROOT,
    )


def answers(host: str, port: int) -> bool:
    """Whether the web server says that it is up."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
