"""Sends from an outbox in the background, for as long as the program runs."""

import logging
import sqlite3
import threading
from types import TracebackType
from typing import Self

from cxloop_client._client import Client
from cxloop_client._errors import CxloopError
from cxloop_client._outbox import Flushed, Outbox
from cxloop_client._retry import pause_before

LOOKS_EVERY = 30.0  # seconds: another process may have put something in
MOST_PAUSE = 300.0
MOST_TOLD = 3600.0  # whatever Retry-After says

logger = logging.getLogger("cxloop_client")


class Courier:
    """A thread that flushes whenever something is put in, and again after a failure, with
    back-off. Begin it where the sending is to be: a forked process has no threads of its parent.

    `last` is what the last flush did.
    """

    def __init__(self, outbox: Outbox, client: Client) -> None:
        self.last: Flushed | None = None
        self._outbox = outbox
        self._client = client
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cxloop-courier", daemon=True)

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self, patience: float = 5.0) -> None:
        """Lets it finish for so many seconds. What was not sent by then stays in the outbox."""
        self._is_over.set()
        self._outbox.was_put.set()
        self._thread.join(patience)

    def _run(self) -> None:
        failures = 0
        while not self._is_over.is_set():
            self._outbox.was_put.clear()
            failure = self._flush()
            failures = failures + 1 if failure else 0
            self._pause(failures, failure)

    def _flush(self) -> Exception | None:
        """Why something still waits. A full disk or a locked file ends no thread."""
        try:
            self.last = self._outbox.flush(self._client)
        except sqlite3.Error as error:
            logger.warning("The outbox cannot be read or written: %s", error)
            return error
        return self.last.failure

    def _pause(self, failures: int, failure: Exception | None) -> None:
        """What is put in while nobody answers waits with the others."""
        if failure is None:
            self._outbox.was_put.wait(LOOKS_EVERY)
            return
        retry_after = failure.retry_after if isinstance(failure, CxloopError) else None
        pause = pause_before(failures, retry_after, most=MOST_PAUSE)
        self._is_over.wait(min(pause, MOST_TOLD))

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
