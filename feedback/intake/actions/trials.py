"""What comes by a test key is kept apart from all feedback, shown to who tries, and goes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from cxloop.kernel.errors import Conflict
from cxloop.kernel.file_kinds import tidy_name
from feedback.intake.actions.hear import entry_for
from feedback.intake.caps import keep_to_cap
from feedback.intake.enclosures import Enclosure
from feedback.intake.idempotency import Earlier
from feedback.intake.models import Customer, SourceKey, Trial
from feedback.intake.submission import Submission
from feedback.intake.trust import Trust
from feedback.intake.writing import Entry

KEPT = timedelta(days=30)
BY_HAND = "hand"


@dataclass(frozen=True, slots=True)
class Tried:
    """What would have been heard; `key` and `body` as in Claim, where it came under a key."""

    entry: Entry
    trust: Trust
    key: str = ""
    body: bytes = b""
    files: Sequence[Enclosure] = ()


def keep_trials(
    tried: Sequence[Tried], *, source_key: SourceKey, endpoint: str, now: datetime
) -> None:
    """No customer is looked for or remembered. Raises Conflict where another request with one of
    the keys was quicker."""
    rows = [_row(one, source_key, endpoint, now) for one in tried]
    try:
        with transaction.atomic():
            Trial.objects.bulk_create(rows)
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise Conflict("A request with this key still runs.", code="in_progress") from None
        raise


def send_trial(said: Submission, *, source_key: SourceKey, now: datetime) -> UUID:
    """One by hand, as if it had been posted by this test key; its number. Raises TooMany beyond
    the day's cap."""
    source = source_key.source
    keep_to_cap(source, now=now, tried=True)
    entry = entry_for(said, source=source, now=now)
    trust = Trust.SERVER if source_key.is_secret else Trust.CLAIMED
    keep_trials([Tried(entry, trust)], source_key=source_key, endpoint=BY_HAND, now=now)
    return entry.id


def _row(tried: Tried, source_key: SourceKey, endpoint: str, now: datetime) -> Trial:
    entry = tried.entry
    return Trial(
        id=entry.id,
        source=entry.source,
        source_key=source_key,
        posted_at=now,
        received_at=entry.received_at,
        said=entry.said.model_dump(mode="json", exclude_defaults=True, exclude={"trap"}),
        trust=tried.trust,
        suspicions=list(entry.held),
        files=[{"name": tidy_name(file.name), "size": len(file.body)} for file in tried.files],
        marks=_marks(entry.said),
        endpoint=endpoint,
        key=tried.key,
        body_digest=tried.body,
    )


def _marks(said: Submission) -> list[str]:
    who = said.customer
    named = (who.id, who.email, who.phone) if who else ()
    return [mark for mark in named if mark]


def earlier_trials(
    source_key: SourceKey, endpoint: str, keys: Collection[str]
) -> dict[str, Earlier]:
    """What these keys were used for before."""
    wanted = [key for key in keys if key]
    used = Trial.objects.filter(source_key=source_key, endpoint=endpoint, key__in=wanted)
    return {
        row.key: Earlier(row.pk, row.received_at, bytes(row.body_digest))
        for row in (used if wanted else ())
    }


def erase_trials(customer: Customer) -> int:
    """What names them goes, whole: nothing was promised for it."""
    return Trial.objects.naming(customer).delete()[0]


def free_trial_keys(oldest_kept: datetime, *, batch: int) -> int:
    """Keys are replayed as long as those of feedback are. At most so many."""
    old = Trial.objects.filter(posted_at__lt=oldest_kept).exclude(key="")
    return Trial.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:batch])).update(
        key="", body_digest=b""
    )


def forget_trials_before(oldest_kept: datetime, *, batch: int) -> int:
    """At most so many."""
    old = Trial.objects.filter(posted_at__lt=oldest_kept).values_list("pk", flat=True)
    return Trial.objects.filter(pk__in=list(old[:batch])).delete()[0]
