"""A posted form whose fields are bytes: a mail in a field has charsets of its own, and is as large
as a file. Django decodes fields as one charset, and bounds them by what a form of a page needs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from django.utils.http import parse_header_parameters

from cxloop.kernel.errors import TooLarge, Unreadable

MOST_PARTS = 2_000
_PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class PostedFile:
    name: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class PostedForm:
    """Of what is said twice the last counts."""

    fields: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, PostedFile] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        said = self.fields.get(name)
        return None if said is None else said.decode("utf-8", "replace")


def read_form_bytes(content_type: str, raw: bytes) -> PostedForm:
    """Raises Unreadable for what is no form, and TooLarge for one of too many parts."""
    kind, options = _with_options(content_type)
    if kind == "application/x-www-form-urlencoded":
        return PostedForm(dict(_pairs(raw)))
    if kind != "multipart/form-data":
        raise Unreadable("Send a form.", code="wrong_content_type")
    if not options.get("boundary"):
        raise Unreadable("The form says no boundary.")
    return _in_parts(raw, options["boundary"].encode())


def _pairs(raw: bytes) -> Iterator[tuple[str, bytes]]:
    if raw.count(b"&") >= MOST_PARTS:
        raise _too_many()
    for pair in raw.split(b"&"):
        name, _, value = pair.partition(b"=")
        if name:
            yield _unquoted(name).decode("utf-8", "replace"), _unquoted(value)


def _unquoted(value: bytes) -> bytes:
    """In pieces: the standard library makes an object of each quoted byte."""
    value, told, at = value.replace(b"+", b" "), [], 0
    while at < len(value):
        end = at + _PIECE
        cut = value.rfind(b"%", end - 2, end)
        end = cut if cut > at else end
        told.append(unquote_to_bytes(value[at:end]))
        at = end
    return b"".join(told)


def _in_parts(raw: bytes, boundary: bytes) -> PostedForm:
    mark = b"\r\n--" + boundary
    if raw.count(mark) > MOST_PARTS:
        raise _too_many()
    parts = (b"\r\n" + raw).split(mark)
    if len(parts) < 2 or not parts[-1].startswith(b"--"):
        raise Unreadable("The form broke off: its last boundary is missing.")
    form = PostedForm()
    for part in parts[1:-1]:
        _keep_part(form, part)
    return form


def _keep_part(form: PostedForm, part: bytes) -> None:
    head, gap, body = part.partition(b"\r\n\r\n")
    headers = dict(_headers(head))
    said = _with_options(headers.get("content-disposition", ""))[1]
    if not gap or "name" not in said:
        raise Unreadable("A part of the form has no name.", code="unreadable_part")
    if "filename" in said:
        kind = headers.get("content-type", "")
        form.files[said["name"]] = PostedFile(said["filename"], kind, body)
    else:
        form.fields[said["name"]] = body


def _headers(head: bytes) -> Iterator[tuple[str, str]]:
    for line in head.decode("utf-8", "replace").splitlines():
        name, _, value = line.partition(":")
        yield name.strip().lower(), value.strip()


def _with_options(header: str) -> tuple[str, dict[str, str]]:
    try:
        kind, options = parse_header_parameters(header)
    except ValueError:  # too long a header
        return "", {}
    return kind, options


def _too_many() -> TooLarge:
    return TooLarge("The form has too many parts.", code="too_many_parts")
