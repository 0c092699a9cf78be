"""The queue's one column about time: the earliest deadline that still wants an act."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min

from cxloop.kernel.copying import rewrite_rows
from tickets.sla.ledger import BREACHED
from tickets.sla.models import AMONG_US, Clock
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
    """To be called by every act that may have moved a clock. What we owe among ourselves is not
    what the ticket is worked by."""
    refresh_deadlines([ticket])


def refresh_deadlines(tickets: Iterable[Ticket]) -> None:
    found = {ticket.pk: ticket for ticket in tickets}
    live = Clock.objects.filter(promise__in=found).exclude(kind__in=AMONG_US).live().order_by()
    due = dict(live.values_list("promise").annotate(due=Min("due_at")))
    changed = [t for number, t in found.items() if t.next_due_at != due.get(number)]
    for ticket in changed:
        ticket.next_due_at = due.get(ticket.pk)
    rewrite_rows(changed, ["next_due_at"])
