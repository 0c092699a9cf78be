"""Who stands still in the middle of a request or of an answer …"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services import ROOT, wait_until

# One thread serves everybody, and loses its patience after a second.
SERVED = """
from cxloop import web_worker
web_worker.STALLED_S = 1
from cxloop.web_worker import Worker

def application(environ, start_response):
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"x" * 100_000] * (500 if environ["PATH_INFO"] == "/file" else 1)
"""


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "served.py").write_text(SERVED)
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = int(free.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{number}", "--threads", "1"]
    manners = ["--no-control-socket", "--worker-class", "served.Worker", "served:application"]
    path = {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    with subprocess.Popen([*command, *manners], cwd=tmp_path, env=path) as server:
        try:
            wait_until(lambda: is_served(number), seconds=60)
            yield number
        finally:
            server.terminate()


def say(port: int, request: str) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=60)
    connection.sendall(f"{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".encode())
    return connection


def is_served(port: int) -> bool:
    try:
        with say(port, "GET /") as connection:
            connection.sendall(b"\r\n")
            return connection.recv(15) == b"HTTP/1.1 200 OK"
    except OSError:
        return False


@pytest.mark.parametrize(
    "request_, then",
    [("POST /", "Content-Length: 9\r\n\r\nhalf"), ("GET /file", "\r\n"), ("GET /", "Half-A-Hea")],
)
def test_does_not_keep_the_others_waiting(request_: str, then: str, port: int) -> None:
    with say(port, request_) as still:
        still.sendall(then.encode())
        time.sleep(0.5)
        began = time.monotonic()
        assert is_served(port)
        assert time.monotonic() - began < 25  # it has thirty seconds of patience elsewhere
