"""The queue's one column about time: the earliest deadline that still wants an act."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min

from tickets.sla.ledger import BREACHED
from tickets.sla.models import Clock
from tickets.work.actor import CLOCK
from tickets.work.models import Ticket
from tickets.work.timeline import write_entry


def note_breaches(ticket: Ticket, clocks: Iterable[Clock], now: datetime) -> None:
    """An act that ends a clock may be the first to find its deadline passed: history says so, as it
    does where a sweep finds it."""
    for clock in clocks:
        if clock.state == BREACHED and clock.detected_at == now and clock.due_at:
            reason = {"clock": clock.kind, "cycle": clock.cycle, "due_at": clock.due_at.isoformat()}
            write_entry(ticket, "breached", CLOCK, now=now, reason=reason)


def refresh_deadline(ticket: Ticket) -> None:
    """To be called by every act that may have moved a clock."""
    live = Clock.objects.filter(promise=ticket.pk).live()
    due = live.aggregate(due=Min("due_at"))["due"]
    if due != ticket.next_due_at:
        ticket.next_due_at = due
        ticket.save(update_fields=["next_due_at"])
