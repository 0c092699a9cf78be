"""The servers that are measured: started as `up` starts them, on a database of the benchmarks."""

import os
import socket
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings

from cxloop.up import roles
from cxloop.up.bootstrap import ROOT
from cxloop.up.children import Child, Nursery
from cxloop.up.home import Home, free_port

START_SECONDS = 40.0
# So that no worker of an installation takes up what belongs to the benchmarks.
REDIS_DATABASE = 15
SWEEPER = "bench-sweeper"
FLOOR = "cxloop.bench.floor:application"


@dataclass(frozen=True)
class Stage:
    """Where the benchmarks' processes live: they end with us, whatever becomes of us."""

    home: Home
    nursery: Nursery

    @contextmanager
    def product(self, database: str) -> Iterator[int]:
        """The web server of the product; its port."""
        with self._web(database) as port:
            yield port

    @contextmanager
    def floor(self, database: str) -> Iterator[int]:
        """The same server in front of the floor's view; its port."""
        with self._web(database, application=FLOOR) as port:
            yield port

    @contextmanager
    def door(self, database: str) -> Iterator[int]:
        """Where mail servers hand over; its port."""
        port, environment = free_port(), _environment(self.home, database)
        child = roles.mail(self.home, environment, host="127.0.0.1", port=port)
        with self._running([child]):
            child.wait_until(lambda: _listens(port), seconds=START_SECONDS)
            yield port

    @contextmanager
    def workers(self, database: str) -> Iterator[None]:
        """Celery's workers and beat."""
        environment = _environment(self.home, database)
        children = [*roles.workers(self.home, environment), roles.beat(self.home, environment)]
        with self._running(children):
            yield

    @contextmanager
    def sweepers(self, database: str, count: int) -> Iterator[list[int]]:
        """Processes that climb ladders and do nothing else; their numbers, once they live."""
        children = [self._sweeper(f"sweeper{n}", database) for n in range(count)]
        with self._running(children):
            for child in children:
                child.wait_until(lambda: _sweeping(database) == count, seconds=START_SECONDS)
            yield [child.process.pid for child in children if child.process]

    def _sweeper(self, name: str, database: str) -> Child:
        return Child(
            name=name,
            command=[sys.executable, str(ROOT / "manage.py"), "sweep", "ladders"],
            environment=_environment(self.home, _named(database, SWEEPER)),
            log=self.home.logs / f"{name}.log",
            folder=ROOT,
        )

    @contextmanager
    def _web(self, database: str, application: str = "") -> Iterator[int]:
        port = free_port()
        child = roles.web(self.home, _environment(self.home, database), host="127.0.0.1", port=port)
        if application:
            child = replace(child, command=[*child.command[:-1], application])
        with self._running([child]):
            child.wait_until(lambda: _listens(port), seconds=START_SECONDS)
            yield port

    @contextmanager
    def _running(self, children: Sequence[Child]) -> Iterator[None]:
        for child in children:
            self.nursery.start(child)
        try:
            yield
        finally:
            self.nursery.stop(children, 5.0)


@contextmanager
def open_stage() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(prefix="cxloop-bench-") as folder:
        home = Home(Path(folder))
        home.logs.mkdir()
        nursery = Nursery()
        try:
            yield Stage(home, nursery)
        finally:
            nursery.close()


def _environment(home: Home, database: str) -> dict[str, str]:
    """The key of the benchmarks may post without end; the limit is counted all the same."""
    redis = urlunsplit(urlsplit(settings.REDIS_URL)._replace(path=f"/{REDIS_DATABASE}"))
    return os.environ | {
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "CXLOOP_HOME": str(home.path),
        "CXLOOP_LIMIT_SK": "1000000000",
        "CXLOOP_BOOTSTRAP": "0",
    }


def _named(database: str, application: str) -> str:
    """Its connections can be told from all others."""
    parts = urlsplit(database)
    said = [part for part in (parts.query, f"application_name={application}") if part]
    return urlunsplit(parts._replace(query="&".join(said)))


def _sweeping(database: str) -> int:
    """How many of them have found the database."""
    connected = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
    with psycopg.connect(database) as server:
        return int(server.execute(connected, [SWEEPER]).fetchall()[0][0])


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False
