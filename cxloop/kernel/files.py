"""Files that somebody gave us: kept once by content, never run, never shown but as a drawing."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from django.db import connection, transaction
from django.db.models import QuerySet

from cxloop.kernel.errors import Refused
from cxloop.kernel.file_kinds import DRAWN, LARGEST_FILE, kind_of, tidy_name
from cxloop.kernel.models import Content, File
from cxloop.kernel.nudge import nudge_after_commit

READ_AT_ONCE = 512 * 1024

# An upload of what is there already waits for whoever is about to remove it, and the reverse.
_KEEP = """
INSERT INTO kernel_content (digest, size, body) VALUES (%s, %s, %s)
ON CONFLICT (digest) DO UPDATE SET size = kernel_content.size
"""


@transaction.atomic
def keep_file(name: str, body: bytes, *, now: datetime) -> File:
    """Raises Refused at /file: `empty_file` or `too_large`."""
    if not body:
        raise Refused.at("/file", "empty_file", "There is nothing in this file.")
    if len(body) > LARGEST_FILE:
        raise file_too_large()
    kind = kind_of(body, name)
    wanted = File.Drawing.WANTED if kind in DRAWN else File.Drawing.NONE
    row = File(name=tidy_name(name), kind=kind, size=len(body), drawing=wanted, kept_at=now)
    row.content_id = keep_content(body)
    row.save(force_insert=True)
    if kind in DRAWN:
        nudge_after_commit("previews")
    return row


def file_too_large() -> Refused:
    return Refused.at("/file", "file_too_large", "A file may have at most 25 MB.")


def keep_content(body: bytes) -> str:
    """Its digest. To be called in the transaction that makes the file which has it."""
    digest = sha256(body).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [digest, len(body), body])
    return digest


def copy_file(file: File, *, now: datetime) -> File:
    """The same content under the same name once more, for another purpose."""
    row = File(name=file.name, kind=file.kind, size=file.size, kept_at=now)
    row.content_id, row.preview_id, row.drawing = file.content_id, file.preview_id, file.drawing
    row.save(force_insert=True)
    return row


def read_content(digest: str) -> Iterator[bytes]:
    """Piece by piece: a file is never in memory as a whole."""
    at, piece = 1, b"begun"
    while piece:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT substring(body FROM %s FOR %s) FROM kernel_content WHERE digest = %s",
                [at, READ_AT_ONCE, digest],
            )
            found = cursor.fetchone()
        piece = bytes(found[0]) if found else b""
        at += len(piece)
        if piece:
            yield piece


def read_whole(digest: str) -> bytes:
    return b"".join(read_content(digest))


@transaction.atomic
def forget_files(files: QuerySet[File]) -> int:
    """Their names and contents go; that there were files, and how large, stays."""
    digests = _contents_of(files)
    forgotten = files.update(
        name="", content=None, preview=None, drawing=File.Drawing.NONE, last_error=""
    )
    drop_unused(digests)
    return forgotten


@transaction.atomic
def discard_files(files: QuerySet[File]) -> int:
    """Files that nothing refers to: as if they had never been given."""
    digests = _contents_of(files)
    removed, _ = files.delete()
    drop_unused(digests)
    return removed


def _contents_of(files: QuerySet[File]) -> set[str]:
    pairs = files.values_list("content", "preview")
    return {digest for pair in pairs for digest in pair if digest}


def drop_unused(digests: set[str]) -> None:
    """Each is held first and asked about after: whoever keeps the same bytes meanwhile has held it
    before, and is seen, or comes after, and keeps them anew."""
    held = Content.objects.filter(pk__in=digests).order_by("pk").select_for_update()
    numbers = set(held.values_list("pk", flat=True))
    used = _contents_of(File.objects.filter(content__in=numbers))
    used |= _contents_of(File.objects.filter(preview__in=numbers))
    Content.objects.filter(pk__in=numbers - used).delete()
