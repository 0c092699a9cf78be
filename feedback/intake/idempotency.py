"""The same key is the same feedback, however often and however much at once it is posted."""

import hashlib
import json
import re
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
VALUES (%s, %s, %s, %s, %s, clock_timestamp())
ON CONFLICT (source_key_id, endpoint, key) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the key was first used for."""

    id: UUID
    received_at: datetime


def read_key(text: str | None) -> str | None:
    """The header's value. Raises Unreadable for what is no key."""
    if text is not None and not _KEY.fullmatch(text):
        raise Unreadable("A key has 1 to 255 visible ASCII characters.", code="bad_idempotency_key")
    return text


def digest_of(body: Any) -> bytes:
    """Of what was said, not of how its JSON was spaced."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).digest()


def claim(
    source_key: SourceKey, endpoint: str, key: str, *, body: bytes, feedback_id: UUID
) -> Earlier | None:
    """Takes the key for this feedback until the transaction ends; or says whose it is already.

    Raises Conflict where another request with it still runs after two seconds, Refused where it
    was used for another body.
    """
    row: list[Any] = [source_key.pk, endpoint, key, body, feedback_id]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            cursor.execute(_CLAIM, row)
            if cursor.rowcount:
                return None
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise Conflict("A request with this key still runs.", code="in_progress") from None
        raise
    return _earlier(IdempotencyKey(source_key=source_key, endpoint=endpoint, key=key), body)


def _earlier(wanted: IdempotencyKey, body: bytes) -> Earlier:
    used = IdempotencyKey.objects.select_related("feedback").get(
        source_key=wanted.source_key, endpoint=wanted.endpoint, key=wanted.key
    )
    if bytes(used.body_digest) != body:
        raise mismatch()
    return Earlier(used.feedback_id, used.feedback.received_at)


def mismatch() -> Refused:
    detail = "This key was used with another body."
    return Refused([Fault("", "idempotency_mismatch", detail)], code="idempotency_mismatch")
