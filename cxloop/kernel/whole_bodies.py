"""A body that breaks off is an error. To Django it is a shorter one: of a letter whose writer lost
the connection half would be sent."""

from collections.abc import Callable, Iterable
from typing import IO, Any

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


class WholeBodies:
    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        declared = environ.get("CONTENT_LENGTH") or "0"
        if declared.isdecimal() and int(declared):
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(declared))
        return self.application(environ, start_response)


class WholeBody:
    """Nobody asks it for more than was declared, so whoever is given less has met the end."""

    def __init__(self, stream: IO[bytes], declared: int) -> None:
        self.stream, self.left = stream, declared

    def read(self, size: int = -1) -> bytes:
        asked = self._asked(size)
        piece = self.stream.read(asked)
        return self._given(piece, is_end=len(piece) < asked)

    def readline(self, size: int = -1) -> bytes:
        asked = self._asked(size)
        line = self.stream.readline(asked)
        return self._given(line, is_end=len(line) < asked and not line.endswith(b"\n"))

    def _asked(self, size: int) -> int:
        return self.left if size < 0 else min(size, self.left)

    def _given(self, piece: bytes, *, is_end: bool) -> bytes:
        self.left -= len(piece)
        if is_end:
            raise ConnectionAbortedError("The body broke off.")
        return piece
