from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from select import POLLIN, poll
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper
from psycopg.adapt import AdaptersMap

NamedCursor: Any = base.ServerSideCursor


class DatabaseWrapper(base.DatabaseWrapper):
    _prepares = False

    def is_usable(self) -> bool:
        """Asks the server only where it has said something by itself: an idle connection that
        has something to read was closed, or is about to be. Django would ask every request."""
        is_quiet = not self.connection.closed and not self._has_news()
        return is_quiet or super().is_usable()

    def _has_news(self) -> bool:
        listening = poll()
        listening.register(self.connection.pgconn.socket, POLLIN)
        return bool(listening.poll(0))

    def prepared_cursor(self) -> CursorWrapper:
        """Statements that come again are planned once a connection, unless it is pooled: for a
        short INSERT more than half of the work. Django's own cursors quote and never prepare."""
        with self.preparing():
            return self.cursor()

    @contextmanager
    def preparing(self) -> Iterator[None]:
        """Every cursor that is opened meanwhile prepares, but the named ones."""
        before, self._prepares = self._prepares, True
        try:
            yield
        finally:
            self._prepares = before

    def create_cursor(self, name: str | None = None) -> Any:
        """As Django's own, which would ask the loader of times for its zone: here it is UTC."""
        if self._prepares and not name:
            return psycopg.Cursor(self.connection)
        if name:
            outlives = self.connection.autocommit
            return NamedCursor(self.connection, name=name, scrollable=False, withhold=outlives)
        return self.connection.cursor()

    def get_connection_params(self) -> dict[str, Any]:
        given = super().get_connection_params()
        return given | {"context": _that_reads_times_quickly(given["context"])}


@cache
def _that_reads_times_quickly(adapters: AdaptersMap) -> AdaptersMap:
    """Connections speak UTC, so psycopg's compiled loader says what Django's own says, which is
    written in Python and takes ten times as long for each value."""
    quick = AdaptersMap(adapters)
    with suppress(ImportError):
        compiled = import_module("psycopg_binary._psycopg")
        quick.register_loader("timestamptz", compiled.TimestamptzLoader)
    return quick
