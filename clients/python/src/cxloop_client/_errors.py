"""What can go wrong, in the words of the service, or because it did not answer.

CxloopError
├── Unanswered      cxloop did not answer in time: it may have heard, so the same key again
├── Problem         cxloop answered with a problem (RFC 9457)
│   ├── Unreadable  400  the request cannot be read at all
│   ├── UnknownKey  401  no key, or one that the service does not know
│   ├── Forbidden   403  this key may not do that
│   ├── NotFound    404  nothing there: look at the address
│   ├── Conflict    409  does not fit what is there
│   ├── TooLarge    413  more than is taken at once
│   ├── Refused     422  readable, with faults at the places that `errors` point to
│   ├── TooMany     429  slow down; `retry_after` says for how long
│   └── Away        5xx  cannot commit just now; nothing was kept
└── BatchBrokeOff   part of a batch was not answered; `results` says what became of each item
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxloop_client._batch import BatchResult


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `pointer` is a JSON pointer (RFC 6901) into the submission."""

    pointer: str
    code: str
    detail: str


class CxloopError(Exception):
    """`key` is the idempotency key under which it was sent; with it, sending again is safe.
    `retry_after` is in seconds, where somebody said so."""

    key: str | None = None
    retry_after: float | None = None


class Unanswered(CxloopError):
    """No answer of cxloop: no connection, no time, or something between that answers for itself.

    `status` is of such an answer, None where there was none. Whether the submission was kept is
    unknown: send it again under the same key.
    """

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Problem(CxloopError):
    """`code` is stable and for programs, `detail` for people; `request_id` finds it in the log of
    the service."""

    def __init__(self, body: dict[str, Any], *, status: int, request_id: str = "") -> None:
        self.status = status
        self.code = str(body["code"])
        self.title = str(body.get("title", ""))
        self.errors = _faults(body.get("errors"))
        self.detail = str(body.get("detail") or "; ".join(fault.detail for fault in self.errors))
        self.request_id = str(body.get("request_id") or request_id)
        super().__init__(self._told())

    def _told(self) -> str:
        places = [f"{fault.pointer or 'all of it'}: {fault.detail}" for fault in self.errors]
        told = f"{self.status} {self.code}: {'; '.join(places) or self.detail}"
        return f"{told} (request {self.request_id})" if self.request_id else told


class Unreadable(Problem):
    pass


class UnknownKey(Problem):
    pass


class Forbidden(Problem):
    pass


class NotFound(Problem):
    pass


class Conflict(Problem):
    pass


class TooLarge(Problem):
    pass


class Refused(Problem):
    pass


class TooMany(Problem):
    pass


class Away(Problem):
    pass


class BatchBrokeOff(CxloopError):
    """`results` has every item in order: settled ones, and those whose error says why they are not.
    Its cause is the error that ended it."""

    def __init__(self, results: Sequence["BatchResult"]) -> None:
        self.results = list(results)
        settled = sum(result.settled for result in self.results)
        super().__init__(f"{settled} of {len(self.results)} items were settled before it broke off")


_BY_STATUS: dict[int, type[Problem]] = {
    400: Unreadable,
    401: UnknownKey,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: TooLarge,
    422: Refused,
    429: TooMany,
}


def problem_of(body: dict[str, Any], *, status: int, request_id: str = "") -> Problem:
    """The problem that a body with a `code` tells."""
    family = Away if status >= 500 else _BY_STATUS.get(status, Problem)
    return family(body, status=status, request_id=request_id)


def _faults(said: Any) -> tuple[Fault, ...]:
    told = [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []
    return tuple(Fault(*(str(one.get(name, "")) for name in Fault.__slots__)) for one in told)


def may_pass(failure: CxloopError) -> bool:
    """Whether the same again, a little later, may fare better."""
    if isinstance(failure, Problem):
        is_running = failure.status == 409 and failure.code == "in_progress"
        return is_running or failure.status == 429 or failure.status >= 500
    if isinstance(failure, Unanswered):
        status = failure.status
        return status is None or status < 300 or status == 429 or status >= 500
    return False


def is_verdict(failure: CxloopError) -> bool:
    """Whether it is the last word on this submission, rather than on its key, address or hour."""
    about_it = {400, 409, 413, 422}
    return isinstance(failure, Problem) and failure.status in about_it and not may_pass(failure)
