"""A wish to be called, as it stands among the answers: `call_back: {after, before, zone}`. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError, with_config
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

WISH = "call_back"
FEWEST_DIGITS = 5


def _fault(code: str, detail: str) -> PydanticCustomError:
    return PydanticCustomError(code, "{detail}", {"detail": detail})


def _instant(said: str) -> str:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise _fault("malformed_time", "This is not an ISO 8601 time.") from None
    if moment.tzinfo is None:
        raise _fault("no_offset", "Say the offset from UTC, for example Z or +09:00.")
    return said


def _zone(said: str) -> str:
    try:
        ZoneInfo(said)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _fault("unknown_zone", "This is no time zone, such as Asia/Seoul.") from None
    return said


Instant = Annotated[str, Field(max_length=40), AfterValidator(_instant)]
Zone = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_zone)]


@with_config(ConfigDict(extra="forbid", strict=True))
class _Said(TypedDict, total=False):
    after: Instant | None
    before: Instant | None
    zone: Zone | None


def _in_order(said: _Said) -> _Said:
    after, before = said.get("after"), said.get("before")
    if after and before and datetime.fromisoformat(after) >= datetime.fromisoformat(before):
        raise _fault("ends_before_it_begins", "The time to call ends before it begins.")
    return said


Said = Annotated[_Said, AfterValidator(_in_order)]


@with_config(ConfigDict(extra="allow"))
class Answers(TypedDict, total=False):
    """Any, by the keys of the questions; `call_back` is a wish to be called: not before the one
    time and until the other, in whichever zone they named them, at customer.phone."""

    call_back: Said | None


@dataclass(frozen=True, slots=True)
class CallBack:
    """`zone` is theirs; without times they may be called at any."""

    after: datetime | None = None
    before: datetime | None = None
    zone: str = ""


_reads: TypeAdapter[_Said] = TypeAdapter(Said)


def call_back_in(answers: Mapping[str, Any]) -> CallBack | None:
    """None too for what only is called so: answers were of any kind before this was one."""
    said = answers.get(WISH)
    if not isinstance(said, dict):
        return None
    try:
        read = _reads.validate_python(said)
    except ValidationError:
        return None
    after, before = _moment(read.get("after")), _moment(read.get("before"))
    return CallBack(after, before, read.get("zone") or "")


def _moment(said: Any) -> datetime | None:
    return datetime.fromisoformat(said) if said else None


def is_number(phone: str | None) -> bool:
    return sum(sign.isdigit() for sign in phone or "") >= FEWEST_DIGITS
