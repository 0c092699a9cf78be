"""Feedback is heard: customer, feedback and arrival, written once and together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from cxloop.kernel.nudge import nudge_after_commit
from feedback.intake.customers import Known, remember
from feedback.intake.models import Source, new_id
from feedback.intake.submission import Submission
from feedback.intake.trust import Trust
from feedback.intake.writing import Entry, copy, insert

QUIET_AFTER = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the one who posted is told."""

    id: UUID
    received_at: datetime


def hear(
    said: Submission, *, source: Source, trust: Trust, now: datetime, id: UUID | None = None
) -> Receipt:
    """One feedback, received now unless it is backdated."""
    entry = entry_for(said, source=source, now=now, id=id)
    if said.customer is None:
        insert(entry, None)
    else:
        with transaction.atomic():
            insert(entry, _customer(said, trust, now))
    nudge_after_commit("triage")
    return Receipt(entry.id, entry.received_at)


def _customer(said: Submission, trust: Trust, now: datetime) -> Known | None:
    (known,) = remember([said.customer], trust, now=now)
    return known


def hear_many(entries: Sequence[Entry], *, trust: Trust, now: datetime) -> list[Receipt]:
    """Many at once, all of one trust, at the speed of COPY."""
    with transaction.atomic():
        customers = remember([entry.said.customer for entry in entries], trust, now=now)
        copy(list(zip(entries, customers, strict=True)))
    nudge_after_commit("triage")
    return [Receipt(entry.id, entry.received_at) for entry in entries]


def entry_for(
    said: Submission,
    *,
    source: Source,
    now: datetime,
    id: UUID | None = None,
    live: bool = False,
) -> Entry:
    """When it counts as received, and whether that is too long ago to make any noise."""
    backdated = said.backdated and said.occurred_at is not None
    received_at = min(said.occurred_at, now) if said.backdated and said.occurred_at else now
    return Entry(
        id=id or new_id(),
        said=said,
        source=source,
        channel=source.channel,
        received_at=received_at,
        occurred_at=said.occurred_at,
        imported_at=now if backdated else None,
        quiet=not live and now - received_at > QUIET_AFTER,
    )
