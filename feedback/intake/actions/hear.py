"""Feedback is heard: customer, feedback and arrival, written once and together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from cxloop.kernel.nudge import nudge_after_commit
from feedback.intake.customers import remember
from feedback.intake.models import Source, new_id
from feedback.intake.submission import Submission
from feedback.intake.trust import Trust
from feedback.intake.writing import Entry, Seen, copy, insert

QUIET_AFTER = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the one who posted is told."""

    id: UUID
    received_at: datetime


def hear(
    said: Submission,
    *,
    source: Source,
    trust: Trust,
    now: datetime,
    id: UUID | None = None,
    seen: Seen | None = None,
    held: tuple[str, ...] = (),
    since: datetime | None = None,
) -> Receipt:
    """One feedback, received now, or `since` it was begun, unless backdated; `held` for these
    reasons it waits for a person instead of the rules. Raises Unknown where `seen` is outdated."""
    entry = entry_for(said, source=source, now=now, id=id)
    entry = replace(entry, received_at=since) if since else entry
    insert(replace(entry, held=held) if held else entry, trust, now=now, seen=seen)
    if not held:
        nudge_after_commit("triage")
    return Receipt(entry.id, entry.received_at)


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
    receipt = said.occurred_at if said.backdated else None
    received_at = min(receipt, now) if receipt else now
    return Entry(
        id=id or new_id(),
        said=said,
        source=source,
        channel=source.channel,
        received_at=received_at,
        occurred_at=said.occurred_at,
        imported_at=now if receipt else None,
        quiet=not live and now - received_at > QUIET_AFTER,
    )
