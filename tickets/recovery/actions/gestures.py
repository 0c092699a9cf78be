"""What is done or promised to put it right. Above the limit somebody else has to agree.

waiting ── approve ──► promised ── keep ──► kept
   │                       └────── break ─► broken
   └────── reject ───► rejected
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.models import AccessGroup
from cxloop.kernel.errors import Conflict, Fault, Forbidden, Refused
from tickets.recovery.actions.repair import follow_from, repair_of
from tickets.recovery.judgement import (
    ALWAYS,
    GESTURE_KINDS,
    GESTURE_MOVES,
    NEVER,
    PROMISED,
    WAITING,
    needs_approval,
)
from tickets.recovery.models import Gesture, GestureLimit, Recovery
from tickets.recovery.money import money_faults
from tickets.work.actor import Actor
from tickets.work.lifecycle import CLOSED
from tickets.work.models import Ticket
from tickets.work.timeline import write_entry

LONGEST_EXPLANATION = 2000
LONGEST_NOTE = 300


def add_gesture(
    ticket: Ticket,
    *,
    kind: str,
    explanation: str,
    by: Actor,
    now: datetime,
    amount: Decimal | None = None,
    currency: str = "",
) -> Gesture:
    """Promised at once, or waiting where it is above the group's limit. Raises Refused, and
    Conflict `illegal_move` on a closed ticket."""
    if ticket.status == CLOSED:
        raise Conflict(f"{ticket.ref} is closed; reopen it first.", code="illegal_move")
    if faults := list(_faults(kind, amount, currency, explanation)):
        raise Refused(faults)
    waits, why = needs_approval(amount, currency, GestureLimit.objects.of_group(ticket.group))
    assert by.user is not None
    gesture = Gesture.objects.create(
        recovery=repair_of(ticket, now=now),
        kind=kind,
        amount=amount,
        currency=currency,
        explanation=explanation,
        state=WAITING if waits else PROMISED,
        needs_approval=waits,
        by=by.user,
        at=now,
    )
    _something_is_given(gesture.recovery)
    _note(ticket, gesture, by, now=now, text=explanation, why=why)
    return gesture


def _something_is_given(recovery: Recovery) -> None:
    recovery.no_gesture = False
    follow_from(recovery)
    recovery.save()


def _faults(kind: str, amount: Decimal | None, currency: str, explanation: str) -> Iterator[Fault]:
    if kind not in GESTURE_KINDS:
        yield Fault("/kind", "unknown_kind", f"A gesture is one of {', '.join(GESTURE_KINDS)}.")
        return
    if len(explanation) > LONGEST_EXPLANATION:
        yield Fault("/explanation", "too_long", f"At most {LONGEST_EXPLANATION:,} characters.")
    if amount is None:
        yield from _faults_without_amount(kind, currency)
    elif GESTURE_KINDS[kind].costs == NEVER:
        yield Fault("/amount", "costs_nothing", f"{kind} has no amount.")
    else:
        yield from money_faults(amount, currency)


def _faults_without_amount(kind: str, currency: str) -> Iterator[Fault]:
    if GESTURE_KINDS[kind].costs == ALWAYS:
        yield Fault("/amount", "required", f"Say the amount of the {kind} and its currency.")
    elif currency:
        yield Fault("/amount", "required", "A currency needs an amount.")


def approve_gesture(gesture: Gesture, *, by: Actor, now: datetime, note: str = "") -> None:
    """By a lead or manager of the ticket's group, or an admin, who did not propose it themselves.
    Raises Conflict `own_gesture` or `illegal_move`, and Forbidden. The gesture must be locked."""
    _decide(gesture, "approve", by, now=now, note=note)


def reject_gesture(gesture: Gesture, *, by: Actor, now: datetime, note: str = "") -> None:
    """By the same people as may approve it, with a word why."""
    _decide(gesture, "reject", by, now=now, note=note)


def keep_gesture(gesture: Gesture, *, by: Actor, now: datetime, note: str = "") -> None:
    """The customer has it."""
    _settle(gesture, "keep", by, now=now, note=note)


def break_gesture(gesture: Gesture, *, by: Actor, now: datetime, note: str = "") -> None:
    """It was promised and will not come: that is on record too."""
    _settle(gesture, "break", by, now=now, note=note)


def _decide(gesture: Gesture, verb: str, by: Actor, *, now: datetime, note: str) -> None:
    assert by.user is not None
    if by.user.pk == gesture.by_id:
        raise Conflict("Somebody else has to decide on your own gesture.", code="own_gesture")
    group = gesture.recovery.ticket.group_id
    if not AccessGroup.objects.led_by(by.user).filter(pk=group).exists():
        raise Forbidden("Leads and managers of the group decide on gestures.")
    _move(gesture, verb, note)
    gesture.decided_by, gesture.decided_at, gesture.decision_note = by.user, now, note
    gesture.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    _note(gesture.recovery.ticket, gesture, by, now=now, text=note)


def _settle(gesture: Gesture, verb: str, by: Actor, *, now: datetime, note: str) -> None:
    _move(gesture, verb, note)
    gesture.settled_at = now
    gesture.save(update_fields=["state", "settled_at"])
    _note(gesture.recovery.ticket, gesture, by, now=now, text=note)


def _move(gesture: Gesture, verb: str, note: str) -> None:
    move = GESTURE_MOVES[verb]
    if gesture.state != move.allowed:
        raise Conflict(
            f"The gesture is {gesture.state}; {verb} is possible while it is {move.allowed}.",
            code="illegal_move",
        )
    if len(note) > LONGEST_NOTE:
        raise Refused.at("/note", "too_long", f"At most {LONGEST_NOTE} characters.")
    gesture.state = move.to


def _note(
    ticket: Ticket, gesture: Gesture, by: Actor, *, now: datetime, text: str, why: str = ""
) -> None:
    reason: dict[str, Any] = {"gesture": gesture.pk, "kind": gesture.kind}
    if gesture.amount is not None:
        reason |= {"amount": str(gesture.amount), "currency": gesture.currency}
    if why:
        reason["why"] = why
    write_entry(ticket, f"gesture_{gesture.state}", by, now=now, text=text, reason=reason)
