"""History is written beside each act, in its transaction, and is news for some."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cxloop.kernel.copying import copy_rows, new_row, number_rows
from tickets.work.actor import Actor
from tickets.work.models import Ticket, TimelineEntry
from tickets.work.spreading import spread, whom_it_concerns


def entry(
    ticket: Ticket,
    kind: str,
    actor: Actor,
    *,
    at: datetime,
    text: str = "",
    reason: dict[str, Any] | None = None,
    public: bool = False,
) -> TimelineEntry:
    """An entry not yet written, for acts on many tickets at once."""
    return new_row(
        TimelineEntry,
        ticket_id=ticket.pk,
        kind=kind,
        actor_id=actor.user.pk if actor.user else None,
        actor_kind=actor.kind,
        at=at,
        text=text,
        reason=reason or {},
        public=public,
    )


def write_entry(
    ticket: Ticket,
    kind: str,
    actor: Actor,
    *,
    now: datetime,
    text: str = "",
    reason: dict[str, Any] | None = None,
    public: bool = False,
) -> TimelineEntry:
    row = entry(ticket, kind, actor, at=now, text=text, reason=reason, public=public)
    row.save(force_insert=True)
    spread(whom_it_concerns([(ticket, row)]))
    return row


def write_entries(said: Sequence[tuple[Ticket, TimelineEntry]]) -> None:
    """Entries of acts on many tickets at once."""
    rows = [row for _, row in said]
    concerned = whom_it_concerns(said)
    if concerned:
        number_rows(rows)
    copy_rows(rows)
    spread(concerned)
