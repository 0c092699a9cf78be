"""What stands between a client and the house: it loses answers, holds them back, says its own."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

PORTAL = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 7\r\n\r\nWelcome"
AWAY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 0\r\n\r\n"


@dataclass
class Gate:
    """`posts` counts the requests that came. The next answers are lost (`loses`) or are its own
    (`says`), the house unasked. While it `holds`, no answer leaves; `has_held`: one came."""

    house: int
    listener: socket.socket
    posts: int = 0
    loses: int = 0
    says: list[bytes] = field(default_factory=list)
    holds: bool = False
    has_held: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def forget(self) -> None:
        self.posts = self.loses = 0
        self.says, self.holds = [], False
        self.has_held.clear()

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._pass, args=[client], daemon=True).start()

    def _pass(self, client: socket.socket) -> None:
        address = ("127.0.0.1", self.house)
        with closing(client), suppress(OSError), socket.create_connection(address) as house:
            back = threading.Thread(target=self._answer, args=[client, house], daemon=True)
            back.start()
            self._ask(client, house)
            with suppress(OSError):
                house.shutdown(socket.SHUT_RDWR)
            back.join()

    def _ask(self, client: socket.socket, house: socket.socket) -> None:
        while said := client.recv(1 << 16):
            self.posts += said.startswith(b"POST ")
            if said.startswith(b"POST ") and self.says:
                client.sendall(self.says.pop(0))
                client.shutdown(socket.SHUT_RDWR)
                return
            house.sendall(said)

    def _answer(self, client: socket.socket, house: socket.socket) -> None:
        with suppress(OSError):
            while said := house.recv(1 << 16):
                if self.holds:
                    self.has_held.set()
                elif self.loses:
                    self.loses -= 1
                    client.shutdown(socket.SHUT_RDWR)
                    return
                else:
                    client.sendall(said)
            client.shutdown(socket.SHUT_WR)


@contextmanager
def gate_before(port: int) -> Iterator[Gate]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        gate = Gate(port, listener)
        serving = threading.Thread(target=gate.serve, daemon=True)
        serving.start()
        yield gate
        listener.shutdown(socket.SHUT_RDWR)
        serving.join()
