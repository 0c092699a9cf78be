"""Rows of a file become feedback, each once, however often the file is read."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db import connection, transaction
from pydantic import Field

from feedback.intake.actions.hear import entry_for, hear_many
from feedback.intake.models import Source
from feedback.intake.submission import Submission, read_submission
from feedback.intake.trust import Trust
from feedback.intake.writing import Entry


class Recorded(Submission):
    """History is kept whole: it was written under other limits than ours."""

    comment: Annotated[str | None, Field(max_length=1_000_000)] = None


class RowIds:
    """The same row of the same source is the same feedback: its id is drawn from its content, and
    from how many like it came before. So a file may be read again, and may have grown. What the
    dates are taken to mean is no part of it: with another zone the rows are still the same."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._seen: Counter[bytes] = Counter()

    def next(self, row: Sequence[str]) -> UUID:
        content = hashlib.sha256(repr((self.source.slug, *row)).encode()).digest()
        self._seen[content] += 1
        mark = hashlib.sha256(content + self._seen[content].to_bytes(8, "big")).digest()
        return _uuid7(int(self.source.created_at.timestamp() * 1000), mark)


def _uuid7(milliseconds: int, mark: bytes) -> UUID:
    """RFC 9562, section 5.7, with a digest where it wants chance. Times before 1970 count as it."""
    number = (max(milliseconds, 0) & (1 << 48) - 1) << 80 | int.from_bytes(mark[:10], "big")
    number = number & ~(0xF << 76) | 7 << 76
    return UUID(int=number & ~(0x3 << 62) | 0x2 << 62)


def entry_of_row(
    body: dict[str, Any], row: Sequence[str], ids: RowIds, *, live: bool, now: datetime
) -> Entry:
    """Raises Refused with a pointer for each fault."""
    said = read_submission(body, now=now, shape=Recorded)
    return entry_for(said, source=ids.source, now=now, id=ids.next(row), live=live)


@transaction.atomic
def import_entries(entries: Sequence[Entry], source: Source, *, now: datetime) -> int:
    """Writes those that are not there yet; how many. One import a source at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('import'), %s)", [source.pk])
        # One array, not a thousand parameters: quoting those would take longer than the rest.
        ids = [entry.id for entry in entries]
        cursor.execute("SELECT id FROM intake_feedback WHERE id = ANY(%s)", [ids])
        known = {pk for (pk,) in cursor.fetchall()}
    new = [entry for entry in entries if entry.id not in known]
    hear_many(new, trust=Trust.SERVER, now=now)
    return len(new)
