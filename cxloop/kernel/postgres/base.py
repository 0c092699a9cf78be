from select import POLLIN, poll

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """Asks the server only where it has said something by itself: an idle connection that
        has something to read was closed, or is about to be. Django would ask every request."""
        is_quiet = not self.connection.closed and not self._has_news()
        return is_quiet or super().is_usable()

    def _has_news(self) -> bool:
        listening = poll()
        listening.register(self.connection.pgconn.socket, POLLIN)
        return bool(listening.poll(0))
