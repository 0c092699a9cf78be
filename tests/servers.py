"""The servers of the tests: PostgreSQL and Valkey of our own, or those that the environment names.

A plugin (`-p tests.servers`), so that they are up before pytest-django reads the settings.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cxloop.up import postgres
from cxloop.up.home import Home
from cxloop.up.installation import running
from tests.services import Service, service_in

# The data of tests may be lost with the machine.
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "max_locks_per_transaction": "256",
}


@pytest.fixture(scope="session")
def running_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Web, worker and beat, started once by `manage.py up`: base_url, demo, home."""
    with service_in(tmp_path_factory.mktemp("service")) as service:
        yield service


# Minutes of waiting for processes: begun first, so that they do not keep one core idle at the end.
LONG = ("tests/up/", "tests/wiring/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    choose_postgres()
    os.environ.setdefault("CXLOOP_SECRET_KEY", "of the tests alone")
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        start_own_servers()
    elif worker := os.environ.get("PYTEST_XDIST_WORKER"):
        take_own_redis_database(int(worker.removeprefix("gw")) + 1)


def choose_postgres() -> None:
    """`CXLOOP_TEST_PG`: a major of the wheel. `CXLOOP_PG_BIN` is read where servers are started."""
    if major := os.environ.pop("CXLOOP_TEST_PG", ""):
        os.environ["CXLOOP_PG_BIN"] = str(postgres.wheel_programs(int(major)))


def start_own_servers() -> None:
    folder = Path(tempfile.mkdtemp(prefix="cxloop-tests-"))
    home = Home(folder)
    home.take("manage.py test")
    stack = ExitStack()
    stack.callback(remove, home)
    stack.enter_context(running(home, CARELESS))
    atexit.register(stack.close)
    os.environ.update(home.environment())


def remove(home: Home) -> None:
    """Its data too, which a root user may have had to put elsewhere."""
    for folder in (home.postgres.resolve().parent, home.path):
        shutil.rmtree(folder, ignore_errors=True)


def take_own_redis_database(number: int) -> None:
    server, _, first = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{server}/{int(first) + number}"
