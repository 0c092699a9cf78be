"""Bodies as strict as we promise: bounded before they are read, no doubled keys, no NaN, no deep
nests, nothing PostgreSQL cannot store."""

import json
import math
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Any

from django.http import HttpRequest
from rest_framework.parsers import BaseParser

from cxloop.kernel.errors import CxloopError, Fault, Malformed, TooLarge, Unreadable

DEEPEST = 20
LARGEST = 64 * 1024
LARGEST_UPLOAD = 60 * 1024 * 1024
DRAINED_AT_MOST = 64 * 1024 * 1024

# NUL and lone surrogates: text that PostgreSQL refuses. In JSON they can only stand escaped.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MAY_BE_UNSTORABLE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


class Number(float):
    """A number with a fraction that still knows its digits, since money must not be rounded."""

    digits: str

    def __new__(cls, digits: str) -> "Number":
        number = super().__new__(cls, digits)
        number.digits = digits
        return number


class _Doubled(dict[str, Any]):
    """An object in which a key stands twice: found while parsing, told with its place after."""

    key: str


def pointer_to(*steps: str | int) -> str:
    """A JSON pointer (RFC 6901): ("a", 0) is /a/0."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def read_json(raw: bytes, *, largest: int = LARGEST) -> Any:
    """The body's value, storable. Raises TooLarge, Unreadable, or Malformed with pointers."""
    if len(raw) > largest:
        raise TooLarge(f"The body may have at most {largest:,} bytes.")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("The body is not UTF-8.") from None
    return _parse(text)


def _parse(text: str) -> Any:
    strange: list[str] = []
    try:
        value = json.loads(
            text,
            object_pairs_hook=lambda pairs: _object(pairs, strange),
            parse_float=lambda digits: _number(digits, strange),
            parse_constant=lambda digits: _number(digits, strange),
        )
    except RecursionError:
        raise _malformed([_too_deep("")]) from None
    except ValueError as error:
        raise Unreadable(f"The body is not JSON: {error}.") from None
    if strange or (text.count("{") + text.count("[") > DEEPEST and _is_deeper(value, DEEPEST)):
        _refuse_flaws(value)
    return storable(value) if _MAY_BE_UNSTORABLE.search(text) else value


def _object(pairs: list[tuple[str, Any]], strange: list[str]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [name for name, _ in pairs]
    doubled = _Doubled(found)
    doubled.key = next(name for name in names if names.count(name) > 1)
    strange.append(doubled.key)
    return doubled


def _number(digits: str, strange: list[str]) -> Number:
    number = Number(digits)
    if not math.isfinite(number):
        strange.append(digits)
    return number


def _is_deeper(value: Any, left: int) -> bool:
    """In as few steps as can be: a batch has a hundred thousand values."""
    for inner in value.values() if type(value) is dict else value:
        kind = type(inner)
        if (kind is dict or kind is list) and (left == 1 or _is_deeper(inner, left - 1)):
            return True
    return False


def _refuse_flaws(value: Any) -> None:
    if faults := list(_flaws(value, (), DEEPEST)):
        raise _malformed(faults)


def _malformed(faults: list[Fault]) -> Malformed:
    return Malformed(faults, code=faults[0].code)


def _too_deep(pointer: str) -> Fault:
    return Fault(pointer, "too_deep", f"The body nests deeper than {DEEPEST}.")


def _flaws(value: Any, place: tuple[str | int, ...], left: int) -> Iterator[Fault]:
    if isinstance(value, float) and not math.isfinite(value):
        yield Fault(pointer_to(*place), "not_a_number", "This is not a finite number.")
    if not isinstance(value, (dict, list)):
        return
    if left == 0:
        yield _too_deep(pointer_to(*place))
        return
    if isinstance(value, _Doubled):
        pointer = pointer_to(*place, value.key)
        yield Fault(pointer, "duplicate_key", "This key stands twice in one object.")
    for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, (dict, list, float)):
            yield from _flaws(inner, (*place, step), left - 1)


