"""A database of its own beside the installation's, on the same server: for work that must leave
the real one alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import sql

MAINTENANCE = "postgres"


@contextmanager
def database_aside(purpose: str, *, keep: bool = False) -> Iterator[str]:
    """Made anew, migrated, and dropped at the end unless `keep`; its URL. Meanwhile every query of
    this process goes there. Raises CommandError where the server refuses, or where somebody else
    is at the same work."""
    real = connection.settings_dict["NAME"]
    name = f"{real}_{purpose}"
    with _maintenance() as server:
        _be_alone(server, name)
        _drop(server, name)
        _make(server, name)
        try:
            with moved_to(name):
                call_command("migrate", interactive=False, verbosity=0)
                yield url_of(name)
        finally:
            if not keep:
                _drop(server, name)


def _make(server: psycopg.Connection[Any], name: str) -> None:
    make = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if settings.TEMPLATE:
        make += sql.SQL(" TEMPLATE {}").format(sql.Identifier(settings.TEMPLATE))
    try:
        server.execute(make)
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidCatalogName) as error:
        raise CommandError(f"A database of its own is wanted: {error}") from error


def _drop(server: psycopg.Connection[Any], name: str) -> None:
    gone = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    server.execute(gone.format(sql.Identifier(name)))


def url_of(name: str) -> str:
    """DATABASE_URL with another name: what processes of our own are given."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{quote(name)}"))


def _maintenance() -> psycopg.Connection[Any]:
    wanted = connection.get_connection_params() | {"dbname": MAINTENANCE}
    return psycopg.connect(**wanted, autocommit=True)


def _be_alone(server: psycopg.Connection[Any], name: str) -> None:
    """Until this connection ends: a second run would drop what the first works on."""
    asked = server.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name]).fetchone()
    if not asked or not asked[0]:
        raise CommandError(f"Somebody else is at work in the database {name}.")


@contextmanager
def moved_to(name: str) -> Iterator[None]:
    """Every query of this process goes there meanwhile: Django reads the name at every connection
    it makes, in every thread."""
    real = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = real
