"""The queue's one column about time: the earliest deadline that still wants an act."""

from django.db.models import Min

from tickets.sla.models import Clock
from tickets.work.models import Ticket


def refresh_deadline(ticket: Ticket) -> None:
    """To be called by every act that may have moved a clock."""
    live = Clock.objects.filter(promise=ticket.pk).live()
    due = live.aggregate(due=Min("due_at"))["due"]
    if due != ticket.next_due_at:
        ticket.next_due_at = due
        ticket.save(update_fields=["next_due_at"])
