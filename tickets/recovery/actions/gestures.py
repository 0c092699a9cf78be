"""What is done or promised to put it right. Above the limit somebody else has to agree.

waiting ── approve ──► promised ── keep ──► kept
   │                       └────── break ─► broken
   └────── reject ───► rejected
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts.models import AccessGroup, Membership, User
from cxloop.kernel.bodies import storable
from cxloop.kernel.errors import Conflict, Fault, Forbidden, Refused
from cxloop.kernel.models import Letter
from tickets.recovery.actions.budgets import give_back, take_of_budgets
from tickets.recovery.actions.repair import follow_from, repair_of
from tickets.recovery.deciding import above, limit_of
from tickets.recovery.judgement import (
    ALWAYS,
    GESTURE_KINDS,
    GESTURE_MOVES,
    NEVER,
    PROMISED,
    PROOFS,
    WAITING,
    needs_approval,
)
from tickets.recovery.models import Gesture, GestureLimit, Recovery
from tickets.recovery.money import money_faults
from tickets.sla.actions.approval import note_decided, owe_decision
from tickets.work.actor import CLOCK, Actor
from tickets.work.deadlines import note_breaches
from tickets.work.door import locked_if_free
from tickets.work.letters import REPLY
from tickets.work.lifecycle import CLOSED
from tickets.work.models import Ticket, TimelineEntry
from tickets.work.timeline import write_entry

LONGEST_EXPLANATION = 2000
LONGEST_NOTE = 300
LONGEST_REFERENCE = 120
BUSY_TICKET_WAITS = timedelta(seconds=1)


def add_gesture(
    ticket: Ticket,
    *,
    kind: str,
    explanation: str,
    by: Actor,
    now: datetime,
    amount: Decimal | None = None,
    currency: str = "",
    keep_by: datetime | None = None,
) -> Gesture:
    """Promised at once, or waiting where it is above the limit of who promises it, or beyond what
    is left of a budget. Raises Refused, and Conflict `illegal_move` on a closed ticket."""
    if ticket.status == CLOSED:
        raise Conflict(f"{ticket.ref} is closed; reopen it first.", code="illegal_move")
    if faults := [*_faults(kind, amount, currency, explanation), *_time_faults(keep_by, now)]:
        raise Refused(faults)
    assert by.user is not None
    gesture = Gesture(kind=kind, amount=amount, currency=currency, explanation=explanation)
    gesture.recovery, gesture.by, gesture.at = repair_of(ticket, now=now), by.user, now
    gesture.keep_by = keep_by
    why = _promise(gesture, ticket, by.user, now)
    _something_is_given(gesture.recovery)
    _note(ticket, gesture, by, now=now, text=explanation, why=why)
    return gesture


def _promise(gesture: Gesture, ticket: Ticket, by: User, now: datetime) -> str:
    """Written, as what may be promised or as what waits: why."""
    role = role_in(ticket.group, by)
    limits = GestureLimit.objects.of_group(ticket.group, role=role, kind=gesture.kind)
    alone = Gesture.objects.promised_alone(gesture.recovery, by, gesture.currency)
    waits, why = needs_approval(gesture.amount, gesture.currency, limits, alone)
    gesture.state, gesture.needs_approval = WAITING, True
    if not waits:
        gesture.state, gesture.needs_approval = PROMISED, False
    gesture.save()
    if not waits and (short := take_of_budgets(gesture, ticket.group, now=now)):
        gesture.state, gesture.needs_approval, why = WAITING, True, short
        gesture.save(update_fields=["state", "needs_approval"])
    if gesture.state == WAITING:
        owe_decision(ticket.promise, since=now, now=now)
    return why


def role_in(group: AccessGroup, person: User) -> str:
    """Their role there; blank for an admin who is no member."""
    held = Membership.objects.filter(group=group, user=person).values_list("role", flat=True)
    return held.first() or ""


def _time_faults(keep_by: datetime | None, now: datetime) -> Iterator[Fault]:
    if keep_by is not None and keep_by <= now:
        yield Fault("/keep_by", "in_the_past", "Say a time to come.")


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


def approve_gesture(
    gesture: Gesture,
    *,
    by: Actor,
    now: datetime,
    note: str = "",
    keep_by: datetime | None = None,
) -> None:
    """By a lead or manager of the ticket's group, or an admin, who did not propose it themselves,
    up to what their role may approve, and while the budgets of the month have room for it;
    `keep_by` where it is promised until another time. The gesture must be locked.

    Raises Conflict `not_a_person`, `own_gesture`, `time_passed`, `above_your_limit`, `over_budget`
    or `illegal_move`, Refused and Forbidden."""
    assert by.user is not None
    if not by.is_person:
        raise Conflict("Only a person can agree to what another promises.", code="not_a_person")
    _may_decide(gesture, by.user)
    _move(gesture, "approve", note)
    _check_time(gesture, keep_by, now)
    _check_limit(gesture, by.user)
    if short := take_of_budgets(gesture, gesture.recovery.ticket.group, now=now):
        raise Conflict(f"{short}; {gesture.amount} are wanted.", code="over_budget")
    _decide(gesture, by, now=now, note=note)


def reject_gesture(gesture: Gesture, *, by: Actor, now: datetime, note: str = "") -> None:
    """By the same people as may approve it, with a word why."""
    assert by.user is not None
    _may_decide(gesture, by.user)
    _move(gesture, "reject", note)
    _decide(gesture, by, now=now, note=note)
    follow_from(gesture.recovery)  # money that is not given makes nothing monetary
    gesture.recovery.save()


def keep_gesture(
    gesture: Gesture,
    *,
    by: Actor,
    now: datetime,
    note: str = "",
    proof: str = "",
    reference: str = "",
) -> None:
    """The customer has it. `proof` is a letter or a call that stands on the ticket, or a reference
    under which others find it. Raises Conflict `no_proof` where there is no such entry."""
    if len(reference) > LONGEST_REFERENCE:
        raise Refused.at("/reference", "too_long", f"At most {LONGEST_REFERENCE} characters.")
    _move(gesture, "keep", note)
    gesture.proof, gesture.proof_reference = proof_of(proof, reference)
    gesture.proof_entry = _entry_of(gesture, gesture.proof)
    _settle(gesture, by, now=now, note=note)


def break_gesture(gesture: Gesture, *, by: Actor, now: datetime, note: str = "") -> None:
    """It was promised and will not come: that is on record too, and its money is free again."""
    _move(gesture, "break", note)
    give_back(gesture)
    _settle(gesture, by, now=now, note=note)


def proof_of(proof: str, reference: str) -> tuple[str, str]:
    """Who gives a reference has said what the proof is. Raises Refused."""
    proof = proof or ("reference" if reference.strip() else "")
    if proof not in ("", *PROOFS):
        raise Refused.at("/proof", "unknown_choice", f"One of: {', '.join(PROOFS)}.")
    if proof == "reference" and not reference.strip():
        raise Refused.at("/reference", "blank", "Say the reference.")
    if proof in _ENTRIES and reference.strip():
        raise Refused.at("/reference", "unknown_key", "Only a reference has one.")
    return proof, " ".join(str(storable(reference)).split())


def _entry_of(gesture: Gesture, proof: str) -> TimelineEntry | None:
    """The newest letter about it, or else the newest letter, or call, of its ticket."""
    if proof not in _ENTRIES:
        return None
    rows = gesture.recovery.ticket.timeline.filter(**_ENTRIES[proof]).order_by("-at", "-pk")
    rows = rows.exclude(pk__in=_that_reached_nobody(rows))
    found = rows.filter(reason__contains={"gesture": gesture.pk}).first() or rows.first()
    if found is None:
        raise Conflict(f"There is no {proof} on this ticket that could show it.", code="no_proof")
    return found


def _that_reached_nobody(entries: QuerySet[TimelineEntry]) -> list[int]:
    keys = {f"{REPLY}:{number}": number for number in entries.values_list("pk", flat=True)}
    reached_nobody = [Letter.State.DEAD, Letter.State.WITHDRAWN]
    rows = Letter.objects.filter(key__in=keys, state__in=reached_nobody)
    return [keys[key] for key in rows.values_list("key", flat=True)]


def lose_proof(gesture: Gesture, *, why: str, now: datetime, by: Actor = CLOCK) -> None:
    """Nothing shows any more that it was kept. The gesture must be locked, with its ticket."""
    gesture.proof, gesture.proof_entry = "", None
    gesture.save(update_fields=["proof", "proof_entry"])
    ticket = gesture.recovery.ticket
    _note(ticket, gesture, by, now=now, text="", why=why, happening="unproven")


_ENTRIES: dict[str, dict[str, Any]] = {
    "letter": {"kind": "reply"},
    "call": {"kind": "contact", "reason__outcome": "reached"},
}


def note_late(gestures: list[Gesture], now: datetime) -> None:
    """Promised until a time that has passed, and nobody has said that the customer has it. Noted
    once, and news for whoever works the ticket. A ticket that somebody acts on is left for a
    moment: they may wait for the gesture that is locked here."""
    for gesture in gestures:
        ticket = locked_if_free(gesture.recovery.ticket_id)
        if ticket is None:
            gesture.try_after = now + BUSY_TICKET_WAITS
        else:
            gesture.late_noted_at = now
            _note(ticket, gesture, CLOCK, now=now, text="", happening="late")
        gesture.save(update_fields=["try_after", "late_noted_at"])


def _may_decide(gesture: Gesture, person: User) -> None:
    if person.pk == gesture.by_id:
        raise Conflict("Somebody else has to decide on your own gesture.", code="own_gesture")
    group = gesture.recovery.ticket.group_id
    if not AccessGroup.objects.led_by(person).filter(pk=group).exists():
        raise Forbidden("Leads and managers of the group decide on gestures.")


def _check_time(gesture: Gesture, keep_by: datetime | None, now: datetime) -> None:
    """What waited past its time would be broken as it is promised."""
    if faults := [*_time_faults(keep_by, now)]:
        raise Refused(faults)
    gesture.keep_by = keep_by or gesture.keep_by
    if gesture.keep_by and gesture.keep_by <= now:
        detail = "The time until when it was to be kept has passed. Approve it with another."
        raise Conflict(detail, code="time_passed")


def _check_limit(gesture: Gesture, person: User) -> None:
    group, currency = gesture.recovery.ticket.group, gesture.currency
    limit = limit_of(group, role_in(group, person), gesture.kind, currency)
    before = above(gesture, person.pk, limit)
    if before is not None:
        so_far = f", of which {before} are approved" if before else ""
        raise Conflict(
            f"You may approve up to {limit} {currency} here{so_far}. Somebody above you has to.",
            code="above_your_limit",
        )


def _decide(gesture: Gesture, by: Actor, *, now: datetime, note: str) -> None:
    gesture.decided_by, gesture.decided_at, gesture.decision_note = by.user, now, note
    gesture.save(update_fields=["state", "keep_by", "decided_by", "decided_at", "decision_note"])
    ticket = gesture.recovery.ticket
    waiting = Gesture.objects.waiting().filter(recovery__ticket=ticket)
    if not waiting.exists():
        note_breaches(ticket, note_decided(ticket.promise, now=now), now)
    _note(ticket, gesture, by, now=now, text=note)


def _settle(gesture: Gesture, by: Actor, *, now: datetime, note: str) -> None:
    gesture.settled_at = now
    gesture.save()
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
    ticket: Ticket,
    gesture: Gesture,
    by: Actor,
    *,
    now: datetime,
    text: str,
    why: str = "",
    happening: str = "",
) -> None:
    reason: dict[str, Any] = {"gesture": gesture.pk, "kind": gesture.kind}
    if gesture.amount is not None:
        reason |= {"amount": str(gesture.amount), "currency": gesture.currency}
    if gesture.keep_by:
        reason["keep_by"] = gesture.keep_by.isoformat()
    if gesture.proof:
        reason |= {"proof": gesture.proof, "reference": gesture.proof_reference}
    if why:
        reason["why"] = why
    kind = f"gesture_{happening or gesture.state}"
    write_entry(ticket, kind, by, now=now, text=text, reason=reason)
