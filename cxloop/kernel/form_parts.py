"""A form with files, posted by a program: read whole and strictly. Django leaves out parts that it
cannot read; what somebody sent and we did not take must be an error."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.datastructures import MultiValueDict

from cxloop.kernel.bodies import pointer_to, read_body
from cxloop.kernel.errors import Fault, Refused, TooLarge, Unreadable
from cxloop.kernel.uploads import Parsed

MOST_FAULTS = 10

_BROKEN_OFF = "The form broke off: its last boundary is missing."
_UNREAD = "A part of the form has no name, or a file has none that can be read."


@dataclass(frozen=True, slots=True)
class FormFile:
    """`part` is what the form calls it, `name` what its giver did."""

    part: str
    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Posted:
    """The JSON as it was sent, and the files beside it."""

    json: bytes
    files: Sequence[FormFile] = ()


class _Gathering(FileUploadHandler):
    """In memory, where the whole of the form is already."""

    def new_file(self, *args: Any, **named: Any) -> None:
        super().new_file(*args, **named)
        self.pieces: list[bytes] = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.pieces.append(raw_data)

    def file_complete(self, file_size: int) -> SimpleUploadedFile:
        return SimpleUploadedFile(self.file_name or "file", b"".join(self.pieces))


def is_form(request: HttpRequest) -> bool:
    return request.content_type == "multipart/form-data"


def read_form(request: HttpRequest, part: str, *, largest: int) -> Posted:
    """`part` holds the JSON, as a field or as a file; all other parts are files. Raises TooLarge,
    Unreadable, or Refused at what is wanted or not known."""
    raw = read_body(request, largest=largest)
    fields, uploads = _parse(request.META.get("CONTENT_TYPE", ""), raw)
    for text in fields.getlist(part):
        if "\ufffd" in text and text.encode() not in raw:
            raise Unreadable(f"The part {part!r} is not UTF-8.")
    del raw
    files = [
        FormFile(name, upload.name or "file", upload.read())
        for name, given in uploads.lists()
        for upload in given
    ]
    return _posted(part, fields, files)


def _posted(part: str, fields: QueryDict, files: Sequence[FormFile]) -> Posted:
    said = [text.encode() for text in fields.getlist(part)]
    said += [file.body for file in files if file.part == part]
    unknown = [name for name in fields if name != part]
    faults = [
        Fault(pointer_to(name), "unknown_name", "No part of this name is known; files have names.")
        for name in unknown[:MOST_FAULTS]
    ]
    if len(said) != 1:
        code = "duplicate_key" if said else "missing"
        faults.append(Fault(pointer_to(part), code, f"Send one part {part!r} with the JSON."))
    if faults:
        raise Refused(faults)
    return Posted(said[0], [file for file in files if file.part != part])


def _parse(content_type: str, raw: bytes) -> Parsed:
    meta = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(raw))}
    try:
        parser = MultiPartParser(meta, BytesIO(raw), [_Gathering()], "utf-8")
        mark = b"--" + parser._boundary  # type: ignore[attr-defined]
        if not raw.rstrip().endswith(mark + b"--"):
            raise Unreadable(_BROKEN_OFF)
        fields, files = parser.parse()
    except MultiPartParserError as error:
        raise Unreadable(f"The form cannot be read: {error}") from None
    except (TooManyFilesSent, TooManyFieldsSent):
        raise TooLarge("The form has too many parts.", code="too_many_parts") from None
    except RequestDataTooBig:
        raise TooLarge("The JSON of the form is too large.") from None
    except SuspiciousOperation as error:
        raise Unreadable(f"The form cannot be read: {error}") from None
    if _number_of(fields) + _number_of(files) != raw.count(mark) - 1:
        raise Unreadable(_UNREAD, code="unreadable_part")
    return fields, files


def _number_of(found: "QueryDict | MultiValueDict[str, object]") -> int:
    return sum(len(given) for _, given in found.lists())
