"""gunicorn's worker of threads, but that it stands still for nobody who will not hang up, and
answers what is no HTTP as everything else is answered."""

import json
import struct
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from secrets import token_hex
from socket import SO_RCVTIMEO, SO_SNDTIMEO, SOL_SOCKET, socket
from threading import BoundedSemaphore
from typing import Any

from gunicorn import util
from gunicorn.http.errors import (
    ConfigurationProblem,
    ExpectationFailed,
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.workers.gthread import TConn, ThreadWorker

from cxloop.kernel.errors import PROBLEM, CxloopError, problem_body

CLOSERS = 4
MOST_CLOSING = 64
STALLED_S = 30


class Worker(ThreadWorker):  # type: ignore[misc]
    """After its last answer gunicorn gives the other side two seconds to hang up, and waits on the
    loop that accepts everybody: forty connections kept open stopped the service for 38 seconds.
    Here a few threads wait; where more do not hang up than these can wait for, nobody does."""

    def init_process(self) -> None:
        # Of a proxy on the same machine gunicorn believes the path too, which any stranger may say
        # in a header of this name.
        self.cfg.set("forwarder_headers", "")
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

    def handle_error(self, req: Any, client: socket, addr: Any, exc: BaseException) -> None:
        """What cannot be read never reaches the application, which would have said so."""
        if not isinstance(exc, ParseException) or isinstance(exc, OUR_FAULT):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("A request that cannot be read: %s", exc)
        with suppress(OSError):
            util.write_nonblock(client, _answer(_refusal(exc)))

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


# They are of the same family, and mean that it was ourselves who said what cannot be said.
OUR_FAULT = (ConfigurationProblem, InvalidResponseHeader, InvalidResponseHeaderName)
REFUSALS = {
    LimitRequestLine: (HTTPStatus.REQUEST_URI_TOO_LONG, "address_too_long"),
    LimitRequestHeaders: (HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large"),
    ExpectationFailed: (HTTPStatus.EXPECTATION_FAILED, "expectation_failed"),
}


def _refusal(unread: ParseException) -> CxloopError:
    """A coding that we do not know is a request that cannot be read too: gunicorn's 501 let any
    stranger make the service look broken."""
    status, code = REFUSALS.get(type(unread), (HTTPStatus.BAD_REQUEST, "unreadable"))
    error = CxloopError(str(unread), code=code)
    error.status, error.title = status, status.phrase
    return error


def _answer(error: CxloopError) -> bytes:
    body = json.dumps(problem_body(error, token_hex(8))).encode()
    lines = (
        f"HTTP/1.1 {error.status:d} {error.title}",
        "Connection: close",
        f"Content-Type: {PROBLEM}",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*lines, "", "")).encode() + body
