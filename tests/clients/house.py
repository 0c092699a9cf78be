"""The real web process beside a database of its own, which can go away and come back."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg

from cxloop.aside import database_aside
from cxloop.up.home import free_port
from feedback.intake.models import Source, SourceKey
from tests.makers import make_source, make_source_key
from tests.services import ROOT, wait_until

SERVE = ("-m", "gunicorn", "--worker-class", "cxloop.web_worker.Worker", "--threads", "8")
MANNERS = ("--graceful-timeout", "1", "--no-control-socket", "cxloop.wsgi:application")
SLUG = "shop"


@dataclass
class House:
    """One source with a key of each kind. `database` is the URL for whoever counts."""

    database: str
    log: Path
    secret: str
    publishable: str
    identity_secret: str
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self, **environment: str) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *SERVE, "--bind", f"127.0.0.1:{self.port}", *MANNERS],
                env=os.environ | {"DATABASE_URL": self.database} | environment,
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_until(self._answers, seconds=60)

    def _answers(self) -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/healthz").status_code == httpx.codes.OK
        return False

    def close(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def ask(self, question: str, *values: Any) -> Any:
        """The first column of the first row."""
        with psycopg.connect(self.database) as connection:
            row = connection.execute(question, values).fetchone()
        return row[0] if row else None

    def count(self, beginning: str) -> int:
        """How much was stored that begins with these words."""
        question = "SELECT count(*) FROM intake_feedback WHERE comment LIKE %s"
        return int(self.ask(question, f"{beginning}%"))

    def count_different(self, beginning: str) -> int:
        question = "SELECT count(DISTINCT comment) FROM intake_feedback WHERE comment LIKE %s"
        return int(self.ask(question, f"{beginning}%"))


@contextmanager
def house_in(folder: Path) -> Iterator[House]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    with database_aside(f"clients_{worker}") as database:
        source = make_source(SLUG)
        secret = make_source_key(source, SourceKey.Kind.SECRET)
        publishable = make_source_key(source)
        signs = Source.objects.get(slug=SLUG).identity_secret
        house = House(database, folder / "log", secret, publishable, signs)
        try:
            yield house
        finally:
            house.close()
    assert "Traceback" not in house.log.read_text(), house.log.read_text()
