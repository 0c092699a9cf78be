"""JSON as strict as we promise it: no doubled keys, no NaN, no deep nests, nothing PostgreSQL
cannot store."""

import json
import re
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from rest_framework.parsers import BaseParser

from cxloop.kernel.errors import TooLarge, Unreadable

DEEPEST = 20
LARGEST = 64 * 1024

# NUL and lone surrogates: text that PostgreSQL refuses.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def read_json(raw: bytes, *, largest: int = LARGEST) -> Any:
    """The body's value. Raises Unreadable with a reason, or TooLarge."""
    if len(raw) > largest:
        raise TooLarge(f"The body may have at most {largest:,} bytes.")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("The body is not UTF-8.") from None
    _refuse_depth(text)
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise Unreadable(f"The body is not JSON: {error}.") from None
    except (RecursionError, ValueError) as error:
        raise Unreadable(f"The body cannot be read: {error}.") from None
    return value


def _refuse_depth(text: str) -> None:
    """Counted before parsing: the parser itself must never see a bottomless nest."""
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        mark = match.group()[0]
        if mark in "[{":
            depth += 1
            if depth > DEEPEST:
                raise Unreadable(f"The body nests deeper than {DEEPEST}.", code="too_deep")
        elif mark in "]}":
            depth -= 1


_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unreadable(f"The key {twice!r} stands twice in one object.", code="duplicate_key")
    return found


def _no_constant(name: str) -> NoReturn:
    raise Unreadable(f"{name} is not a JSON number.", code="not_a_number")


def storable(value: Any) -> Any:
    """The same value with the characters PostgreSQL cannot store shown as U+FFFD."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [storable(inner) for inner in value]
    if isinstance(value, dict):
        return {storable(key): storable(inner) for key, inner in value.items()}
    return value


class StrictJSONParser(BaseParser):
    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return storable(read_json(stream.read()))
