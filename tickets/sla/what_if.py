"""When a promise would be due if the ticket were more or less pressing. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tickets.sla.calendars import Hours
from tickets.sla.ledger import RUNNING, Event, fold


@dataclass(frozen=True)
class Otherwise:
    """With this priority from now on it would be due then."""

    priority: str
    due_at: datetime


def due_otherwise(
    events: Sequence[Event], hours: Hours, targets: Mapping[str, int | None], *, now: datetime
) -> list[Otherwise]:
    """`targets` are the policy's by priority, in seconds. Only of what runs, and only where the due
    time would be another one."""
    reading = fold(events, hours)
    if reading.state != RUNNING or (reading.due_at and reading.due_at < now):
        return []
    found = []
    for priority, target_s in targets.items():
        if target_s and target_s != reading.target_s:
            event = Event("retargeted", now, {"target_s": target_s})
            due_at = fold([*events, event], hours).due_at
            if due_at and due_at != reading.due_at:
                found.append(Otherwise(priority, due_at))
    return found
