"""When a promise would be due if the ticket were more or less pressing. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tickets.sla.calendars import Hours
from tickets.sla.ledger import RUNNING, Event, Reading, after


@dataclass(frozen=True)
class Otherwise:
    """With this priority from now on it would be due then."""

    priority: str
    due_at: datetime


def due_otherwise(
    reading: Reading, hours: Hours, targets: Mapping[str, int | None], *, now: datetime
) -> list[Otherwise]:
    """`targets` are the policy's by priority, in seconds; `hours` those that hold now. Only of what
    runs, and only where the due time would be another one."""
    if reading.state != RUNNING or (reading.due_at and reading.due_at < now):
        return []
    found = []
    for priority, target_s in targets.items():
        if target_s and target_s != reading.target_s:
            retargeted = Event("retargeted", now, {"target_s": target_s})
            due_at = after(reading, retargeted, hours).due_at
            if due_at and due_at != reading.due_at:
                found.append(Otherwise(priority, due_at))
    return found
