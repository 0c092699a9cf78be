"""The file of an outbox: a row for each submission until an answer settles it.

Every act opens the file anew, so that threads and forked processes share nothing; it is committed
to the disk when it returns.
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BUSY = 30.0  # seconds that an act waits for those of others

SCHEMA = """
CREATE TABLE IF NOT EXISTS submission (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    body BLOB NOT NULL,
    put_at REAL NOT NULL,
    refused_at REAL,
    problem TEXT,
    CHECK ((refused_at IS NULL) = (problem IS NULL))
);
CREATE INDEX IF NOT EXISTS submission_waiting ON submission (id) WHERE refused_at IS NULL;
"""


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    key: str
    body: bytes


class Store:
    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch(mode=0o600)  # customers' words are nobody else's to read
        with self.alone(BUSY) as is_alone, closing(self._connect()) as file:
            if not is_alone:
                raise TimeoutError(f"{path} is held by somebody else")
            file.execute("PRAGMA journal_mode = WAL")
            file.executescript(SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        file = sqlite3.connect(self.path, timeout=BUSY, isolation_level=None)
        file.execute("PRAGMA synchronous = FULL")
        return file

    def _run(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(self._connect()) as file:
            return file.execute(statement, values).fetchall()

    @contextmanager
    def alone(self, patience: float) -> Iterator[bool]:
        """Held by one process and thread at a time, or False after so many seconds.

        A lock of the operating system on a file beside, by SQLite, since that is known on every
        system: it ends with its process, however that ends.
        """
        beside = self.path.with_name(self.path.name + "-lock")
        with closing(sqlite3.connect(beside, timeout=patience, isolation_level=None)) as lock:
            yield _is_taken(lock)

    def put(self, key: str, body: bytes) -> None:
        """Raises ValueError where another submission waits under this key."""
        put = "INSERT INTO submission (key, body, put_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        with closing(self._connect()) as file:
            is_new = file.execute(put, [key, body, time.time()]).rowcount == 1
        if not is_new and self._run(
            "SELECT 1 FROM submission WHERE key = ? AND body <> ?", key, body
        ):
            raise ValueError(f"another submission waits under the key {key}")

    def next_after(self, id: int) -> Row | None:
        """The oldest that waits behind this one."""
        found = self._run(
            "SELECT id, key, body FROM submission WHERE refused_at IS NULL AND id > ?"
            " ORDER BY id LIMIT 1",
            id,
        )
        return Row(*found[0]) if found else None

    def drop(self, key: str) -> None:
        self._run("DELETE FROM submission WHERE key = ?", key)

    def drop_refused_before(self, instant: float) -> None:
        self._run("DELETE FROM submission WHERE refused_at < ?", instant)

    def refuse(self, key: str, problem: dict[str, Any]) -> None:
        self._run(
            "UPDATE submission SET refused_at = ?, problem = ? WHERE key = ?",
            time.time(),
            json.dumps(problem),
            key,
        )

    def wait_again(self, key: str) -> bool:
        """Whether it was there, and refused."""
        return bool(
            self._run(
                "UPDATE submission SET refused_at = NULL, problem = NULL"
                " WHERE key = ? AND refused_at IS NOT NULL RETURNING id",
                key,
            )
        )

    def drop_refused(self, key: str) -> bool:
        return bool(
            self._run(
                "DELETE FROM submission WHERE key = ? AND refused_at IS NOT NULL RETURNING id", key
            )
        )

    def waiting(self) -> int:
        return int(self._run("SELECT count(*) FROM submission WHERE refused_at IS NULL")[0][0])

    def refused(self) -> list[tuple[str, bytes, float, str]]:
        """Key, body, time and problem of each, the oldest first."""
        found = self._run(
            "SELECT key, body, refused_at, problem FROM submission"
            " WHERE refused_at IS NOT NULL ORDER BY id"
        )
        return [(key, body, at, problem) for key, body, at, problem in found]


def _is_taken(lock: sqlite3.Connection) -> bool:
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True
