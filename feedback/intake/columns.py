"""Which columns of a file mean what: rows of text in, the body of a feedback out. Pure.

A map is written as `score='Rating:stars' comment='Narrative|Issue' received_at='Date received'`:
of several columns the first that is not empty counts.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from cxloop.kernel.errors import Fault, Refused
from feedback.intake.scores import TABLE

PLAIN = ("comment", "form", "received_at", "tags")
OF_CUSTOMER = ("id", "email", "name", "phone", "locale", "segment", "value", "company")
FAMILIES = ("scores", "answers", "context")

_YEAR_FIRST = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T](\d{1,2}):(\d\d)(?::(\d\d))?)?"
)
_WHOLE = re.compile(r"-?\d{1,9}(?:\.0+)?")


@dataclass(frozen=True)
class Target:
    """One part of the body, the columns it is read from, and for a score its type."""

    path: tuple[str, ...]
    columns: tuple[str, ...]
    score_type: str = ""

    def text(self, row: Mapping[str, str]) -> str:
        for name in self.columns:
            if text := row[name].strip():
                return text
        return ""


@dataclass(frozen=True)
class Dates:
    """How a file writes its times; a date without time is midnight in the zone."""

    zone: ZoneInfo
    form: str = ""

    @lru_cache(maxsize=10_000)  # noqa: B019 - one a file, and days come back row after row
    def read(self, text: str) -> datetime:
        """Raises Refused where the order of day and month would have to be guessed."""
        try:
            moment = datetime.strptime(text, self.form) if self.form else _unmistakable(text)
        except (ValueError, OverflowError):
            wanted = self.form or "a date that begins with the year (or say --date-format)"
            raise Refused.at(
                "/received_at", "malformed_time", f"{text!r} is not {wanted}."
            ) from None
        return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)


def _unmistakable(text: str) -> datetime:
    found = _YEAR_FIRST.fullmatch(text)
    if found is None:
        return datetime.fromisoformat(text)
    return datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]


def parse_map(said: Iterable[str]) -> list[Target]:
    """Raises Refused for a part that no feedback has, or a score without its type."""
    return [_target(part) for part in said]


def _target(said: str) -> Target:
    name, given, columns = said.partition("=")
    if not given or not columns:
        raise _bad_map(said, "say PART='Column' or PART='Column|Another column'")
    path = tuple(name.split(".", 1))
    if name == "score" or path[0] == "scores":
        columns, _, kind = columns.rpartition(":")
        if kind not in TABLE or not columns:
            raise _bad_map(said, f"a score names its type: {name}='Column:{'|'.join(TABLE)}'")
        return Target(path, tuple(columns.split("|")), kind)
    if not _is_known(path):
        raise _bad_map(said, f"{name} is no part of a feedback")
    return Target(path, tuple(columns.split("|")))


def _is_known(path: tuple[str, ...]) -> bool:
    if len(path) == 1:
        return path[0] in PLAIN
    return (path[0] == "customer" and path[1] in OF_CUSTOMER) or path[0] in FAMILIES


def _bad_map(said: str, why: str) -> Refused:
    return Refused([Fault(f"/{said.partition('=')[0]}", "bad_map", f"{said!r}: {why}.")])


def body_of(row: Mapping[str, str], targets: Iterable[Target], dates: Dates) -> dict[str, Any]:
    """The body that this row says; empty cells say nothing. Raises Refused."""
    body: dict[str, Any] = {}
    for target in targets:
        text = target.text(row)
        if text:
            _PUT.get(target.path[0], _put_text)(body, target, text, dates)
    return body


def _put_score(body: dict[str, Any], target: Target, text: str, dates: Dates) -> None:
    score = {"type": target.score_type, "value": _score_value(target.score_type, text)}
    if target.path[0] == "score":
        body["score"] = score
    else:
        body.setdefault("scores", []).append({"key": target.path[1], **score})


def _score_value(kind: str, text: str) -> Any:
    """A spreadsheet writes 4 as 4.0; what is no whole number is left for the checks to refuse."""
    if kind == "gcr":
        return text.lower()
    return int(text.partition(".")[0]) if _WHOLE.fullmatch(text) else text


def _put_time(body: dict[str, Any], target: Target, text: str, dates: Dates) -> None:
    body |= {"occurred_at": dates.read(text), "backdated": True}


def _put_tags(body: dict[str, Any], target: Target, text: str, dates: Dates) -> None:
    body["tags"] = [tag.strip() for tag in text.split(",") if tag.strip()]


def _put_text(body: dict[str, Any], target: Target, text: str, dates: Dates) -> None:
    if len(target.path) == 1:
        body[target.path[0]] = text
    else:
        body.setdefault(target.path[0], {})[target.path[1]] = text


_PUT: dict[str, Callable[[dict[str, Any], Target, str, Dates], None]] = {
    "score": _put_score,
    "scores": _put_score,
    "received_at": _put_time,
    "tags": _put_tags,
}
