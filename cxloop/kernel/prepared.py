from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper

from cxloop.kernel.postgres.base import DatabaseWrapper


def prepared_cursor() -> CursorWrapper:
    """For statements that every request runs."""
    connection = connections[DEFAULT_DB_ALIAS]
    assert isinstance(connection, DatabaseWrapper)
    return connection.prepared_cursor()
