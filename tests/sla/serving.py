"""A small server on this machine, for what is fetched."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep


@dataclass
class Answer:
    """What the next requests are answered with; `paths` are those that were asked for."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0
    paths: list[str] = field(default_factory=list)


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """The address of a file that is answered so."""

    class Desk(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer.paths.append(self.path)
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.send_slowly()

        def send_slowly(self) -> None:
            try:
                for byte in range(len(answer.body)) if answer.pause else ():
                    self.wfile.write(answer.body[byte : byte + 1])
                    sleep(answer.pause)
                self.wfile.write(b"" if answer.pause else answer.body)
            except OSError:
                return

        def log_message(self, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/holidays.ics?year=2026"
    finally:
        server.shutdown()
        server.server_close()
