from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper

from cxloop.kernel.postgres.base import DatabaseWrapper


def prepared_cursor() -> CursorWrapper:
    """For statements that every request runs."""
    return _connection().prepared_cursor()


@contextmanager
def planned_once() -> Iterator[None]:
    """For pages that are looked at all day: what they ask is planned once a connection, where it
    took up to half of the database's time. Not for words searched for: one plan for the rare and
    the common is the wrong one for either. Groups by a parameter are refused by PostgreSQL here,
    as under Django's own `server_side_binding`."""
    with _connection().preparing():
        yield


def _connection() -> DatabaseWrapper:
    connection = connections[DEFAULT_DB_ALIAS]
    assert isinstance(connection, DatabaseWrapper)
    return connection
