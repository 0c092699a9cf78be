"""What was answered so far is kept beside its key, and heard once: when the rest is sent, or half
an hour after the last of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from cxloop.kernel.bodies import read_json
from cxloop.kernel.errors import Refused
from cxloop.kernel.nudge import nudge_after_commit
from feedback.intake.actions import Receipt, hear
from feedback.intake.actions.hear import entry_for
from feedback.intake.actions.trials import Tried, earlier_trials, keep_trials
from feedback.intake.idempotency import Claim, Earlier, claim, digest_of
from feedback.intake.models import Customer, SourceKey, new_id
from feedback.intake.repeats import is_repeated
from feedback.intake.submission import Submission, read_submission
from feedback.intake.suspicion import suspicions
from feedback.intake.trust import Trust, trust_of
from feedback.web.models import Part

ENDPOINT = "feedback"
HEARD_AFTER = timedelta(minutes=30)

# What left the page earlier may arrive later: it does not put back what was answered since.
_KEEP = """
INSERT INTO web_part AS kept
    (id, source_key_id, key, body, marks, filled_ms, begun_at, heard_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (source_key_id, key) DO UPDATE SET
    body = CASE WHEN {newer} THEN excluded.body ELSE kept.body END,
    marks = CASE WHEN {newer} THEN excluded.marks ELSE kept.marks END,
    filled_ms = greatest(kept.filled_ms, excluded.filled_ms),
    heard_at = excluded.heard_at
RETURNING id, begun_at
""".format(newer="coalesce(excluded.filled_ms, 0) >= coalesce(kept.filled_ms, 0)")


@dataclass(frozen=True, slots=True)
class Begun:
    """The feedback that it will be, and since when."""

    id: UUID
    at: datetime


def keep_part(
    said: Submission, *, source_key: SourceKey, key: str, body: str, now: datetime
) -> Begun:
    """To be called where the key was used for nothing yet. `body` is what `said` was read of."""
    values = (new_id(), source_key.pk, key, body, _marks(said), said.filled_ms, now)
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [*values, now + HEARD_AFTER])
        return Begun(*cursor.fetchone())


def end_part(source_key: SourceKey, key: str) -> Begun | None:
    """What had been kept under this key goes with the transaction in which all of it is heard."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM web_part WHERE source_key_id = %s AND key = %s RETURNING id, begun_at",
            [source_key.pk, key],
        )
        found = cursor.fetchone()
    return Begun(*found) if found else None


def hear_parts(parts: Sequence[Part], now: datetime) -> None:
    """Nobody pressed send: what was answered counts all the same, from when it was begun."""
    for part in parts:
        _hear(part, now)
        part.delete()
    nudge_after_commit("triage")


def _hear(part: Part, now: datetime) -> Receipt | Earlier | None:
    body, source_key = read_json(part.body.encode()), part.source_key
    if source_key.is_test:
        return _try(part, body, now)
    wanted = Claim(part.key, digest_of(body), part.pk)
    if earlier := claim(source_key, ENDPOINT, [wanted]).get(part.key):
        return earlier  # all of it was sent, and came before this
    said, source = read_submission(body, now=now), source_key.source
    repeated = is_repeated(said.comment, source, now=now)
    return hear(
        said,
        source=source,
        trust=_trust_in(said, source_key),
        now=now,
        id=part.pk,
        since=part.begun_at,
        held=suspicions(trap=said.trap, filled_ms=None, repeated=repeated),
    )


def _try(part: Part, body: Any, now: datetime) -> Earlier | None:
    """What came by a test key stays a trial."""
    source_key = part.source_key
    if earlier := earlier_trials(source_key, ENDPOINT, [part.key]).get(part.key):
        return earlier
    said = read_submission(body, now=now)
    entry = entry_for(said, source=source_key.source, now=now, id=part.pk)
    tried = Tried(
        replace(entry, received_at=part.begun_at),
        _trust_in(said, source_key),
        key=part.key,
        body=digest_of(body),
    )
    keep_trials([tried], source_key=source_key, endpoint=ENDPOINT, now=now)
    return None


def _trust_in(said: Submission, source_key: SourceKey) -> Trust:
    """A proof fitted when it came; where the secret is another since, it proves nothing more."""
    secret = source_key.source.identity_secret
    try:
        return trust_of(said.customer, secret_key=source_key.is_secret, identity_secret=secret)
    except Refused:
        return Trust.CLAIMED


def _marks(said: Submission) -> list[str]:
    who = said.customer
    named = (who.id, who.email, who.phone) if who else ()
    return [mark for mark in named if mark]


def erase_parts(customer: Customer) -> int:
    """What they were about to say is not kept, and never heard."""
    known = {customer.external_id, customer.email, customer.phone} - {""}
    return Part.objects.filter(marks__overlap=list(known)).delete()[0]
