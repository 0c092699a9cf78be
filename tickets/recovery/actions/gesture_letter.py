"""A colleague writes to the customer about a gesture. That is service; an offer in it is not."""

from datetime import datetime
from typing import Any

from cxloop.kernel.bodies import storable
from cxloop.kernel.errors import Conflict, Refused
from cxloop.kernel.letters import TAKEN_BACK
from cxloop.kernel.models import Letter
from tickets.recovery.actions.gestures import lose_proof
from tickets.recovery.actions.refuse import why_no_offer
from tickets.recovery.judgement import KEPT, PROMISED
from tickets.recovery.letters import gesture_frame, offer_letter
from tickets.recovery.models import Gesture
from tickets.work.actions import talk
from tickets.work.actions.talk import reply, said
from tickets.work.actor import Actor
from tickets.work.letters import REPLY, reply_letter
from tickets.work.models import Ticket, TimelineEntry

LONGEST_OFFER = 2_000
SHOWN_BY_NONE = "the letter that showed it was taken back"
SHOWN_TO_NOBODY = "the letter that showed it reached nobody"
WHY_NOT = {
    "unknown_customer": "Nobody is known who could have said that they want offers.",
    "do_not_contact": "The customer wishes not to be contacted.",
    "no_address": "This customer has no address we may write to.",
    "never_said": "The customer has not said that they want offers.",
    "refused": "The customer has said that they want no offers.",
}


def write_about(
    gesture: Gesture, *, body: str, by: Actor, now: datetime, offer: str = ""
) -> TimelineEntry:
    """A reply in every sense, in the house's words for such a letter. What was kept without a proof
    has this one. An `offer` is what is no part of the repair, a voucher for the next order say: it
    makes the letter marketing, for whom that was granted. The gesture must be locked, with its
    ticket.

    Raises Refused, `no_marketing_consent` at /offer, and Conflict `illegal_move` or `no_address`.
    """
    if gesture.state not in (PROMISED, KEPT):
        detail = f"The gesture is {gesture.state}; a letter is about what is promised or kept."
        raise Conflict(detail, code="illegal_move")
    ticket = gesture.recovery.ticket
    body, offer = said(body), str(storable(offer)).strip()
    # As they were typed: taken back, each stands in its own field again.
    words = {"body": body, **({"offer": offer} if offer else {})}
    about: dict[str, Any] = {"gesture": gesture.pk, "kind": gesture.kind, "words": words}
    text = gesture_frame(gesture, body)
    if offer:
        _refuse_offer(gesture, offer)
        about["offer"] = True
        text = f"{text}\n\n{offer}"
    worded = offer_letter if offer else reply_letter
    row = reply(ticket, body=text, by=by, now=now, worded=worded, about=about)
    _prove(gesture, row)
    return row


def _refuse_offer(gesture: Gesture, offer: str) -> None:
    """Asked once more as the letter leaves: who has taken it back by then gets none."""
    if len(offer) > LONGEST_OFFER:
        raise Refused.at("/offer", "too_long", f"At most {LONGEST_OFFER:,} characters.")
    if why := why_no_offer(gesture.recovery.ticket.customer):
        raise Refused.at("/offer", "no_marketing_consent", WHY_NOT[why])


def lose_proofs(ticket: Ticket, *, by: Actor, now: datetime) -> None:
    """A letter of this ticket was taken back: it shows nothing that was kept."""
    proven = Gesture.objects.filter(recovery__ticket=ticket, proof="letter").order_by("pk")
    rows = proven.select_for_update(no_key=True, of=("self",)).select_related("recovery__ticket")
    held = {one: f"{REPLY}:{one.proof_entry_id}" for one in rows}
    gone = Letter.objects.filter(key__in=held.values(), withdrawn_why=TAKEN_BACK)
    keys = set(gone.values_list("key", flat=True))
    for gesture in [one for one, key in held.items() if key in keys]:
        lose_proof(gesture, why=SHOWN_BY_NONE, now=now, by=by)


def strike_dead_letters(letters: list[Letter], now: datetime) -> None:
    """What reached nobody keeps no promise, and shows nothing that was kept."""
    talk.strike_dead_letters(letters, now)
    entries = [int(letter.key.rpartition(":")[2]) for letter in letters if letter.kind == REPLY]
    tickets = TimelineEntry.objects.filter(pk__in=entries).values("ticket")
    proven = Gesture.objects.filter(recovery__ticket__in=tickets, proof_entry__in=entries)
    held = proven.filter(proof="letter").select_for_update(no_key=True, of=("self",))
    for gesture in held.select_related("recovery__ticket").order_by("pk"):
        lose_proof(gesture, why=SHOWN_TO_NOBODY, now=now)


def _prove(gesture: Gesture, row: TimelineEntry) -> None:
    if gesture.state == KEPT and not gesture.proof:
        gesture.proof, gesture.proof_entry = "letter", row
        gesture.save(update_fields=["proof", "proof_entry"])
