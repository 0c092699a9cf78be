"""Forgetting a person: a reason that was typed goes, the outcome before it stays counted."""

from collections.abc import Collection

from cxloop.kernel.append_only import allow_erasing
from tickets.sla.models import Clock, ClockEvent


def erase_void_reasons(promises: Collection[int]) -> None:
    """To be called inside a transaction; opens the history to its end."""
    allow_erasing()
    clocks = Clock.objects.select_for_update(no_key=True).filter(promise__in=promises)
    for clock in clocks.exclude(void_reason="").order_by("pk"):
        clock.void_reason = _outcome(clock.void_reason)
        clock.save(update_fields=["void_reason"])
    events = ClockEvent.objects.filter(clock__promise__in=promises, kind="void")
    for event in events:
        event.data = {**event.data, "reason": _outcome(event.data["reason"])}
    ClockEvent.objects.bulk_update(events, ["data"])
    Clock.objects.filter(promise__in=promises).update(last_error="")


def _outcome(reason: str) -> str:
    """It is written as `outcome: reason`."""
    return reason.partition(":")[0]
