"""Real restores: by recovery from a copy of the data, by a dump, by a copy of the database."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from cxloop.aside import MAINTENANCE, database_aside, url_of
from cxloop.up.postgres import find_programs
from tests.services import manage, wait_until
from tests.wiring.commanding import command

pytestmark = pytest.mark.trial

WRITE = """
from cxloop.kernel.letters import Draft, write_letter
from cxloop.kernel.moment import moment
letter = write_letter(
    Draft(key="reply:1", kind="t", to="a@b.example", subject="s", body="b"), now=moment()
)
"""
SEND = "from cxloop.kernel.letters import deliver_letters\nprint('sent', deliver_letters())\n"
RELEASE = """
from cxloop.kernel.holds import release_letters
from cxloop.kernel.moment import moment
print("released", release_letters(by="ada", now=moment()))
"""
STATES = """
from cxloop.kernel.models import Letter
print("states", *Letter.objects.order_by("pk").values_list("state", flat=True))
"""


def shell(home: Path, script: str) -> list[str]:
    done = manage(home, "shell", "-v", "0", "-c", script)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def letters_in(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "letters").glob("*.eml"))


def test_a_recovery_from_a_copy_mails_nobody_twice(tmp_path: Path) -> None:
    shell(tmp_path, SEND + WRITE)
    data = (tmp_path / "postgres").resolve()
    subprocess.run(["cp", "-a", data, tmp_path / "backup"], check=True)
    assert shell(tmp_path, SEND) == ["sent", "1"]
    left = letters_in(tmp_path)
    assert len(left) == 1

    (tmp_path / "letters" / left[0]).unlink()
    put_back(tmp_path / "backup", data)
    wait_until(lambda: recovered(tmp_path), seconds=60)
    assert letters_in(tmp_path) == []
    assert shell(tmp_path, STATES) == ["states", "held"]
    assert shell(tmp_path, RELEASE + SEND)[:4] == ["released", "1", "sent", "1"]
    assert letters_in(tmp_path) == left


def put_back(backup: Path, data: Path) -> None:
    """The copy in its place, to be recovered: there is no archive to read from, so that recovery
    ends where the copy does, on a timeline of its own."""
    subprocess.run(["rm", "-r", data], check=True)
    subprocess.run(["cp", "-a", backup, data], check=True)
    with (data / "postgresql.auto.conf").open("a") as settings:
        settings.write("restore_command = 'false'\n")
    signal = data / "recovery.signal"
    signal.touch()
    owner = (data / "PG_VERSION").stat()
    os.chown(signal, owner.st_uid, owner.st_gid)


def recovered(home: Path) -> bool:
    """Until recovery has ended nothing can be claimed, so nothing leaves either."""
    done = manage(home, "shell", "-v", "0", "-c", SEND)
    return done.returncode == 0 and done.stdout.split() == ["sent", "0"]


@pytest.fixture(scope="module")
def original(django_db_blocker: pytest.FixtureRequest, tmp_path_factory) -> Iterator[str]:
    """A database in which one letter waits."""
    os.environ["CXLOOP_HOME"] = str(tmp_path_factory.mktemp("home"))
    with django_db_blocker.unblock(), database_aside("original") as url:
        command("shell", "-v", "0", "-c", SEND + WRITE, DATABASE_URL=url)
        connection.close()  # a template must have nobody in it
        yield url
    del os.environ["CXLOOP_HOME"]


@pytest.fixture
def empty() -> Iterator[str]:
    name = f"restored_{os.getpid()}"
    with psycopg.connect(url_of(MAINTENANCE), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        yield name
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def by_dump(original: str, name: str) -> None:
    programs = find_programs().folder
    maintenance(f"CREATE DATABASE {name}")
    dump = [programs / "pg_dump", "--format=custom", original]
    read = [programs / "pg_restore", "--no-owner", f"--dbname={url_of(name)}"]
    written = subprocess.run(dump, capture_output=True, check=True).stdout
    subprocess.run(read, input=written, capture_output=True, check=True)


def by_template(original: str, name: str) -> None:
    maintenance(f"CREATE DATABASE {name} TEMPLATE {original.rpartition('/')[2]}")


def maintenance(statement: str) -> None:
    with psycopg.connect(url_of(MAINTENANCE), autocommit=True) as server:
        server.execute(statement)


@pytest.mark.parametrize("restored", [by_dump, by_template])
def test_a_copy_that_is_read_in_mails_nobody(original: str, empty: str, restored) -> None:
    restored(original, empty)
    said = command("shell", "-v", "0", "-c", SEND + STATES, DATABASE_URL=url_of(empty))
    assert said.split() == ["sent", "0", "states", "held"]


def test_the_original_goes_on(original: str) -> None:
    said = command("shell", "-v", "0", "-c", SEND, DATABASE_URL=original)
    assert said.split() == ["sent", "1"]
