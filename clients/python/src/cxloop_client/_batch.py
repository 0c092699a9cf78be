"""Many submissions in requests of at most a thousand, and what became of each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cxloop_client._errors import (
    BatchBrokeOff,
    CxloopError,
    Problem,
    Unanswered,
    is_verdict,
    problem_of,
)
from cxloop_client._receipt import Receipt, receipt_of
from cxloop_client._submission import BatchItem, encoded, new_key

MOST_ITEMS = 1000
# The service takes 16 MiB; the rest is what JSON puts around the items.
MOST_BYTES = 15 * 1024 * 1024


@dataclass(slots=True)
class BatchResult:
    """Of one item, under `key`: its receipt, or the error for which it has none. Pointers of the
    error lead from the top of the item."""

    key: str
    receipt: Receipt | None = None
    error: CxloopError | None = None

    @property
    def settled(self) -> bool:
        """Heard or refused: sending it again would change nothing."""
        return self.receipt is not None or (self.error is not None and is_verdict(self.error))


@dataclass(frozen=True, slots=True)
class Chunk:
    """One request; `results` are of its items, still to be filled in."""

    body: bytes
    results: list[BatchResult]


class Batch:
    """Encoded whole before anything is sent, so that what JSON cannot say stops all of it."""

    def __init__(self, items: Iterable[BatchItem]) -> None:
        keyed = [{**item, "idempotency_key": _key_of(item)} for item in items]
        self._bodies = [encoded(item) for item in keyed]
        self.results = [BatchResult(str(item["idempotency_key"])) for item in keyed]

    def chunks(self) -> Iterator[Chunk]:
        start = 0
        for end in _ends([len(body) for body in self._bodies]):
            body = b'{"items":[' + b",".join(self._bodies[start:end]) + b"]}"
            yield Chunk(body, self.results[start:end])
            start = end

    def broke_off(self, failure: CxloopError) -> BatchBrokeOff:
        """The error to raise; every item that has no result yet gets the failure."""
        for result in self.results:
            if result.receipt is None and result.error is None:
                result.error = failure
        return BatchBrokeOff(self.results)


def _key_of(item: BatchItem) -> str:
    return item.get("idempotency_key") or new_key()


def _ends(sizes: list[int]) -> Iterator[int]:
    """Where each request ends, so that none has too many items or bytes."""
    count = size = 0
    for place, each in enumerate(sizes):
        if count and (count == MOST_ITEMS or size + each + 1 > MOST_BYTES):
            yield place
            count = size = 0
        count, size = count + 1, size + each + 1
    if count:
        yield len(sizes)


def settle(chunk: Chunk, body: Any) -> None:
    """Fills in the results from the answer. Raises Unanswered for what is none."""
    said = body.get("results") if isinstance(body, dict) else None
    if not isinstance(said, list) or len(said) != len(chunk.results):
        raise Unanswered("Something answered that is no cxloop.", status=200)
    for place, (result, one) in enumerate(zip(chunk.results, said, strict=True)):
        if one.get("status") in (200, 201):
            replayed = bool(one.get("replayed"))
            result.receipt = receipt_of(one, key=result.key, replayed=replayed)
        else:
            result.error = _refusal(one, result.key, place)


def _refusal(said: dict[str, Any], key: str, place: int) -> Problem:
    top = f"/items/{place}"
    errors = [
        {**fault, "pointer": str(fault.get("pointer", "")).removeprefix(top)}
        for fault in said.get("errors", [])
    ]
    problem = problem_of({**said, "errors": errors}, status=int(said["status"]))
    problem.key = key
    return problem
