"""A sweep at a time of the test's own choosing, and what it left behind."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from django.db import connections, transaction

from accounts.models import User
from cxloop.kernel.due import drain
from cxloop.kernel.models import Letter
from tests.makers import NOW
from tickets.escalation.actions.acknowledge import acknowledge_escalation
from tickets.escalation.actions.climb import climb
from tickets.escalation.actions.hours import keep_hours
from tickets.escalation.actions.ladders import write_ladder
from tickets.escalation.actions.take_back import take_back
from tickets.escalation.actions.tell import tell
from tickets.escalation.actions.wake import wake_clocks
from tickets.escalation.models import Escalation, Ladder, LadderChange, Notice
from tickets.escalation.rungs import DEFAULT_RUNGS
from tickets.sla.models import Calendar, Clock
from tickets.sla.policies import write_calendar
from tickets.work.models import Ticket

HOUR = timedelta(hours=1)
AT_DUE = {"after_due_s": 0}
HALF = {"percent": 50}
HEARD = ""
FIRST_NOTICES = 1000


def sweep(hours: float) -> datetime:
    """What `climb_ladders` does, so many hours after NOW."""
    now = NOW + hours * HOUR
    wake(now)
    with transaction.atomic():
        due = Clock.objects.to_look_at(now)
        climb(list(due.select_for_update(no_key=True, of=("self",))), now)
        take_back(list(Letter.objects.newly_withdrawn(["escalation"], now)), now)
        tell(list(Notice.objects.untold(now)[:FIRST_NOTICES]), now)
    return now


def wake(now: datetime) -> None:
    """What `wake_changed` does."""
    drain(LadderChange.objects.to_walk, wake_clocks, batch=1, clock=lambda: now)


def sweep_through(hours: float, *, step: float = 1) -> None:
    """As if the sweep had run all the time, up to and with so many hours after NOW."""
    at = 0.0
    while at <= hours:
        sweep(at)
        at += step


def clock_of(ticket: Ticket, kind: str = "follow_up") -> Clock:
    return Clock.objects.get(promise=ticket.pk, kind=kind, cycle=1)


def raised(ticket: Ticket, kind: str = "follow_up") -> dict[int, str]:
    """By rung, why nobody heard of it."""
    rows = Escalation.objects.filter(ticket=ticket, clock__kind=kind).order_by("rung")
    return dict(rows.values_list("rung", "skipped"))


def told(ticket: Ticket, rung: int, kind: str = "follow_up") -> set[str]:
    notices = Notice.objects.filter(
        escalation__ticket=ticket, escalation__clock__kind=kind, escalation__rung=rung
    )
    return set(notices.values_list("user__name", flat=True))


def acknowledge(ticket: Ticket, rung: int, by: User, hours: float, **said) -> Escalation:
    row = Escalation.objects.select_related("ticket", "clock", "ladder").get(
        ticket=ticket, rung=rung, clock__kind="follow_up"
    )
    acknowledge_escalation(row, by=by, now=NOW + hours * HOUR, **said)
    return row


def entries(ticket: Ticket, kind: str) -> list[dict[str, Any]]:
    return [entry.reason for entry in ticket.timeline.filter(kind=kind).order_by("pk")]


def letters_to(name: str) -> list[Letter]:
    return list(Letter.objects.filter(to=f"{name.lower()}@house.example").order_by("pk"))


def make_ladder(group=None, *rungs, slug: str = "ladder", **more) -> Ladder:
    """For the follow-up; each rung is ({measure: amount}, [recipients], what then), and has `more`
    in common with the others."""
    written = [
        {
            "clock": "follow_up",
            "when": when,
            "tell": tell,
            **({"then": dict(*then)} if then else {}),
            **more,
        }
        for when, tell, *then in rungs
    ]
    return write_ladder(slug=slug, name=slug, group=group, rungs=written, now=NOW)


def keep_office_hours(person: User) -> None:
    """Monday to Friday from 9 to 17, in the zone of this person."""
    if not Calendar.objects.filter(slug="office").exists():
        days = ("mon", "tue", "wed", "thu", "fri")
        weekly = {day: ["09:00-17:00"] for day in days}
        write_calendar(slug="office", name="Office", zone="UTC", weekly=weekly, by=None, now=NOW)
    keep_hours(person=person, calendar="office", now=NOW)


def make_default_ladder() -> Ladder:
    """For all groups: owner, lead, manager, admin."""
    return write_ladder(slug="default", name="Default", group=None, rungs=DEFAULT_RUNGS, now=NOW)


def elsewhere(act: Callable[..., Any], *given: Any) -> Any:
    """What this returns on another connection."""

    def run() -> Any:
        try:
            return act(*given)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(timeout=60)
