"""An answer to somebody without an address: it stands on their receipt page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cxloop.kernel.errors import Conflict, Refused
from feedback.intake.models import Contactable
from tickets.sla.actions.end import CONTACT_KINDS, void_clocks
from tickets.work.actions.judging import note_judged
from tickets.work.actions.moves import move_by_verb
from tickets.work.actor import Actor
from tickets.work.deadlines import note_breaches, refresh_deadline
from tickets.work.models import Contact, Ticket, TimelineEntry
from tickets.work.timeline import write_entry
from tickets.work.words import add_words

# Why a promise is void meanwhile: we have answered, and only they can make it a contact.
TO_BE_OPENED = "our answer stands on the receipt page and has not been opened"


def put_at_receipt(
    ticket: Ticket,
    text: str,
    *,
    reason: Mapping[str, Any],
    files: Sequence[int],
    by: Actor,
    now: datetime,
) -> TimelineEntry:
    """No contact before it is opened: what was promised is void until then, and counted as such.
    Raises Conflict `no_address` where nobody looks there, Refused for files."""
    if ticket.contactable != Contactable.RECEIPT:
        raise Conflict("This customer has no address we may write to.", code="no_address")
    if files:
        raise Refused.at("/files", "no_files_at_receipt", "A receipt page shows words alone.")
    there = {**reason, "at_receipt": True}
    row = write_entry(ticket, "reply", by, now=now, text=text, reason=there, public=True)
    if by.is_person and by.user:
        channel = Contact.Channel.RECEIPT
        Contact.objects.create(
            ticket=ticket, cycle=ticket.cycle, by=by.user, channel=channel, reached=False, at=now
        )
        ended = void_clocks(ticket.promise, CONTACT_KINDS, reason=TO_BE_OPENED, now=now)
        note_breaches(ticket, ended, now)
        note_judged(ticket)
        refresh_deadline(ticket)
    move_by_verb(ticket, "reply", now=now)
    add_words(ticket, text)
    return row
