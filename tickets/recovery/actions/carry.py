"""A ticket goes on as another: what it still owes the customer goes along."""

from datetime import datetime
from typing import Any

from tickets.recovery.actions.repair import follow_from, repair_of
from tickets.recovery.judgement import PROMISED, WAITING
from tickets.recovery.models import Gesture
from tickets.work.actor import Actor
from tickets.work.models import Ticket
from tickets.work.timeline import write_entry

CAME_ALONG = "it came with the ticket that was merged into this one"


def carry_gestures(ticket: Ticket, *, by: Actor, now: datetime) -> None:
    """What waits for a decision or is promised, with what it took of budgets, belongs to the repair
    of the ticket that goes on; what is over stays where it was. The clock of the decision was
    carried with the other promises. Both tickets must be locked."""
    owed = Gesture.objects.filter(recovery__ticket=ticket, state__in=[WAITING, PROMISED])
    found = list(owed.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    into = ticket.merged_into
    if into is None or not found:
        return
    recovery = repair_of(into, now=now)
    for gesture in found:
        gesture.recovery = recovery
        gesture.save(update_fields=["recovery"])
        _note_come(into, gesture, by, now)
    recovery.no_gesture = False
    follow_from(recovery)
    recovery.save()


def _note_come(into: Ticket, gesture: Gesture, by: Actor, now: datetime) -> None:
    reason: dict[str, Any] = {"gesture": gesture.pk, "kind": gesture.kind, "why": CAME_ALONG}
    if gesture.amount is not None:
        reason |= {"amount": str(gesture.amount), "currency": gesture.currency}
    write_entry(into, f"gesture_{gesture.state}", by, now=now, reason=reason)
