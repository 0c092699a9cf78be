"""The processes of the service, by the commands that start them anywhere."""

import http.client
import os
import socket
import sys
from collections.abc import Mapping

from cxloop.up.bootstrap import ROOT
from cxloop.up.children import Child
from cxloop.up.home import Home

# Name by name, and how many seconds they have; ten are promised for all.
STOP_ORDER = (
    (("watch", "beat", "web", "live", "mail", "fetch", "worker", "letters"), 4.0),
    (("broker", "database"), 5.0),
)


def web(home: Home, environment: Mapping[str, str], *, host: str, port: int) -> Child:
    """gunicorn, not granian: granian's workers outlive a main process that is killed."""
    command = [*_gunicorn(host, port), "--workers", str(_processes()), "--threads", "8"]
    manners = ["--worker-class", "cxloop.web_worker.Worker", "--graceful-timeout", "3"]
    return _role("web", [*command, *manners, "cxloop.wsgi:application"], home, environment)


def live(home: Home, environment: Mapping[str, str], *, host: str, port: int) -> Child:
    """Streams never end by themselves, so nobody waits for their end."""
    command = [*_gunicorn(host, port), "--workers", "1", "--worker-connections", "10000"]
    manners = ["--worker-class", "asgi", "--graceful-timeout", "1"]
    return _role("live", [*command, *manners, "cxloop.asgi:application"], home, environment)


def mail(home: Home, environment: Mapping[str, str], *, host: str, port: int) -> Child:
    """Mail servers hand over here: a process of its own, one that dawdles holds up no page."""
    command = [sys.executable, str(ROOT / "manage.py"), "receive_smtp"]
    where = ["--host", host, "--port", str(port)]
    return Child("mail", [*command, *where], environment, log=home.logs / "mail.log", folder=ROOT)


def fetch(home: Home, environment: Mapping[str, str]) -> Child:
    """Mailboxes elsewhere: a process of its own, since it waits for servers of others."""
    command = [sys.executable, str(ROOT / "manage.py"), "fetch_mail"]
    return Child("fetch", command, environment, log=home.logs / "fetch.log", folder=ROOT)


def _gunicorn(host: str, port: int) -> list[str]:
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return ["gunicorn", "--bind", bind, "--no-control-socket", "--preload"]


def workers(home: Home, environment: Mapping[str, str]) -> list[Child]:
    """Letters have a worker of their own: a mail server that hangs must not hold up a clock."""
    sweeps = _takes("sweeps", processes=_processes())
    letters = _takes("letters", processes=1)
    return [
        _role("worker", sweeps, home, environment),
        _role("letters", letters, home, environment),
    ]


def _takes(queue: str, *, processes: int) -> list[str]:
    command = ["celery", "-A", "cxloop.celery", "worker", "--queues", queue, "--hostname", queue]
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [*command, "--concurrency", str(processes), "--loglevel", "WARNING", *alone]


def beat(home: Home, environment: Mapping[str, str]) -> Child:
    command = ["celery", "-A", "cxloop.celery", "beat", "--loglevel", "WARNING"]
    return _role("beat", command, home, environment)


def watch(home: Home, environment: Mapping[str, str]) -> Child:
    """Looks whether the others keep their time, and stands in for them where they do not; knows
    neither Celery nor the broker."""
    command = [sys.executable, str(ROOT / "manage.py"), "sweep", "watchdog", "--stand-in"]
    return Child("watch", command, environment, log=home.logs / "watch.log", folder=ROOT)


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


def takes_mail(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=5) as line:
            return line.recv(3) == b"220"
    except OSError:
        return False


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
