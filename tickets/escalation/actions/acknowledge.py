"""Somebody takes note of an escalation: for a time the next rungs of that clock are not heard. It
keeps no promise and ends no climb: only a contact does."""

from datetime import datetime, timedelta

from accounts.models import User
from cxloop.kernel.errors import Conflict
from tickets.escalation.models import Escalation
from tickets.escalation.parsing import acceptable_pause
from tickets.work.actor import acting
from tickets.work.timeline import write_entry


def acknowledge_escalation(
    escalation: Escalation, *, by: User, now: datetime, pause_s: int | None = None
) -> None:
    """The first who says so stays on record; again is no error and writes nothing. Without a pause
    of its own it pauses as its ladder says. The ticket must be locked. Raises Conflict `unheard`
    where nobody was told anything, Refused for a pause of more than a day."""
    if escalation.acknowledged_at is not None:
        return
    if escalation.skipped:
        raise Conflict("Nobody was told of this one.", code="unheard")
    wanted = escalation.ladder.pause_s if pause_s is None else acceptable_pause(pause_s)
    escalation.acknowledged_at, escalation.acknowledged_by = now, by
    escalation.paused_until = now + timedelta(seconds=wanted) if wanted else None
    escalation.save(update_fields=["acknowledged_at", "acknowledged_by", "paused_until"])
    reason = {
        "clock": escalation.clock.kind,
        "cycle": escalation.cycle,
        "rung": escalation.rung,
    }
    if escalation.paused_until:
        reason["paused_until"] = escalation.paused_until.isoformat()
    write_entry(escalation.ticket, "escalation_acknowledged", acting(by), now=now, reason=reason)
