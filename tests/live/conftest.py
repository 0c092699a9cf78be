import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from django.db import connection

from cxloop.up.home import free_port
from tests.services import ROOT, wait_until


def _database() -> str:
    """Of the tests, for a process of its own."""
    of = connection.settings_dict
    place = f"{of['HOST']}:{of['PORT']}" if of["PORT"] else of["HOST"]
    return f"postgresql://{quote(of['USER'])}:{quote(of['PASSWORD'])}@{place}/{of['NAME']}"


@pytest.fixture(scope="module")
def live(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real process, beside the tests' own database; its address."""
    port = free_port()
    command = ["-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "asgi"]
    manners = ["--graceful-timeout", "1", "--no-control-socket", "cxloop.asgi:application"]
    log: Path = tmp_path_factory.mktemp("live") / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, *command, *manners],
            env=os.environ | {"DATABASE_URL": _database()},
            cwd=ROOT,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: _answers(address), seconds=60)
        yield address
    finally:
        process.terminate()
        process.wait(10)
    assert "Traceback" not in log.read_text(), log.read_text()


def _answers(address: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"{address}/healthz").status_code == httpx.codes.OK
    return False
