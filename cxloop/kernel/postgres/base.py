from select import POLLIN, poll
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper


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
        self._prepares = True
        try:
            return self.cursor()
        finally:
            self._prepares = False

    def create_cursor(self, name: str | None = None) -> Any:
        return psycopg.Cursor(self.connection) if self._prepares else super().create_cursor(name)
