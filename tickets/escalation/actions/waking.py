"""What decides when somebody hears has changed: the clocks concerned are looked at anew."""

from datetime import datetime

from tickets.sla.actions import look_now
from tickets.work.models import TicketQuerySet


def look_anew(tickets: TicketQuerySet, *, now: datetime) -> None:
    """The tickets are locked first, in one order, as everywhere."""
    locked = tickets.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True)
    look_now(list(locked), now=now)
