"""Forms that carry files: bounded before anything of them is written to a disk."""

from tempfile import TemporaryFile
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import QueryDict
from django.http.multipartparser import MultiPartParserError
from django.utils.datastructures import MultiValueDict

from cxloop.kernel.bodies import DRAINED_AT_MOST, LARGEST_UPLOAD
from cxloop.kernel.file_kinds import LARGEST_FILE
from cxloop.kernel.files import file_too_large

Parsed = tuple[QueryDict, MultiValueDict[str, Any]]


class BoundedUploads(FileUploadHandler):
    """Whatever declares more than LARGEST_UPLOAD bytes is read as an empty form: what it said is
    still in the browser, and `was_too_large` tells whoever misses it why."""

    def handle_raw_input(  # noqa: PLR0917, as Django calls it
        self,
        input_data: IO[bytes],
        META: dict[str, str],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> Parsed | None:
        if content_length <= LARGEST_UPLOAD:
            return None
        drained = 0
        while drained < DRAINED_AT_MOST and (piece := input_data.read(64 * 1024)):
            drained += len(piece)
        return QueryDict("", encoding=encoding), MultiValueDict()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class UnnamedUploads(FileUploadHandler):
    """On the disk, but in no folder: nothing of it is left there whoever is killed, and what it is
    called cannot be too long for one."""

    file: "UploadedFile[bytes] | None" = None

    def new_file(self, *args: Any, **named: Any) -> None:
        super().new_file(*args, **named)
        self.file = UploadedFile(
            TemporaryFile(),  # noqa: SIM115, since Django closes it with the request
            name=self.file_name,
            content_type=self.content_type,
            charset=self.charset,
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self.file
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        assert self.file
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        """The words that came before it have arrived, and would be said without their file."""
        if self.file:
            self.file.close()
        raise MultiPartParserError("The form broke off within a file.")


def read_upload(upload: "UploadedFile[bytes]") -> tuple[str, bytes]:
    """Its name and its bytes. Raises Refused at /file before it reads what is too large."""
    if (upload.size or 0) > LARGEST_FILE:
        raise file_too_large()
    return upload.name or "file", upload.read()
