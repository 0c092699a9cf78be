"""Requests by a plain connection that makes nothing better, and what their answers have to be."""

import http.client
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

AT_ONCE = 4
PATIENCE_S = 60
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Shot:
    """One request as it goes out. `kind` says what is wrong with it, `label` where it is meant to
    go, `documented` which answers that place describes; none where it describes nothing."""

    label: str
    kind: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    documented: frozenset[str] = frozenset()

    def __str__(self) -> str:
        said = (self.body or b"")[:200]
        return f"{self.kind}: {self.method} {self.target[:200]} {dict(self.headers)} {said!r}"


@dataclass
class Sent:
    """What became of them."""

    classes: Counter[str] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    undocumented: Counter[str] = field(default_factory=Counter)


def fire(port: int, shots: Sequence[Shot], sent: Sent) -> None:
    """A few at once: requests that hurt each other are found too."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for faults in pool.map(lambda lot: list(_fire(port, lot, sent)), _dealt(shots)):
            sent.faults += faults


def _dealt(shots: Sequence[Shot]) -> list[Sequence[Shot]]:
    return [shots[start::AT_ONCE] for start in range(AT_ONCE)]


def _fire(port: int, shots: Iterable[Shot], sent: Sent) -> Iterator[str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    for shot in shots:
        try:
            status, kind, said = _asked(connection, shot)
        except (OSError, http.client.HTTPException) as error:
            yield f"{shot}\n  no answer: {error!r}"
            continue
        sent.classes[f"{shot.label.partition(' ')[0]} {shot.kind}"] += 1
        sent.answers[status] += 1
        yield from (f"{shot}\n  {status} {fault}" for fault in faults_of(shot, status, kind, said))
        if shot.documented and str(status) not in shot.documented:
            sent.undocumented[f"{shot.label} {shot.kind} {status}"] += 1
    connection.close()


def _asked(connection: http.client.HTTPConnection, shot: Shot) -> tuple[int, str, bytes]:
    """A connection that stood idle may have been given up meanwhile: then once more on another."""
    with suppress(ConnectionError, http.client.RemoteDisconnected):
        if connection.sock is not None:
            return _exchanged(connection, shot)
    connection.close()
    return _exchanged(connection, shot)


def _exchanged(connection: http.client.HTTPConnection, shot: Shot) -> tuple[int, str, bytes]:
    try:
        named = {name.lower() for name, _ in shot.headers}
        connection.putrequest(
            shot.method, shot.target, skip_host="host" in named, skip_accept_encoding=True
        )
        for name, value in shot.headers:
            connection.putheader(name, value.encode("latin-1"))
        if shot.body is not None:
            connection.putheader("Content-Length", str(len(shot.body)))
        connection.endheaders(shot.body)
        answer = connection.getresponse()
        return answer.status, answer.headers.get_content_type(), answer.read()
    except BaseException:
        connection.close()
        raise


def faults_of(shot: Shot, status: int, kind: str, said: bytes) -> Iterator[str]:
    # No sweep runs here, which is what it says.
    if status >= 500 and not shot.target.startswith("/readyz"):
        yield said[:300].decode(errors="replace")
    if not 400 <= status < 500 or not _is_for_programs(shot):
        return
    if kind != PROBLEM:
        yield f"is no problem but {kind}: {said[:100]!r}"
    elif shot.method != "HEAD":
        yield from _faults_of_problem(status, json.loads(said))


def _is_for_programs(shot: Shot) -> bool:
    return shot.target.startswith(("/api/v1/", "/w/"))


def _faults_of_problem(status: int, said: Any) -> Iterator[str]:
    if not isinstance(said, dict) or not said.get("code") or said.get("status") != status:
        yield f"is a problem without its code or status: {said}"
    for fault in said.get("errors", ()):
        if not {"pointer", "code", "detail"} <= fault.keys():
            yield f"has an error that is none: {fault}"
