"""What of a repair stands on the page of a ticket, beside what was said and given."""

from typing import Any
from uuid import uuid4

from tickets.recovery.judgement import GESTURE_KINDS, NEVER, legal_gesture_verbs
from tickets.recovery.offering import offered_on
from tickets.recovery.shown import Repair
from tickets.work.letter_book import language_of
from tickets.work.models import Ticket

DECISIONS = ("approve", "reject")


def next_in_playbook(ticket: Ticket, repair: Repair) -> dict[str, Any] | None:
    """What the house does about such a failure, with the words of the next step as the customer
    reads them."""
    offered = offered_on(ticket, repair.recovery, repair.gestures)
    if offered is None:
        return None
    step = offered.next_step
    words = step.text(language_of(ticket.customer)) if step and ticket.customer else ""
    costs = step and GESTURE_KINDS[step.kind].costs != NEVER
    return {"offered": offered, "step": step, "words": words, "costs": costs, "once": uuid4()}


def gesture_verbs(state: str, *, own: bool, decides: bool) -> list[str]:
    """What this person may say to a gesture in this state."""
    may_decide = decides and not own
    return [verb for verb in legal_gesture_verbs(state) if verb not in DECISIONS or may_decide]
