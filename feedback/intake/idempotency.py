"""The same key is the same feedback, however often and however much at once it is posted."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from cxloop.kernel.errors import Conflict, Fault, Refused, Unreadable
from feedback.intake.models import IdempotencyKey, SourceKey

_KEY = re.compile(r"[\x21-\x7e]{1,255}")

# A row of the same key that is not committed yet makes this wait; its commit or end decides.
_CLAIM = """
INSERT INTO intake_idempotencykey
    (source_key_id, endpoint, key, body_digest, feedback_id, created_at)
VALUES {rows}
ON CONFLICT (source_key_id, endpoint, key) DO NOTHING
RETURNING key
"""
_ROW = "(%s, %s, %s, %s, %s, clock_timestamp())"


@dataclass(frozen=True, slots=True)
class Claim:
    """A key wanted for one feedback; `body` is the digest of what was said."""

    key: str
    body: bytes
    feedback_id: UUID


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a key was first used for."""

    id: UUID
    received_at: datetime
    body: bytes

    def check(self, body: bytes) -> None:
        """Raises Refused where that was another body."""
        if self.body != body:
            fault = Fault("", "idempotency_mismatch", "This key was used with another body.")
            raise Refused([fault], code="idempotency_mismatch")


def read_key(text: str | None) -> str | None:
    """A key as sent. Raises Unreadable for what is none."""
    if text is not None and not _KEY.fullmatch(text):
        raise Unreadable("A key has 1 to 255 visible ASCII characters.", code="bad_idempotency_key")
    return text


def digest_of(body: Any) -> bytes:
    """Of what was said, not of how its JSON was spaced."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).digest()


def claim(source_key: SourceKey, endpoint: str, claims: Sequence[Claim]) -> dict[str, Earlier]:
    """Takes the keys until the transaction ends; answers with those that were used before.

    Raises Conflict where another request with one of them still runs after two seconds.
    """
    if not claims:
        return {}
    rows: list[Any] = []
    for wanted in sorted(claims, key=lambda wanted: wanted.key):
        rows += [source_key.pk, endpoint, wanted.key, wanted.body, wanted.feedback_id]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            cursor.execute(_CLAIM.format(rows=", ".join([_ROW] * len(claims))), rows)
            taken = {key for (key,) in cursor.fetchall()}
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise Conflict("A request with this key still runs.", code="in_progress") from None
        raise
    return _earlier(source_key, endpoint, {wanted.key for wanted in claims} - taken)


def known_by(source_key: SourceKey, endpoint: str, key: str) -> Earlier | None:
    """What the key was used for, where that is committed."""
    return _earlier(source_key, endpoint, {key}).get(key)


def _earlier(source_key: SourceKey, endpoint: str, keys: set[str]) -> dict[str, Earlier]:
    if not keys:
        return {}
    used = IdempotencyKey.objects.filter(source_key=source_key, endpoint=endpoint, key__in=keys)
    return {
        row.key: Earlier(row.feedback_id, row.feedback.received_at, bytes(row.body_digest))
        for row in used.select_related("feedback")
    }
