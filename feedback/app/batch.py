"""A batch as it was sent: each item read for itself, so that one bad item spoils no other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cxloop.kernel.bodies import LARGEST, pointer_to
from cxloop.kernel.errors import CxloopError, Fault, Refused, TooLarge
from cxloop.kernel.form_parts import FormFile
from feedback.app.clocks import DeviceClock
from feedback.intake.callers import Caller
from feedback.intake.enclosures import Enclosure, enclosures_of
from feedback.intake.idempotency import digest_of, read_key
from feedback.intake.submission import Moment, Submission, faults_of, read_submission
from feedback.intake.trust import Trust

MOST_ITEMS = 1000
AROUND = {"items", "sent_at"}
# What an item says beside its submission.
BESIDE = {"idempotency_key", "files"}

_moment: TypeAdapter[datetime | None] = TypeAdapter(Moment)


@dataclass(slots=True)
class Item:
    """One item: what it says, or why it is refused. `key` and `body` as in Claim."""

    place: int
    said: Submission | None = None
    trust: Trust = Trust.CLAIMED
    key: str | None = None
    body: bytes = b""
    files: Sequence[Enclosure] = ()
    refusal: CxloopError | None = None

    def refused(self) -> dict[str, Any]:
        """The item's result; pointers lead from the top of the batch."""
        error = self.refusal
        assert error is not None
        faults = error.faults if isinstance(error, Refused) else [Fault("", error.code, str(error))]
        start = pointer_to("items", self.place)
        errors = [vars(fault) | {"pointer": start + fault.pointer} for fault in faults]
        return {"status": 422, "code": error.code, "errors": errors}


@dataclass(frozen=True, slots=True)
class Around:
    """What each item is read by: who sends it, with which clock, and which files came with it."""

    caller: Caller
    clock: DeviceClock
    files: Mapping[str, FormFile]


@dataclass(slots=True)
class Batch:
    clock: DeviceClock
    items: list[Item] = field(default_factory=list)


def read_batch(body: Any, files: Sequence[FormFile], caller: Caller, *, most: int) -> Batch:
    """Raises Refused for a batch that is none, or with a file that no item names."""
    raw, clock = _raw_items(body, most), DeviceClock(caller.now, _sent_at(body))
    around = Around(caller, clock, _by_part(files))
    _check_all_named(around.files, raw)
    return Batch(clock, [_read(place, one, around) for place, one in enumerate(raw)])


def _raw_items(body: Any, most: int) -> list[Any]:
    if not isinstance(body, dict):
        raise Refused.at("", "not_an_object", 'Send {"items": [...]}.')
    if unknown := body.keys() - AROUND:
        faults = [Fault(pointer_to(n), "unknown_name", "Unknown name.") for n in sorted(unknown)]
        raise Refused(faults)
    items = body.get("items")
    if not isinstance(items, list):
        raise Refused.at("/items", "not_a_list", "Send a list of feedback.")
    if not 0 < len(items) <= most:
        raise Refused.at("/items", "too_many", f"Send 1 to {most:,} items.")
    return items


def _sent_at(body: dict[str, Any]) -> datetime | None:
    try:
        return _moment.validate_python(body.get("sent_at"))
    except ValidationError as error:
        found = [Fault("/sent_at", fault.code, fault.detail) for fault in faults_of(error)]
        raise Refused(found) from None


def _by_part(files: Sequence[FormFile]) -> dict[str, FormFile]:
    found: dict[str, FormFile] = {}
    for file in files:
        if file.part in found:
            detail = "Two files are called this: items name them by it."
            raise Refused.at(pointer_to(file.part), "duplicate_key", detail)
        found[file.part] = file
    return found


def _check_all_named(parts: Mapping[str, FormFile], raw: Sequence[Any]) -> None:
    """What came and belongs to nothing would be lost without a word."""
    lists = [one.get("files") for one in raw if isinstance(one, dict)]
    named = {
        name for names in lists if isinstance(names, list) for name in names if type(name) is str
    }
    faults = [
        Fault(pointer_to(part), "unnamed_file", "No item names this file in its `files`.")
        for part in parts
        if part not in named
    ]
    if faults:
        raise Refused(faults)


def _read(place: int, raw: Any, around: Around) -> Item:
    item = Item(place)
    try:
        _fill(item, raw, around)
    except CxloopError as error:
        item.said, item.refusal = None, error
    return item


def _fill(item: Item, raw: Any, around: Around) -> None:
    # Its length as Python shows it: near enough, and a fraction of writing it as JSON again.
    if len(repr(raw)) > LARGEST:
        raise TooLarge(f"An item may be as large as a body of its own: {LARGEST:,} bytes.")
    beside = raw if isinstance(raw, dict) else {}
    key = beside.get("idempotency_key")
    if key is not None and not isinstance(key, str):
        raise Refused.at("/idempotency_key", "not_text", "A key is text.")
    item.said = _said(raw, around.caller, around.clock)
    item.trust = around.caller.trust_in(item.said.customer)
    item.key = read_key(key)
    item.files = _enclosed(beside.get("files"), around)
    item.body = digest_of(raw, item.files) if item.key else b""


def _said(raw: Any, caller: Caller, clock: DeviceClock) -> Submission:
    if isinstance(raw, dict) and not raw.keys().isdisjoint(BESIDE):
        raw = {name: value for name, value in raw.items() if name not in BESIDE}
    is_backdated = isinstance(raw, dict) and raw.get("backdated") is True
    said = read_submission(raw, now=caller.now if is_backdated else clock.latest)
    caller.check_backdating(said)
    if said.partial:
        raise Refused.at(
            "/partial", "not_in_a_batch", "A batch takes what is said, not parts of it."
        )
    return clock.corrected(said)


def _enclosed(names: Any, around: Around) -> list[Enclosure]:
    if names is None:
        return []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Refused.at("/files", "not_a_list", "Send a list of the names of the files' parts.")
    faults = [
        Fault(pointer_to("files", place), "unknown_file", f"No file came as {name[:100]!r}.")
        for place, name in enumerate(names)
        if name not in around.files
    ]
    if faults:
        raise Refused(faults)
    if len(set(names)) < len(names):
        raise Refused.at("/files", "duplicate_key", "An item names a file once.")
    found = [around.files[name] for name in names]
    return enclosures_of(found, any_kind=around.caller.key.is_secret)
