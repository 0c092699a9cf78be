"""Who has waited longest for a first contact."""

from dataclasses import dataclass
from datetime import datetime

from insights.likely import waiting_work
from tickets.work.models import TicketQuerySet


@dataclass(frozen=True)
class Oldest:
    """The first contact that a group owes longest, by the numbers of group and ticket."""

    group: int
    ticket: int
    since: datetime

    @property
    def ref(self) -> str:
        return f"T-{self.ticket}"


def oldest_waiting(tickets: TicketQuerySet) -> list[Oldest]:
    """Of each group with anybody who waits, the longest first. It reads what is open, whatever is
    stored."""
    since = "promise__clocks__started_at"
    rows = waiting_work(tickets).order_by("group_id", since, "pk").distinct("group_id")
    found = [Oldest(*row) for row in rows.values_list("group_id", "pk", since)]
    return sorted(found, key=lambda one: (one.since, one.ticket))
