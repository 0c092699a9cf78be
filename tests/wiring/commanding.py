"""manage.py as people type it, on the servers of the tests."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
from django.conf import settings

from cxloop.aside import MAINTENANCE, url_of

ROOT = Path(__file__).resolve().parents[2]


def command(*arguments: str, seconds: float = 120, **environment: str) -> str:
    """What it says on standard output; it must succeed."""
    done = try_command(*arguments, seconds=seconds, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def try_command(
    *arguments: str, seconds: float = 120, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def databases() -> set[str]:
    with psycopg.connect(url_of(MAINTENANCE)) as server:
        return {name for (name,) in server.execute("SELECT datname FROM pg_database")}


def make_database(name: str, *, template: str = "template1") -> str:
    with psycopg.connect(url_of(MAINTENANCE), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return url_of(name)


def make_migrated_database(name: str) -> str:
    url = make_database(name, template=settings.TEMPLATE or "template1")
    command("migrate", DATABASE_URL=url)
    return url
