"""What no client of HTTP sends, byte by byte, and whether anybody answers afterwards."""

import re
import socket
from collections.abc import Iterator

HEAD = b"Host: 127.0.0.1\r\nAuthorization: Bearer KEY\r\nContent-Type: application/json\r\n"
POST = b"POST /api/v1/feedback HTTP/1.1\r\n" + HEAD
GET = b"GET /api/v1/me HTTP/1.1\r\n" + HEAD
SAID = b'{"comment":"raw"}'
LENGTH = b"Content-Length: 17\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
LAST = b"Connection: close\r\n\r\n"
STATUS = re.compile(rb"^HTTP/1\.1 (\d{3}) ", re.MULTILINE)

LINES = (
    *(
        b"",
        b"\r\n",
        b"\r\n" * 50,
        b"\n",
        b"GET\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
    ),
    *(
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET  /  HTTP/1.1\r\n\r\n",
        b"\x00" * 100,
    ),
    *(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n", b"\xff" * 9000),
    *(
        b"GET http://evil.example/ HTTP/1.1\r\nHost: a\r\n\r\n",
        b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
    *(b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", b"GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
    *(b"GET //evil.example/ HTTP/1.1\r\nHost: a\r\n\r\n", b"GET ? HTTP/1.1\r\nHost: a\r\n\r\n"),
    *(b"GET api/v1/me HTTP/1.1\r\nHost: a\r\n\r\n", b"GET #x HTTP/1.1\r\nHost: a\r\n\r\n"),
    *(b"GET http://[::1/ HTTP/1.1\r\nHost: a\r\n\r\n", b"GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n"),
    *(
        b"GET /api/v1/\xff\xfe HTTP/1.1\r\n" + HEAD + LAST,
        b"GET /f/\xed\xa0\x80 HTTP/1.1\r\n" + HEAD + LAST,
    ),
    *(
        b"GET /api/v1/me?\x00 HTTP/1.1\r\n" + HEAD + LAST,
        b"GET /queue?q=\xff HTTP/1.1\r\n" + HEAD + LAST,
    ),
    *(
        b"GET /%s HTTP/1.1\r\n" % (b"a/" * 2000) + HEAD + LAST,
        b"GET /healthz HTTP/1.1\r\nHost: \xff\r\n" + LAST,
    ),
)
HEADS = (
    *(
        b"X: \x00\r\n",
        b"X: a\r\n b\r\n",
        b": x\r\n",
        b"X\r\n",
        b"X : a\r\n",
        b"X\x00: a\r\n",
        b"\xff: a\r\n",
    ),
    *(
        b"X: a\rb\r\n",
        b"X: a\nb: c\r\n",
        b"X: a\x0b\x0c\x85b\r\n",
        b"X" * 9000 + b": a\r\n",
        b"X_Y: a\r\n",
    ),
    *(b"".join(b"X-%d: a\r\n" % number for number in range(200)), b"Host: b\r\n", b"Host:\r\n"),
    *(
        b"Expect: 100-continue\r\n",
        b"Expect: roses\r\n",
        b"Upgrade: h2c\r\nConnection: upgrade\r\n",
    ),
    *(b"Upgrade: websocket\r\nSec-WebSocket-Key: x\r\n", b"Transfer-Encoding: rot13\r\n"),
    *(b"Transfer-Encoding: gzip, chunked\r\n", b"Transfer-Encoding: chunked, chunked\r\n"),
    *(
        b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
        b"Transfer-Encoding: \x0bchunked\r\n",
    ),
    *(b"Content-Length: -1\r\n", b"Content-Length: +3\r\n", b"Content-Length: 0x3\r\n"),
    *(b"Content-Length: 3\r\nContent-Length: 4\r\n", b"Content-Length: \xd9\xa1\r\n"),
    *(
        b"Content-Length: 1_0\r\n",
        b"Content-Length: " + b"9" * 5000 + b"\r\n",
        b"Connection: \xff\r\n",
    ),
    *(
        b"Cookie: " + b"a=b; " * 1500 + b"\r\n",
        b"SCRIPT_NAME: /x\r\n",
        b"X-Forwarded-Proto: https\r\n",
    ),
    *(b"Content-Type: multipart/form-data; boundary=\x00\r\n", b"Authorization: Bearer \x80\r\n"),
)
BODIES = (
    (LENGTH, SAID + b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    (LENGTH, b'{"comment'),
    (b"Content-Length: 5\r\n", SAID),
    (b"Content-Length: 900000000\r\n", SAID),
    (b"", SAID),
    (CHUNKED, b"11\r\n" + SAID + b"\r\n0\r\n\r\n"),
    (CHUNKED, b"11;a=b\r\n" + SAID + b"\r\n0\r\nX: y\r\nHost: evil\r\n\r\n"),
    (CHUNKED, b"11\n" + SAID + b"\n0\n\n"),
    (CHUNKED, b"11\r\n" + SAID + b"0\r\n\r\n"),
    (CHUNKED, b"0\r\n"),
    (CHUNKED, b"-1\r\n\r\n"),
    (CHUNKED, b"0x11\r\n" + SAID + b"\r\n0\r\n\r\n"),
    (CHUNKED, b"f" * 40 + b"\r\nabc"),
    (CHUNKED, b"1\r\n{\r\n" * 3000 + b"0\r\n\r\n"),
    (CHUNKED, b"11\r\n" + SAID + b"\r\n0\r\n" + b"X: y\r\n" * 3000 + b"\r\n"),
    (CHUNKED, b";" * 70_000),
    (CHUNKED + LENGTH, SAID),
    (CHUNKED + b"Content-Encoding: gzip\r\n", b"3\r\n\x1f\x8b\x08\r\n0\r\n\r\n"),
)
# Several behind each other on one connection.
PIPELINES = (
    (GET + b"\r\n") * 20 + GET + LAST,
    POST + LENGTH + b"\r\n" + SAID + GET + LAST,
    POST + LENGTH + b"\r\n" + SAID + b"\x00\xff" * 50,
    GET + b"Content-Length: 5\r\n\r\nhello" + GET + LAST,
    b"HEAD /api/v1/me HTTP/1.1\r\n" + HEAD + b"\r\n" + GET + LAST,
    POST + CHUNKED + b"\r\n11\r\n" + SAID + b"\r\n0\r\n\r\n" + GET + LAST,
    b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" * 300,
)


def requests(key: str) -> Iterator[bytes]:
    """With a key that is known, so that what is behind the door is met too."""
    found = [*LINES, *PIPELINES]
    for head in HEADS:
        found += [GET + head + LAST, POST + head + LENGTH + LAST + SAID]
    for head, body in BODIES:
        found += [POST + head + LAST + body, b"PATCH" + POST[4:] + head + LAST + body]
        parts = POST.replace(b"application/json", b"multipart/form-data; boundary=b")
        found.append(parts + head + LAST + body)
    yield from (one.replace(b"KEY", key.encode()) for one in found)


def statuses(port: int, request: bytes) -> list[int]:
    """Of all answers; none where the server hangs up."""
    said = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=45) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                said += piece
    except (ConnectionError, BrokenPipeError):
        pass
    return [int(status) for status in STATUS.findall(said)]
