"""The servers of the tests: PostgreSQL and Valkey of our own, or those that the environment names.

A plugin (`-p tests.servers`), so that they are up before pytest-django reads the settings.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection
from xdist.scheduler import LoadFileScheduling

from cxloop.up import postgres
from cxloop.up.home import Home
from cxloop.up.installation import running
from tests.services import ROOT, wait_until

# The data of tests may be lost with the machine.
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "max_locks_per_transaction": "256",
}


RUNNING = "tests/running/"
TEMPLATE = "migrated"
# Minutes of waiting for processes: begun first, so that they do not keep one core idle at the end.
LONG = (
    RUNNING,
    "tests/wiring/test_bench.py",
    "tests/lived/",
    "tests/up/test_start_up.py",
    "tests/faults/",
    "tests/wiring/",
    "tests/up/",
    "tests/verify/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    turns = (turn for turn, path in enumerate(LONG) if item.nodeid.startswith(path))
    return next(turns, len(LONG))


class ByFile(LoadFileScheduling):
    """What a file starts for all its tests is started once; so is the service of a whole folder."""

    def _split_scope(self, nodeid: str) -> str:
        return RUNNING if nodeid.startswith(RUNNING) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile | None:
    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    choose_postgres()
    os.environ.setdefault("CXLOOP_SECRET_KEY", "of the tests alone")
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        start_own_servers()
        os.environ["CXLOOP_TEMPLATE"] = TEMPLATE
        Thread(target=make_template).start()
    elif worker := os.environ.get("PYTEST_XDIST_WORKER"):
        take_own_redis_database(int(worker.removeprefix("gw")) + 1)


def choose_postgres() -> None:
    """`CXLOOP_TEST_PG`: a major of the wheel. `CXLOOP_PG_BIN` is read where servers are started."""
    if major := os.environ.pop("CXLOOP_TEST_PG", ""):
        os.environ["CXLOOP_PG_BIN"] = str(postgres.wheel_programs(int(major)))


def start_own_servers() -> None:
    folder = Path(tempfile.mkdtemp(prefix="cxloop-tests-"))
    compile_once(folder / "compiled")
    home = Home(folder)
    home.take("manage.py test")
    stack = ExitStack()
    stack.callback(remove, home)
    stack.enter_context(running(home, CARELESS))
    atexit.register(stack.close)
    os.environ.update(home.environment())


def compile_once(folder: Path) -> None:
    """Also where nothing compiled may be kept in the checkout: a run starts some two hundred
    processes, and each would compile all that it imports."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder)


def make_template() -> None:
    """Migrated once, while tests are collected: the database of each process, and those aside, are
    copies of it."""
    migrate = [sys.executable, ROOT / "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, check=True)
    with psycopg.connect(_maintenance(), autocommit=True) as server:
        wait_until(lambda: _is_copied(server), seconds=60)


def _is_copied(server: psycopg.Connection[Any]) -> bool:
    """Not while PostgreSQL itself still looks after what was just migrated."""
    try:
        server.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE cxloop")
    except psycopg.errors.ObjectInUse:
        return False
    return True


def pytest_collection_finish() -> None:
    """Whoever is about to run tests waits for it."""
    if os.environ.get("CXLOOP_TEMPLATE") == TEMPLATE:
        with psycopg.connect(_maintenance(), autocommit=True) as server:
            wait_until(lambda: _is_made(server), seconds=600)


def _is_made(server: psycopg.Connection[Any]) -> bool:
    found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE])
    return found.fetchone() is not None


def _maintenance() -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres").geturl()


def empty_by_deleting() -> None:
    """What tests have committed: to TRUNCATE makes the files of every table and index anew, for a
    handful of rows. History may be deleted by a superuser, which others than our own may not be."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone() == (True,):
            type(connection.ops).sql_flush = _delete_all


def _delete_all(ops: Any, style: Any, tables: Iterable[str], **options: Any) -> list[str]:
    freely = "SET LOCAL session_replication_role = replica"
    return [freely, *(f"DELETE FROM {ops.quote_name(table)}" for table in tables)]


def remove(home: Home) -> None:
    """Its data too, which a root user may have had to put elsewhere."""
    for folder in (home.postgres.resolve().parent, home.path):
        shutil.rmtree(folder, ignore_errors=True)


def take_own_redis_database(number: int) -> None:
    server, _, first = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{server}/{int(first) + number}"
