"""Files that come with feedback: how many, how large and of which kind they may be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.http import HttpRequest

from cxloop.kernel.bodies import LARGEST, pointer_to, read_body
from cxloop.kernel.errors import Fault, Refused
from cxloop.kernel.file_kinds import DRAWN, kind_of, tidy_name
from cxloop.kernel.form_parts import FormFile, Posted, is_form, read_form
from feedback.intake.models import MOST_FILES

LARGEST_ENCLOSED = 10 * 1024 * 1024
LARGEST_FORM = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that may be kept; `digest` is the SHA-256 of its bytes."""

    name: str
    body: bytes
    digest: bytes


def read_posted(
    request: HttpRequest, part: str, *, largest: int = LARGEST, largest_form: int = LARGEST_FORM
) -> Posted:
    """JSON alone, or a form in which `part` is the JSON and everything else a file."""
    if is_form(request):
        return read_form(request, part, largest=largest_form)
    return Posted(read_body(request, largest=largest))


def enclosures_of(files: Sequence[FormFile], *, any_kind: bool) -> list[Enclosure]:
    """Raises Refused at /files and the place of each that is not taken. `any_kind`: from a server,
    which knows what it sends; what a stranger posts is a picture or a PDF, by its content."""
    if len(files) > MOST_FILES:
        detail = f"At most {MOST_FILES} files come with one feedback."
        raise Refused.at(pointer_to("files", MOST_FILES), "too_many_files", detail)
    faults = [
        Fault(pointer_to("files", place), code, f"{file.part}: {detail}")
        for place, file in enumerate(files)
        for code, detail in _faults_of(file, any_kind)
    ]
    if faults:
        raise Refused(faults)
    return [Enclosure(file.name, file.body, sha256(file.body).digest()) for file in files]


def _faults_of(file: FormFile, any_kind: bool) -> Iterator[tuple[str, str]]:
    if not file.body:
        yield "empty_file", "There is nothing in this file."
    elif len(file.body) > LARGEST_ENCLOSED:
        yield "file_too_large", f"A file may have at most {LARGEST_ENCLOSED:,} bytes."
    elif not any_kind and kind_of(file.body, tidy_name(file.name)) not in DRAWN:
        yield "not_a_picture", "Only PNG, JPEG, GIF, WebP and PDF are taken, by their content."
