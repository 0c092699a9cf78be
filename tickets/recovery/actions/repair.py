"""The repair of one cycle: what failed, and what the customer thought of us before it."""

from datetime import datetime
from typing import TypedDict, Unpack

from cxloop.kernel.errors import Refused
from feedback.intake.models import Feedback
from feedback.intake.scores import CLASSES
from tickets.recovery.models import Recovery
from tickets.work.actor import Actor
from tickets.work.models import Resolution, RootCause, Ticket
from tickets.work.timeline import write_entry

LONGEST_FAILURE = 300


class RepairChanges(TypedDict, total=False):
    failure: str
    root_cause: RootCause | None


def repair_of(ticket: Ticket, *, now: datetime) -> Recovery:
    """The repair of the present cycle, begun where there is none. The ticket must be locked."""
    found = Recovery.objects.filter(ticket=ticket, cycle=ticket.cycle).first()
    return found or _begin(ticket, now)


def _begin(ticket: Ticket, now: datetime) -> Recovery:
    kind, value = _score_before(ticket)
    return Recovery.objects.create(
        ticket=ticket,
        cycle=ticket.cycle,
        score_type_before=kind,
        score_before=value,
        created_at=now,
    )


def change_recovery(
    ticket: Ticket, *, by: Actor, now: datetime, **changes: Unpack[RepairChanges]
) -> Recovery:
    """At any time: what went wrong is often understood late. The same again writes nothing."""
    recovery = repair_of(ticket, now=now)
    if len(changes.get("failure", "")) > LONGEST_FAILURE:
        raise Refused.at("/failure", "too_long", f"At most {LONGEST_FAILURE} characters.")
    changed = [name for name, value in changes.items() if getattr(recovery, name) != value]
    for name in changed:
        setattr(recovery, name, changes[name])  # type: ignore[literal-required]
    if changed:
        recovery.save(update_fields=changed)
        said = {name: str(changes[name] or "") for name in changed}  # type: ignore[literal-required]
        write_entry(ticket, "recovery_changed", by, now=now, reason=said)
    return recovery


def take_over(resolution: Resolution, ticket: Ticket, *, now: datetime) -> Recovery:
    """The agent's claim ends the repair: its root cause is the repair's, and what the customer
    thought of us is looked up once more, since further words may have joined."""
    recovery = repair_of(ticket, now=now)
    recovery.root_cause = resolution.root_cause
    recovery.score_type_before, recovery.score_before = _score_before(ticket)
    recovery.save(update_fields=["root_cause", "score_type_before", "score_before"])
    return recovery


def _score_before(ticket: Ticket) -> tuple[str, int | None]:
    """What began this cycle: the answer to the last one, or the worst that the feedback says."""
    earlier = Recovery.objects.filter(
        ticket=ticket, cycle__lt=ticket.cycle, score_after__isnull=False
    )
    if last := earlier.order_by("cycle").last():
        return "csat", last.score_after
    scored = Feedback.objects.filter(
        pk__in=ticket.feedback_links.values("feedback"), score_value__isnull=False
    ).order_by("-received_at")
    worst = min(scored, key=lambda row: CLASSES.index(row.score_class), default=None)
    return (worst.score_type, worst.score_value) if worst else ("", None)