def storable(value: Any) -> Any:
    """The same value with the characters PostgreSQL cannot store shown as U+FFFD."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [storable(inner) for inner in value]
    if isinstance(value, dict):
        return {storable(key): storable(inner) for key, inner in value.items()}
    return value


def read_body(request: HttpRequest, *, largest: int = LARGEST) -> bytes:
    """The bytes sent, inflated if they came as gzip. Raises TooLarge or Unreadable."""
    raw = _read(request, largest + 1)
    if len(raw) > largest:
        raise TooLarge(f"The body may have at most {largest:,} bytes.")
    return _inflated(raw, request.headers.get("Content-Encoding", ""), largest)


def _read(request: HttpRequest, most: int) -> bytes:
    """Servers say each in a class of their own that a body broke off or a chunk is none."""
    try:
        raw: bytes = _stream(request).read(most)
    except Exception as error:
        raise Unreadable("The body broke off.") from error
    return raw


def _stream(request: HttpRequest) -> Any:
    """Django reads nothing without a Content-Length; a chunked body ends where its server says."""
    return request.META["wsgi.input"] if _is_chunked(request) else request


def _is_chunked(request: HttpRequest) -> bool:
    ends_by_itself = request.META.get("wsgi.input_terminated", False)
    return ends_by_itself and not request.META.get("CONTENT_LENGTH")


def _inflated(raw: bytes, encoding: str, largest: int) -> bytes:
    if encoding in {"", "identity"}:
        return raw
    if encoding != "gzip":
        raise Unreadable("Send the body plain or as gzip.", code="unknown_encoding")
    inflater = zlib.decompressobj(wbits=31)
    try:
        plain = inflater.decompress(raw, largest + 1)
    except zlib.error as error:
        raise Unreadable(f"The body is not gzip: {error}.") from None
    if len(plain) > largest:
        raise TooLarge(f"The body may have at most {largest:,} bytes.")
    if not inflater.eof or inflater.unused_data:
        raise Unreadable("The gzip breaks off, or something follows it.")
    return plain


def give_length(request: HttpRequest) -> None:
    """Holds a body sent in chunks, which Django and REST framework would take for none: what was
    said would be lost, and the act done without it. Raises Unreadable, and TooLarge for one with
    files: where it ends must be known before it is kept."""
    if _is_chunked(request):
        raw = _read(request, LARGEST + 1)
        if len(raw) > LARGEST and request.META.get("CONTENT_TYPE", "").startswith("multipart/"):
            _drain(request)
            raise TooLarge(f"A body of more than {LARGEST:,} bytes must say its Content-Length.")
        request._stream = BytesIO(raw)
        request.META["CONTENT_LENGTH"] = str(len(raw))


def refuse_larger(request: HttpRequest, largest: int) -> None:
    """For forms, which Django reads by itself. Raises TooLarge by what the request declares."""
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if not declared.isdecimal() or int(declared) > largest:
        raise TooLarge(f"The body may have at most {largest:,} bytes.")


def was_too_large(request: HttpRequest) -> bool:
    """A form with files that was read as an empty one, since it declared too much."""
    declared = request.META.get("CONTENT_LENGTH") or "0"
    return declared.isdecimal() and int(declared) > LARGEST_UPLOAD


@contextmanager
def draining(request: HttpRequest) -> Iterator[None]:
    """Reads what a refused client still sends: many read no answer before all is written."""
    try:
        yield
    except CxloopError:
        _drain(request)
        raise


def _drain(request: HttpRequest) -> None:
    drained = 0
    try:
        while drained < DRAINED_AT_MOST and (chunk := _read(request, 64 * 1024)):
            drained += len(chunk)
    except Unreadable:
        return


class StrictJSONParser(BaseParser):
    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raw = stream.read(LARGEST + 1)
        if len(raw) > LARGEST and isinstance(stream, HttpRequest):
            _drain(stream)
        return read_json(raw)
