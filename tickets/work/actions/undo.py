"""Taking back, before anything has left: a letter, or resolving with the question that follows it.

What was promised runs on as if nothing had been said; that it was said, and taken back, is history.
"""

from datetime import datetime

from django.conf import settings

from cxloop.kernel.errors import Conflict
from cxloop.kernel.letters import take_back_letter
from cxloop.kernel.models import Letter
from tickets.sla.actions.end import take_back_meeting
from tickets.sla.models import Kind
from tickets.work.actions.attach import choose_again
from tickets.work.actions.moves import check_move, move_by_verb
from tickets.work.actions.talk import go_on_owing_news, strike
from tickets.work.actor import Actor
from tickets.work.deadlines import refresh_deadline
from tickets.work.letters import REPLY
from tickets.work.lifecycle import RESOLVED
from tickets.work.models import Contact, Resolution, Ticket, TimelineEntry, Unasked
from tickets.work.timeline import write_entry


def take_back(ticket: Ticket, *, by: Actor, now: datetime) -> None:
    """Their last letter, or resolving, with the letter that it contained.

    Raises Conflict `too_late` where nothing of theirs waits any more."""
    check_move(ticket, "take-back")
    resolution = _resolution_to_undo(ticket, by, now)
    contact = _take_letter(ticket, by, resolution, now)
    of_many = contact is None and resolution is None and _take_letter_to_many(ticket, by, now)
    if contact is None and resolution is None and not of_many:
        raise Conflict("It has left already; nothing of yours waits here.", code="too_late")
    if contact:
        strike(contact, ticket, now=now)
        choose_again(_entry_of(contact), now=now)
    if resolution:
        _undo_resolving(ticket, resolution, now)
    what = "resolved" if resolution else "reply"
    write_entry(ticket, "taken_back", by, now=now, reason={"what": what})
    refresh_deadline(ticket)


def _resolution_to_undo(ticket: Ticket, by: Actor, now: datetime) -> Resolution | None:
    """Whose customer was not asked yet: the row that waits is held until the transaction ends."""
    if ticket.status != RESOLVED:
        return None
    fresh = Unasked.objects.filter(
        resolution__ticket=ticket, resolution__by=by.user, since__gt=now - settings.UNDO
    )
    waiting = fresh.select_for_update(no_key=True, skip_locked=True, of=("self",))
    row = waiting.select_related("resolution").first()
    return row.resolution if row else None


def _take_letter(
    ticket: Ticket, by: Actor, resolution: Resolution | None, now: datetime
) -> Contact | None:
    """Out of the outbox; None where it has left, or is in a sender's hand."""
    theirs = Contact.objects.filter(ticket=ticket, by=by.user, struck_at=None, letter__isnull=False)
    found = theirs.filter(at=resolution.at) if resolution else theirs
    contact = found.order_by("-at", "-pk").first()
    if contact is None or contact.letter_id is None:
        return None
    if ticket.status == RESOLVED and resolution is None:
        return None
    locked = Letter.objects.select_for_update(no_key=True, skip_locked=True)
    letter = locked.filter(pk=contact.letter_id).first()
    return contact if letter and take_back_letter(letter, now=now) else None


def _entry_of(contact: Contact) -> int:
    """The number of the entry that it was written with."""
    assert contact.letter is not None
    return int(contact.letter.key.rpartition(":")[2])


def _take_letter_to_many(ticket: Ticket, by: Actor, now: datetime) -> bool:
    """Whether their last letter was one to many, which was no contact, and waited still."""
    if ticket.status == RESOLVED:
        return False
    replies = TimelineEntry.objects.filter(ticket=ticket, kind="reply", actor=by.user)
    entry = replies.order_by("-pk").first()
    if entry is None or not entry.reason.get("to_many"):
        return False
    locked = Letter.objects.select_for_update(no_key=True, skip_locked=True)
    letter = locked.filter(key=f"{REPLY}:{entry.pk}").first()
    return bool(letter and take_back_letter(letter, now=now))


def _undo_resolving(ticket: Ticket, resolution: Resolution, now: datetime) -> None:
    take_back_meeting(ticket.promise, [Kind.RESOLVE], at=resolution.at, now=now)
    resolution.delete()
    ticket.resolved_at = None
    move_by_verb(ticket, "take-back", now=now)
    last = (
        Contact.objects.filter(ticket=ticket, reached=True, struck_at=None).order_by("-at").first()
    )
    if last:
        go_on_owing_news(ticket, since=last.at, now=now)
