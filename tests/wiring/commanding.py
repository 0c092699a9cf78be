"""manage.py as people type it, on the servers of the tests."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

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
    with psycopg.connect(os.environ["DATABASE_URL"]) as server:
        return {name for (name,) in server.execute("SELECT datname FROM pg_database")}
