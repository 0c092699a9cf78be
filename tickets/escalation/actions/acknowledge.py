"""Somebody takes note of an escalation. It stops nothing: only a contact does."""

from datetime import datetime

from accounts.models import User
from cxloop.kernel.errors import Conflict
from tickets.escalation.models import Escalation
from tickets.work.actor import acting
from tickets.work.timeline import write_entry


def acknowledge_escalation(escalation: Escalation, *, by: User, now: datetime) -> None:
    """The first who says so stays on record; again is no error and writes nothing. The ticket must
    be locked. Raises Conflict `unheard` where nobody was told anything."""
    if escalation.acknowledged_at is not None:
        return
    if escalation.skipped:
        raise Conflict("Nobody was told of this one.", code="unheard")
    escalation.acknowledged_at, escalation.acknowledged_by = now, by
    escalation.save(update_fields=["acknowledged_at", "acknowledged_by"])
    reason = {
        "clock": escalation.clock.kind,
        "cycle": escalation.cycle,
        "rung": escalation.rung,
    }
    write_entry(escalation.ticket, "escalation_acknowledged", acting(by), now=now, reason=reason)
