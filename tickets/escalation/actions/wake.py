"""A ladder has changed: the clocks that climb it are looked at anew, some at a time."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts.models import AccessGroup
from cxloop.kernel.nudge import nudge_after_commit
from tickets.escalation.models import LadderChange
from tickets.sla.actions.look import look_anew
from tickets.work.models import Ticket

AT_ONCE = 500
BUSY = timedelta(seconds=1)


def wake_groups(groups: Iterable[AccessGroup], *, now: datetime) -> None:
    """Their clocks will be looked at, later and some at a time: as many tickets may be open as
    like."""
    LadderChange.objects.bulk_create(LadderChange(group=g, changed_at=now) for g in groups)
    nudge_after_commit("changed_ladders")


def wake_clocks(changes: list[LadderChange], now: datetime) -> None:
    """One step of each of these changes; their rows must be locked. Those with further steps stay
    due."""
    for change in changes:
        _walk_on(change, now)


def _walk_on(change: LadderChange, now: datetime) -> None:
    """Nobody is waited for: at a ticket that somebody works on the walk halts for a second. Those
    behind it are woken all the same, and once more when it goes on from there."""
    numbers = list(change.tickets_ahead().values_list("pk", flat=True)[:AT_ONCE])
    free = _lock_free(numbers)
    look_anew(free, since=change.changed_at)
    busy = next((number for number in numbers if number not in free), None)
    if busy is not None:
        _stand(change, busy - 1, until=now + BUSY)
    elif len(numbers) == AT_ONCE:
        _stand(change, numbers[-1])
    else:
        change.delete()


def _lock_free(numbers: list[int]) -> set[int]:
    """Tickets are locked before their clocks, everywhere."""
    tickets = Ticket.objects.filter(pk__in=numbers).order_by("pk")
    free = tickets.select_for_update(no_key=True, skip_locked=True)
    return set(free.values_list("pk", flat=True))


def _stand(change: LadderChange, number: int, *, until: datetime | None = None) -> None:
    change.walked_to, change.try_after = number, until
    change.attempts, change.last_error = 0, ""
    change.save(update_fields=["walked_to", "try_after", "attempts", "last_error"])
