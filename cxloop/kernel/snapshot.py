"""Reading as of one moment, where an answer is put together from several statements."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """All that is read within stood together in the database, and nothing can be written: without
    it a ticket could be shown as open beside the clock that its answer has just stopped. A
    transaction that has already begun keeps its own view; it cannot be given another."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield
