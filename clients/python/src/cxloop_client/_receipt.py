"""Reading what came back: a receipt, or an error that says what it was."""

import json
import time
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import UUID

import httpx2

from cxloop_client._errors import CxloopError, Unanswered, problem_of


@dataclass(frozen=True, slots=True)
class Receipt:
    """Committed. `replayed`: it had been heard before under the same key; nothing was doubled.
    `status_url` is a page for the customer: who left no address reads the answer there."""

    id: UUID
    received_at: datetime
    status_url: str
    key: str
    replayed: bool


def receipt_of(body: Any, *, key: str, replayed: bool) -> Receipt:
    """Raises Unanswered for what is no receipt, such as the page of a hotel's network."""
    try:
        received_at = datetime.fromisoformat(body["received_at"])
        return Receipt(UUID(body["id"]), received_at, body["status_url"], key, replayed)
    except (KeyError, TypeError, ValueError) as error:
        raise Unanswered("Something answered that is no cxloop.", status=200) from error


def body_of(response: httpx2.Response) -> Any:
    """The JSON of a success. Raises the error that the answer is otherwise."""
    body = _json(response)
    if response.is_success and body is not None:
        return body
    raise _failure(response, body)


def is_replay(response: httpx2.Response) -> bool:
    return response.headers.get("Idempotency-Replayed") == "true"


def _json(response: httpx2.Response) -> Any:
    try:
        return json.loads(response.content)
    except ValueError:
        return None


def _failure(response: httpx2.Response, body: Any) -> CxloopError:
    status = response.status_code
    failure: CxloopError
    if status >= 400 and isinstance(body, dict) and "code" in body:
        request_id = response.headers.get("X-Request-Id", "")
        failure = problem_of(body, status=status, request_id=request_id)
    else:
        failure = Unanswered(f"Something answered {status}, and not as cxloop does.", status=status)
    failure.retry_after = _seconds(response.headers.get("Retry-After"))
    return failure


def _seconds(said: str | None) -> float | None:
    """Retry-After says seconds, or, from a proxy, a date."""
    if said is None:
        return None
    if said.strip().isdecimal():
        return float(said)
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - time.time())
    except ValueError:
        return None
