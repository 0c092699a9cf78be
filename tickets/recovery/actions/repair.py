"""The repair of one cycle: what failed, and what the customer thought of us before it."""

from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from cxloop.kernel.errors import Conflict, Fault, Refused
from feedback.intake.models import Feedback
from feedback.intake.scores import CLASSES
from tickets.recovery.actions.failures import known_types
from tickets.recovery.failure import DERIVED, DRIVERS, SEVERITIES, Known, known_of
from tickets.recovery.judgement import REJECTED, STANDING
from tickets.recovery.models import CauseDefault, FailureType, Recovery
from tickets.recovery.money import money_faults
from tickets.work.actor import Actor
from tickets.work.again import repaired_in_vain
from tickets.work.models import Resolution, RootCause, Ticket
from tickets.work.timeline import write_entry

LONGEST_FAILURE = 300


class RepairChanges(TypedDict, total=False):
    """None, and for words a blank, takes back what was said: then it follows from the rest."""

    failure: str
    root_cause: RootCause | None
    type: FailureType | None
    driver: str
    severity: int | None
    monetary: bool | None
    process: bool | None
    controllable: bool | None
    order_value: Decimal | None
    order_currency: str


def repair_of(ticket: Ticket, *, now: datetime) -> Recovery:
    """The repair of the present cycle, begun where there is none. The ticket must be locked."""
    found = Recovery.objects.filter(ticket=ticket, cycle=ticket.cycle).first()
    return found or _begin(ticket, now)


def _begin(ticket: Ticket, now: datetime) -> Recovery:
    kind, value = _score_before(ticket)
    return Recovery.objects.create(
        ticket=ticket,
        cycle=ticket.cycle,
        number=_number_of(ticket),
        score_type_before=kind,
        score_before=value,
        created_at=now,
    )


def _number_of(ticket: Ticket) -> int | None:
    """The how-manieth failure of this customer: what the ticket began as, and every repair since
    that was none. Of a customer whom nobody knows there is no such number."""
    began_as = ticket.failure_number
    return began_as + repaired_in_vain(ticket) if began_as else None


def change_recovery(
    ticket: Ticket, *, by: Actor, now: datetime, **changes: Unpack[RepairChanges]
) -> Recovery:
    """At any time: what went wrong is often understood late. The same again writes nothing. Raises
    Refused."""
    recovery = repair_of(ticket, now=now)
    if faults := _faults(recovery, changes):
        raise Refused(faults)
    said: dict[str, Any] = dict(changes)
    changed = [name for name, value in said.items() if _differs(recovery, name, value)]
    for name in changed:
        setattr(recovery, name, said[name])
    if changed:
        _note_by_hand(recovery, {name: said[name] for name in changed})
        follow_from(recovery)
        recovery.save()
        told = {name: _told(said[name]) for name in changed}
        write_entry(ticket, "recovery_changed", by, now=now, reason=told)
    return recovery


def _differs(recovery: Recovery, name: str, value: Any) -> bool:
    """To say by hand what followed before is something new: it no longer goes with the cause."""
    if name not in DERIVED:
        return bool(getattr(recovery, name) != value)
    was_said = name in recovery.by_hand
    is_said = value not in (None, "")
    return was_said != is_said or (is_said and getattr(recovery, name) != value)


def _told(value: Any) -> str:
    return "" if value is None else str(value)


def _note_by_hand(recovery: Recovery, changed: dict[str, Any]) -> None:
    said = {name: value not in (None, "") for name, value in changed.items() if name in DERIVED}
    kept = [name for name in recovery.by_hand if said.get(name, True)]
    recovery.by_hand = sorted({*kept, *(name for name, is_said in said.items() if is_said)})


def _faults(recovery: Recovery, changes: RepairChanges) -> list[Fault]:
    faults = []
    if len(changes.get("failure", "")) > LONGEST_FAILURE:
        faults.append(Fault("/failure", "too_long", f"At most {LONGEST_FAILURE} characters."))
    if changes.get("driver", "") not in ("", *DRIVERS):
        faults.append(Fault("/driver", "unknown_choice", f"One of: {', '.join(DRIVERS)}."))
    if (severity := changes.get("severity")) is not None and severity not in SEVERITIES:
        faults.append(Fault("/severity", "out_of_range", "From 1, a trifle, to 4, grave."))
    value = changes.get("order_value", recovery.order_value)
    currency = changes.get("order_currency", recovery.order_currency)
    if {"order_value", "order_currency"} & changes.keys():
        faults += money_faults(value, currency, amount_at="order_value", at="order_currency")
    return faults


def follow_from(recovery: Recovery) -> None:
    """Fills what nobody has said; whoever calls saves it."""
    found = known_of(
        {name: _kept(recovery, name) for name in recovery.by_hand},
        cause=_known_of_cause(recovery.root_cause_id),
        type_of=known_types(),
        costs=_costs(recovery),
    )
    recovery.type_id = found.type
    for name in DERIVED:
        if name != "type":
            setattr(recovery, name, getattr(found, name))


def _kept(recovery: Recovery, name: str) -> Any:
    return recovery.type_id if name == "type" else getattr(recovery, name)


def _known_of_cause(cause: int | None) -> Known:
    found = CauseDefault.objects.filter(cause=cause).first() if cause else None
    return found.known() if found else Known()


def _costs(recovery: Recovery) -> bool:
    given = recovery.gestures.exclude(state=REJECTED)
    return given.filter(amount__isnull=False).exists()


def need_no_gesture(ticket: Ticket, *, by: Actor, now: datetime) -> Recovery:
    """Somebody decided that nothing need be given: so that is known, and not only unsaid. Raises
    Conflict where something that was promised in this cycle stands."""
    recovery = repair_of(ticket, now=now)
    if recovery.gestures.filter(state__in=STANDING).exists():
        raise Conflict("Something was promised in this cycle already.", code="has_gestures")
    if not recovery.no_gesture:
        recovery.no_gesture = True
        recovery.save(update_fields=["no_gesture"])
        write_entry(ticket, "no_gesture", by, now=now)
    return recovery


def take_over(resolution: Resolution, ticket: Ticket, *, now: datetime) -> Recovery:
    """The agent's claim ends the repair: its root cause is the repair's, and what the customer
    thought of us is looked up once more, since further words may have joined."""
    return _end(repair_of(ticket, now=now), ticket, resolution.root_cause)


def ready_to_ask(resolution: Resolution, ticket: Ticket, *, now: datetime) -> Recovery:
    """Before the customer is asked: as the claim left it, but a root cause that was corrected since
    stands."""
    recovery = repair_of(ticket, now=now)
    return _end(recovery, ticket, recovery.root_cause or resolution.root_cause)


def _end(recovery: Recovery, ticket: Ticket, cause: RootCause) -> Recovery:
    recovery.root_cause = cause
    recovery.score_type_before, recovery.score_before = _score_before(ticket)
    follow_from(recovery)
    recovery.save()
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
