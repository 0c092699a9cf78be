"""An installation moves to another PostgreSQL: all rows and sequences of one moment, checked before
they count.

Either everything arrives and agrees, or the target stays empty. History keeps its triggers: they
refuse changes, not arrivals. Foreign keys are looked at when all rows are there.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.core.management import CommandError
from django.db import connection
from psycopg import sql

from cxloop.up.bootstrap import ROOT

Server = psycopg.Connection[Any]

# What migrations write by themselves; copied over, so that numbers agree.
WRITTEN_BY_MIGRATIONS = ("auth_permission", "django_content_type")
MIGRATIONS = "django_migrations"
# Says which database it stands in. Read in another one it would hold every letter.
OF_THE_PLACE = "kernel_whereabouts"


@dataclass(frozen=True)
class Contents:
    """What a table holds: how many rows, and the sum of their digests, in whatever order."""

    rows: int
    digest: int


@dataclass(frozen=True)
class Moved:
    """`clocks` by state: how many, and the first that is due. `still_runs`: the service has written
    here since the moment that was copied, or is about to."""

    tables: dict[str, Contents]
    clocks: list[tuple[str, int, str]]
    still_runs: bool

    @property
    def rows(self) -> int:
        return sum(contents.rows for contents in self.tables.values())


def move_installation(url: str) -> Moved:
    """Copies the installation of this process to the database of that URL, which must be empty or
    only migrated. Raises CommandError, with nothing copied, where anything is not as it must be."""
    with _source() as here, _target(url) as there:
        _refuse_itself(here, there)
        _refuse_occupied(here, there)
        _migrate(url)
        _refuse_other_version(here, there)
        return _copy_all(here, there)


def _copy_all(here: Server, there: Server) -> Moved:
    tables = _tables(there)
    with here.transaction():
        here.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        with there.transaction():
            for table in WRITTEN_BY_MIGRATIONS:
                there.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            for table in tables:
                _copy_table(here, there, table)
            there.execute("SET CONSTRAINTS ALL IMMEDIATE")
            _copy_sequences(here, there)
            found = {table: _agreed(here, there, table) for table in tables}
        clocks = here.execute(_CLOCKS).fetchall()
    there.execute("ANALYZE")
    grown = any(_count(here, table) > found[table].rows for table in tables)
    return Moved(found, clocks, still_runs=grown or _one(here, _BEATS))


@contextmanager
def _source() -> Iterator[Server]:
    wanted = connection.get_connection_params() | {"cursor_factory": None}
    with psycopg.connect(**wanted, autocommit=True) as server:
        server.execute(_ONE_SPELLING)
        yield server


@contextmanager
def _target(url: str) -> Iterator[Server]:
    try:
        server = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        raise CommandError(f"The target cannot be reached: {error}".strip()) from error
    with server:
        server.execute(_ONE_SPELLING)
        yield server


def _refuse_itself(here: Server, there: Server) -> None:
    """A lock taken here is free there, unless both are one database, whatever they are called."""
    here.execute("SELECT pg_advisory_lock(hashtext('move'))")
    if not _one(there, "SELECT pg_try_advisory_lock(hashtext('move'))"):
        raise CommandError("The target is the database of this installation itself.")


def _refuse_occupied(here: Server, there: Server) -> None:
    ours = {*_tables(here), MIGRATIONS}
    if foreign := set(_tables(there)) - ours:
        raise CommandError(f"The target holds tables of something else: {', '.join(foreign)}.")
    for table in sorted(set(_tables(there)) - set(WRITTEN_BY_MIGRATIONS)):
        if rows := _count(there, table):
            raise CommandError(f"The target is not empty: {table} has {rows:,} rows.")


def _migrate(url: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "migrate", "--no-input", "--verbosity", "0"],
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise CommandError(f"The target could not be migrated:\n{said}")


def _refuse_other_version(here: Server, there: Server) -> None:
    applied = f"SELECT app, name FROM {MIGRATIONS}"
    if set(here.execute(applied)) != set(there.execute(applied)):
        raise CommandError("This installation is not migrated to this version: start it once.")


def _copy_table(here: Server, there: Server, table: str) -> None:
    names = {"table": sql.Identifier(table), "columns": _columns(there, table)}
    read = sql.SQL("COPY {table} ({columns}) TO STDOUT").format(**names)
    write = sql.SQL("COPY {table} ({columns}) FROM STDIN").format(**names)
    with here.cursor().copy(read) as source, there.cursor().copy(write) as target:
        for block in source:
            target.write(block)


def _copy_sequences(here: Server, there: Server) -> None:
    """After the rows: sequences know no transactions, and may only be too far, never behind."""
    owned = "SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()"
    for (name,) in there.execute(owned).fetchall():
        read = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name))
        there.execute("SELECT setval(%s, %s, %s)", [name, *here.execute(read).fetchall()[0]])


def _agreed(here: Server, there: Server, table: str) -> Contents:
    before, after = _contents(here, there, table), _contents(there, there, table)
    if before != after:
        raise CommandError(
            f"{table} did not arrive as it left: {before}, {after}. Nothing is kept."
        )
    return after


def _contents(server: Server, shape: Server, table: str) -> Contents:
    """MD5, since PostgreSQL's own hashes may differ from one version to the next."""
    digest = "('x' || left(md5(ROW({columns})::text), 15))::bit(60)::bigint"
    query = sql.SQL(f"SELECT count(*), coalesce(sum({digest}), 0) FROM {{table}}").format(
        table=sql.Identifier(table), columns=_columns(shape, table)
    )
    rows, total = server.execute(query).fetchall()[0]
    return Contents(rows, int(total))


def _columns(server: Server, table: str) -> sql.Composed:
    """By name, since their order depends on the way to this version."""
    found = server.execute(_COLUMNS, [table]).fetchall()
    return sql.SQL(", ").join(sql.Identifier(name) for (name,) in found)


def _tables(server: Server) -> list[str]:
    found = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    return sorted(name for (name,) in found if name not in {MIGRATIONS, OF_THE_PLACE})


def _count(server: Server, table: str) -> int:
    return int(_one(server, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))))


def _one(server: Server, query: Any) -> Any:
    return server.execute(query).fetchall()[0][0]


_COLUMNS = """
SELECT column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name = %s AND is_generated = 'NEVER'
ORDER BY column_name
"""
_CLOCKS = """
SELECT state, count(*), coalesce(min(due_at)::text, 'never')
FROM sla_clock GROUP BY state ORDER BY state
"""
_BEATS = """
SELECT count(*) > 0 FROM kernel_heartbeat WHERE finished_at > now() - interval '1 minute'
"""
# Rows are copied and compared by their text, whatever a role is used to.
_ONE_SPELLING = "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET bytea_output = 'hex'"
