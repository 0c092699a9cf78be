"""Files that somebody gave us: kept once by content, never run, never shown but as a drawing."""

from collections.abc import Collection, Iterator
from datetime import datetime
from hashlib import sha256

from django.db import connection, transaction
from django.db.models import QuerySet

from cxloop.kernel.errors import Refused
from cxloop.kernel.file_kinds import DRAWN, LARGEST_FILE, kind_of, tidy_name
from cxloop.kernel.models import Content, File
from cxloop.kernel.nudge import nudge_after_commit
from cxloop.kernel.prepared import prepared_cursor

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
    tidy = tidy_name(name)  # "a.js." runs where it is saved, since it is saved as "a.js"
    kind = kind_of(body, tidy)
    wanted = File.Drawing.WANTED if kind in DRAWN else File.Drawing.NONE
    row = File(name=tidy, kind=kind, size=len(body), drawing=wanted, kept_at=now)
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
    with prepared_cursor() as cursor:  # sent as bytes; Django's own would write them out in hex
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
def forget_files(files: QuerySet[File], *, unused: Collection[int] = ()) -> int:
    """Their names and contents go; that there were files, and how large, stays. Those of the
    `unused` numbers, to which nothing refers, go as if they had never been given."""
    mine = list(files.values_list("pk", flat=True))
    digests = _hold([*mine, *unused])
    File.objects.filter(pk__in=unused).delete()
    forgotten = File.objects.filter(pk__in=mine).update(
        name="", content=None, preview=None, drawing=File.Drawing.NONE, last_error=""
    )
    _drop_unused(digests)
    return forgotten


@transaction.atomic
def discard_files(numbers: Collection[int]) -> int:
    """Files that nothing refers to: as if they had never been given."""
    digests = _hold(numbers)
    removed, _ = File.objects.filter(pk__in=numbers).delete()
    _drop_unused(digests)
    return removed


def _hold(numbers: Collection[int]) -> list[str]:
    """Their contents, as they are until the end: who draws one just now comes before or finds it
    gone, and leaves no drawing behind."""
    rows = File.objects.filter(pk__in=numbers).order_by("pk").select_for_update(no_key=True)
    pairs = rows.values_list("content", "preview")
    return sorted({digest for pair in pairs for digest in pair if digest})


# Asked for by name alone: the bytes of what goes are read by nobody.
_DROP = """
DELETE FROM kernel_content AS one WHERE digest = ANY(%s)
    AND NOT EXISTS (SELECT FROM kernel_file WHERE content_id = one.digest)
    AND NOT EXISTS (SELECT FROM kernel_file WHERE preview_id = one.digest)
"""


def _drop_unused(digests: list[str]) -> None:
    """Each is held first and asked about after: whoever keeps the same bytes meanwhile has held it
    before, and is seen, or comes after, and keeps them anew. Once a transaction, and last in it:
    so all hold them in one order."""
    rows = Content.objects.filter(pk__in=digests).order_by("pk").select_for_update()
    held = list(rows.values_list("pk", flat=True))
    if held:
        with connection.cursor() as cursor:
            cursor.execute(_DROP, [held])
