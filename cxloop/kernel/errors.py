"""Everything that can go wrong on purpose.

CxloopError
├── Unreadable        400  the request cannot be read at all
├── Unknown           401  no key, or one that we do not know
├── Forbidden         403  may see it, may not do this
├── NotHere           404  does not exist, or is not yours to know of
├── Conflict          409  the act does not fit the state (its code says which way)
├── TooLarge          413  more than we take at once
├── Refused           422  readable, but with errors at the places that `errors` points to
│   └── Malformed     400  JSON that we do not read: a doubled key, no number, too deep a nest
├── TooMany           429  slow down; retry_after says for how long
└── Away              503  we cannot commit just now; nothing was kept
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Fault:
    """One error in an input: `pointer` is a JSON pointer (RFC 6901) into the body. `names` are whom
    or what it is about, for those who say it in words of their own."""

    pointer: str
    code: str
    detail: str
    names: tuple[str, ...] = ()


class CxloopError(Exception):
    status = 500
    code = "error"
    title = "Something went wrong"

    def __init__(self, detail: str = "", *, code: str | None = None) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.code = code or self.code


class Unreadable(CxloopError):
    status, code, title = 400, "unreadable", "The request cannot be read"


class Unknown(CxloopError):
    status, code, title = 401, "unknown_key", "A valid key is needed"


class Forbidden(CxloopError):
    status, code, title = 403, "forbidden", "This is not yours to do"


class NotHere(CxloopError):
    status, code, title = 404, "not_found", "There is nothing here"


class Conflict(CxloopError):
    status, code, title = 409, "conflict", "This does not fit the present state"

    def __init__(
        self, detail: str = "", *, code: str | None = None, names: Iterable[str] = ()
    ) -> None:
        """`names` are what stands in the way, for those who say it in words of their own."""
        super().__init__(detail, code=code)
        self.names = tuple(names)


class TooLarge(CxloopError):
    status, code, title = 413, "too_large", "The request is too large"


class Refused(CxloopError):
    status, code, title = 422, "refused", "The request has errors"

    def __init__(self, faults: Iterable[Fault], detail: str = "", *, code: str | None = None):
        self.faults = tuple(faults)
        super().__init__(detail or "; ".join(f.detail for f in self.faults[:3]), code=code)

    @classmethod
    def at(cls, pointer: str, code: str, detail: str, *, names: Iterable[str] = ()) -> "Refused":
        return cls([Fault(pointer, code, detail, tuple(names))])


class Malformed(Refused):
    status, code, title = 400, "malformed", "The request cannot be read"


class TooMany(CxloopError):
    status, code, title = 429, "too_many", "Too many requests"

    def __init__(self, detail: str = "", *, retry_after: int, code: str | None = None) -> None:
        super().__init__(detail or f"Try again in {retry_after} s.", code=code)
        self.retry_after = retry_after


class Away(CxloopError):
    status, code, title = 503, "away", "The service cannot commit just now"


def problem_body(error: CxloopError, request_id: str) -> dict[str, Any]:
    """As RFC 9457 has it."""
    body: dict[str, Any] = {
        "type": f"https://cxloop.dev/problems/{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "request_id": request_id,
    }
    if isinstance(error, Refused):
        body["errors"] = [_fault_body(fault) for fault in error.faults]
    return body


def _fault_body(fault: Fault) -> dict[str, str]:
    return {"pointer": fault.pointer, "code": fault.code, "detail": fault.detail}
