"""An outbox on the disk: what was put into it is heard once, whatever breaks in between."""

import json
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from os import PathLike
from pathlib import Path
from typing import Any, Unpack

from cxloop_client._client import GIVE_UP_AFTER, Client
from cxloop_client._errors import CxloopError, Fault, Problem, Unanswered, is_verdict
from cxloop_client._retry import Course
from cxloop_client._store import Row, Store
from cxloop_client._submission import Submission, encoded, new_key

# So many of one round may fail each for itself; then it is no longer about them.
MOST_TROUBLE = 3


@dataclass(frozen=True, slots=True)
class RefusedSubmission:
    """What the service will not take, and why. `pointer` of each fault leads into `submission`."""

    key: str
    submission: dict[str, Any]
    refused_at: datetime
    status: int
    code: str
    detail: str
    errors: tuple[Fault, ...]
    request_id: str


@dataclass(slots=True)
class Flushed:
    """What a flush did; `failure` is why something still waits."""

    sent: int = 0
    refused: int = 0
    waiting: int = 0
    failure: CxloopError | None = None


class Outbox:
    """One file, for any number of threads and processes of one machine; not for a network drive.

    What the service refused stays to be looked at for `keep_refused`, None for ever.
    """

    def __init__(
        self, path: str | PathLike[str], *, keep_refused: timedelta | None = timedelta(days=7)
    ) -> None:
        self._store = Store(Path(path))
        self._keep_refused = keep_refused
        self.was_put = threading.Event()

    def put(self, *, idempotency_key: str | None = None, **said: Unpack[Submission]) -> str:
        """The key under which it will be sent. On the disk when this returns.

        Raises ValueError or TypeError for what JSON cannot say; the service judges all else.
        """
        key = idempotency_key or new_key()
        self._store.put(key, encoded(said))
        self.was_put.set()
        return key

    def flush(self, client: Client, *, give_up_after: float = GIVE_UP_AFTER) -> Flushed:
        """Sends what waits, the oldest first, for at most so many seconds.

        One at a time does so for a file; others wait for their turn. Raises nothing for what the
        service says or does not say: that is in the result.
        """
        course, done = Course(give_up_after), Flushed()
        with self._store.alone(give_up_after) as is_alone:
            if is_alone:
                self._age()
                self._send_all(client, course, done)
            else:
                done.failure = Unanswered("Another process is still sending from this outbox.")
        done.waiting = self.waiting
        return done

    def _age(self) -> None:
        if self._keep_refused is not None:
            self._store.drop_refused_before(time.time() - self._keep_refused.total_seconds())

    def _send_all(self, client: Client, course: Course, done: Flushed) -> None:
        last = troubled = 0
        while course.left > 0 and (row := self._store.next_after(last)):
            last = row.id
            failure = self._send(row, client, course, done)
            troubled += failure is not None
            if failure and (_concerns_all(failure) or troubled == MOST_TROUBLE):
                return

    def _send(self, row: Row, client: Client, course: Course, done: Flushed) -> CxloopError | None:
        """Why it still waits, if it does."""
        try:
            client.send_encoded(row.body, row.key, give_up_after=course.left)
        except CxloopError as failure:
            if isinstance(failure, Problem) and is_verdict(failure):
                self._store.refuse(row.key, _shown(failure))
                done.refused += 1
                return None
            done.failure = failure
            return failure
        self._store.drop(row.key)
        done.sent += 1
        return None

    @property
    def waiting(self) -> int:
        """How many were not answered yet."""
        return self._store.waiting()

    def refused(self) -> list[RefusedSubmission]:
        """Those that the service refused, the oldest first."""
        return [
            _refused(key, body, at, json.loads(problem))
            for key, body, at, problem in self._store.refused()
        ]

    def retry(self, key: str) -> bool:
        """Lets a refused one wait again, for a service that has learnt to take it."""
        is_waiting = self._store.wait_again(key)
        self.was_put.set()
        return is_waiting

    def discard(self, key: str) -> bool:
        """Forgets a refused one."""
        return self._store.drop_refused(key)


def _concerns_all(failure: CxloopError) -> bool:
    """No connection, a key that is not known, a limit: the next would fare the same."""
    if isinstance(failure, Unanswered):
        return failure.status is None
    return isinstance(failure, Problem) and failure.status in (401, 403, 404, 429)


def _shown(problem: Problem) -> dict[str, Any]:
    return {
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "errors": [[fault.pointer, fault.code, fault.detail] for fault in problem.errors],
        "request_id": problem.request_id,
    }


def _refused(key: str, body: bytes, at: float, problem: dict[str, Any]) -> RefusedSubmission:
    errors = tuple(Fault(*fault) for fault in problem.pop("errors"))
    moment = datetime.fromtimestamp(at, UTC)
    return RefusedSubmission(key, json.loads(body), moment, errors=errors, **problem)
