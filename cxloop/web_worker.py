"""gunicorn's worker of threads, but that it stands still for nobody who will not hang up."""

import struct
from concurrent.futures import Future, ThreadPoolExecutor
from socket import SO_RCVTIMEO, SO_SNDTIMEO, SOL_SOCKET
from threading import BoundedSemaphore
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

CLOSERS = 4
MOST_CLOSING = 64
STALLED_S = 30


class Worker(ThreadWorker):  # type: ignore[misc]
    """After its last answer gunicorn gives the other side two seconds to hang up, and waits on the
    loop that accepts everybody: forty connections kept open stopped the service for 38 seconds.
    Here a few threads wait; where more do not hang up than these can wait for, nobody does."""

    def init_process(self) -> None:
        self._closers = ThreadPoolExecutor(CLOSERS, thread_name_prefix="closer")
        self._free = BoundedSemaphore(MOST_CLOSING)
        super().init_process()

    def handle(self, conn: TConn) -> Any:
        """Who sends nothing more of what they announced, or takes nothing more of a file, held a
        thread for as long as they liked: twenty of them, and nobody else was served."""
        patience = struct.pack("ll", STALLED_S, 0)
        for way in (SO_RCVTIMEO, SO_SNDTIMEO):
            conn.sock.setsockopt(SOL_SOCKET, way, patience)
        return super().handle(conn)

    def finish_request(self, conn: TConn, fs: "Future[Any]") -> None:
        if not _ends(fs):
            super().finish_request(conn, fs)
            return
        self.nr_conns -= 1
        if self._free.acquire(blocking=False):
            self._closers.submit(self._close, conn)
        else:
            conn.close()

    def _close(self, conn: TConn) -> None:
        try:
            conn.close(graceful=True)
        finally:
            self._free.release()


def _ends(fs: "Future[Any]") -> bool:
    """Whether this was the last request of its connection, and went as it should."""
    return not fs.cancelled() and fs.exception() is None and not fs.result()
