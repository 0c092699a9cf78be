"""A batch as it was sent: each item read for itself, so that one bad item spoils no other."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cxloop.kernel.bodies import LARGEST, pointer_to
from cxloop.kernel.errors import CxloopError, Fault, Refused, TooLarge
from feedback.intake.callers import Caller
from feedback.intake.idempotency import digest_of, read_key
from feedback.intake.submission import Submission, read_submission

MOST_ITEMS = 1000


@dataclass(slots=True)
class Item:
    """One item: what it says, or why it is refused. `key` and `body` as in Claim."""

    place: int
    said: Submission | None = None
    key: str | None = None
    body: bytes = b""
    refusal: CxloopError | None = None

    def refused(self) -> dict[str, Any]:
        """The item's result; pointers lead from the top of the batch."""
        error = self.refusal
        assert error is not None
        faults = error.faults if isinstance(error, Refused) else [Fault("", error.code, str(error))]
        start = pointer_to("items", self.place)
        errors = [vars(fault) | {"pointer": start + fault.pointer} for fault in faults]
        return {"status": 422, "code": error.code, "errors": errors}


def read_items(body: Any, caller: Caller) -> list[Item]:
    """Raises Refused for a batch that is none."""
    return [_read(place, raw, caller) for place, raw in enumerate(_raw_items(body))]


def _raw_items(body: Any) -> list[Any]:
    if not isinstance(body, dict):
        raise Refused.at("", "not_an_object", 'Send {"items": [...]}.')
    unknown = body.keys() - {"items"}
    if unknown:
        faults = [Fault(pointer_to(n), "unknown_name", "Unknown name.") for n in sorted(unknown)]
        raise Refused(faults)
    items = body.get("items")
    if not isinstance(items, list):
        raise Refused.at("/items", "not_a_list", "Send a list of feedback.")
    if not 0 < len(items) <= MOST_ITEMS:
        raise Refused.at("/items", "too_many", f"Send 1 to {MOST_ITEMS:,} items.")
    return items


def _read(place: int, raw: Any, caller: Caller) -> Item:
    item = Item(place)
    try:
        item.said, item.key = _said(raw, caller, caller.now)
        item.body = digest_of(raw) if item.key else b""
    except CxloopError as error:
        item.refusal = error
    return item


def _said(raw: Any, caller: Caller, now: datetime) -> tuple[Submission, str | None]:
    # Its length as Python shows it: near enough, and a fraction of writing it as JSON again.
    if len(repr(raw)) > LARGEST:
        raise TooLarge(f"An item may be as large as a body of its own: {LARGEST:,} bytes.")
    key = raw.get("idempotency_key") if isinstance(raw, dict) else None
    if key is not None:
        raw = {name: value for name, value in raw.items() if name != "idempotency_key"}
        if not isinstance(key, str):
            raise Refused.at("/idempotency_key", "not_text", "A key is text.")
    said = read_submission(raw, now=now)
    caller.check_backdating(said)
    if said.partial:
        raise Refused.at(
            "/partial", "not_in_a_batch", "A batch takes what is said, not parts of it."
        )
    return said, read_key(key)
