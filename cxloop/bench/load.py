"""The load: posts over a few connections that stay open, from a process of its own.

Started as `python -m cxloop.bench.load`, with a plan as JSON on standard input; prints what came of
it. One thread and plain sockets, because on a small machine whoever asks takes processor time from
whoever answers.
"""

import json
import re
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import cycle
from selectors import EVENT_READ, DefaultSelector

from cxloop.bench.said import as_json, submission, without_customer

PREPARED = 4000
_ID = re.compile(rb'"id": ?"([0-9a-f-]{36})"')


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`rate` posts a second, or without one as many as are answered. `first` numbers what is said,
    so that no two plans say the same."""

    port: int
    path: str
    key: str
    first: int
    seconds: float
    connections: int = 8
    rate: float | None = None
    customers: bool = True


@dataclass
class Outcome:
    """`ids` of the feedback, each with the time by the monotonic clock when its post was due."""

    answered: int = 0
    failed: int = 0
    seconds: float = 0.0
    ids: list[tuple[str, float]] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return self.answered / self.seconds


def put_load(plan: Plan) -> Outcome:
    """Runs the plan in a process of its own. Raises RuntimeError where a post is not taken."""
    done = subprocess.run(
        [sys.executable, "-m", "cxloop.bench.load"],
        input=json.dumps(asdict(plan)),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the load generator failed: {done.stderr.strip()[-500:]}")
    outcome = Outcome(**json.loads(done.stdout))
    if outcome.failed:
        raise RuntimeError(f"{outcome.failed} of {outcome.answered + outcome.failed} were refused")
    return outcome


class _Line:
    """One connection, with what it has heard of the answer so far."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.heard = b""
        self.due = 0.0

    def say(self, request: bytes, due: float) -> None:
        self.due = due
        self.socket.sendall(request)

    def hear(self) -> bytes | None:
        """The whole answer, once it is there."""
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError("the server hung up")
        self.heard += part
        head, found, body = self.heard.partition(b"\r\n\r\n")
        if not found or not _is_whole(head.lower(), body):
            return None
        answer, self.heard = self.heard, b""
        return answer


def _is_whole(head: bytes, body: bytes) -> bool:
    _, counted, rest = head.partition(b"\r\ncontent-length:")
    if counted:
        return len(body) >= int(rest.partition(b"\r\n")[0])
    return body.endswith(b"0\r\n\r\n")


def run(plan: Plan) -> Outcome:
    """All that is sent is answered before it ends."""
    outcome, wanted = Outcome(), cycle(_requests(plan))
    selector, free = DefaultSelector(), deque(_Line(plan.port) for _ in range(plan.connections))
    for line in free:
        selector.register(line.socket, EVENT_READ, line)
    begin = time.monotonic()
    times = _times(plan, begin)
    due = next(times, None)
    while due is not None or len(free) < plan.connections:
        while free and due is not None and due <= time.monotonic():
            free.popleft().say(next(wanted), due)
            due = next(times, None)
        pause = max(0.0, due - time.monotonic()) if due and free else None
        for event, _ in selector.select(pause):
            _take(event.data, outcome, free)
    outcome.seconds = time.monotonic() - begin
    return outcome


def _requests(plan: Plan) -> list[bytes]:
    """Made before the clock starts; whoever sends more says the same again."""
    say = submission if plan.customers else without_customer
    head = (
        f"POST {plan.path} HTTP/1.1\r\nHost: 127.0.0.1:{plan.port}\r\n"
        f"Authorization: Bearer {plan.key}\r\nContent-Type: application/json\r\n"
    )
    bodies = [as_json(say(n)) for n in range(plan.first, plan.first + PREPARED)]
    return [f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body for body in bodies]


def _times(plan: Plan, begin: float) -> Iterator[float]:
    """When each post is due: by the rate, or as soon as a connection is free."""
    if plan.rate:
        yield from (begin + n / plan.rate for n in range(int(plan.rate * plan.seconds)))
        return
    while (now := time.monotonic()) < begin + plan.seconds:
        yield now


def _take(line: _Line, outcome: Outcome, free: "deque[_Line]") -> None:
    answer = line.hear()
    if answer is None:
        return
    if answer.startswith(b"HTTP/1.1 201"):
        outcome.answered += 1
        outcome.ids.append((_ID.findall(answer)[0].decode(), line.due))
    else:
        outcome.failed += 1
    free.append(line)


if __name__ == "__main__":
    json.dump(asdict(run(Plan(**json.load(sys.stdin)))), sys.stdout)
