"""A folder that cannot be used is refused in one sentence, before anything in it is touched."""

import json
from pathlib import Path

import pytest

from tests.services import manage

WHOLE = {
    "database": {"port": 5999, "password": "p"},
    "broker": {"port": 5998, "password": "p"},
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder that looks like an installation whose data folder PostgreSQL 14 has made."""
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("14\n")
    (tmp_path / "installation.json").write_text(json.dumps(WHOLE))
    return tmp_path


def refusal_of(home: Path, *arguments: str, **environment: str) -> str:
    done = manage(home, *(arguments or ("up", "--port", "0")), **environment)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    said = done.stderr.splitlines()
    assert len(said) == 1, done.stderr
    return said[0]


def test_it_names_the_major_that_made_the_data(home: Path) -> None:
    assert "postgres was made by PostgreSQL 14" in refusal_of(home)


def test_it_refuses_data_that_are_not_whole(home: Path) -> None:
    (home / "postgres" / "PG_VERSION").unlink()
    assert "not a whole PostgreSQL data folder" in refusal_of(home)


def test_it_refuses_data_whose_passwords_are_lost(home: Path) -> None:
    (home / "installation.json").unlink()
    assert "holds a database but no installation.json" in refusal_of(home)


def test_it_refuses_facts_that_cannot_be_read(home: Path) -> None:
    (home / "installation.json").write_text('{"database": ')
    assert "installation.json cannot be read" in refusal_of(home)


def test_it_refuses_a_path_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be used as a folder" in refusal_of_file(tmp_path / "file")


def refusal_of_file(path: Path) -> str:
    return refusal_of(path, "up", "--port", "0")


def test_it_refuses_programs_that_are_not_postgresql(tmp_path: Path) -> None:
    assert "no PostgreSQL can be run in" in refusal_of(tmp_path, CXLOOP_PG_BIN=str(tmp_path))


def test_other_commands_refuse_it_too(home: Path) -> None:
    assert "postgres was made by PostgreSQL 14" in refusal_of(home, "showmigrations")
