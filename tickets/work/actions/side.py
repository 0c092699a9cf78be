"""Beside a ticket we write to somebody else about it: a carrier, a supplier, a colleague. It is no
contact with the customer and no word of theirs, so it keeps no promise and begins none; what is
answered there wakes the ticket."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db.models import Q

from cxloop.kernel.errors import Conflict, NotHere, Refused
from cxloop.kernel.letters import notice_undelivered, take_back_letter, write_letter
from cxloop.kernel.models import Letter
from feedback.email.fitting import files_of_mail
from feedback.email.mailboxes import source_at
from feedback.email.models import Mail
from feedback.intake.addresses import is_address
from feedback.intake.models import Customer
from tickets.work.actions.attach import (
    MOST_FILES,
    attach,
    attach_received,
    choose_again,
    refuse_heavy,
)
from tickets.work.actions.moves import check_move, move_by_itself, move_by_verb
from tickets.work.actions.snooze import end_snooze
from tickets.work.actions.standing import standing
from tickets.work.actions.talk import WITHDRAWN_FOR, said
from tickets.work.actor import CLOCK, OUTSIDER, Actor
from tickets.work.models import SideMessage, SideThread, Ticket
from tickets.work.side_letters import SIDE, side_letter
from tickets.work.timeline import write_entry
from tickets.work.words import add_words

LONGEST_SUBJECT = 200
LONGEST_NAME = 120


def open_side(
    ticket: Ticket,
    *,
    to: str,
    name: str = "",
    subject: str,
    body: str,
    files: Sequence[int] = (),
    by: Actor,
    now: datetime,
) -> SideThread:
    """A thread of its own, with its first letter. Raises Refused at /to for the customer's address,
    to whom one replies, and for one of ours, at which it would be heard as feedback."""
    assert by.user is not None
    check_move(ticket, "side")
    thread = SideThread.objects.create(
        ticket=ticket,
        address=_address(ticket, to),
        name=_line(name, "/name", LONGEST_NAME),
        subject=_subject(subject),
        opened_by=by.user,
        at=now,
    )
    add_words(ticket, f"{thread.name} {thread.subject}")
    write_aside(ticket, thread, body=body, files=files, by=by, now=now)
    return thread


def write_aside(
    ticket: Ticket,
    thread: SideThread,
    *,
    body: str,
    files: Sequence[int] = (),
    by: Actor,
    now: datetime,
) -> None:
    """The next letter there. The ticket must be locked. Raises Conflict `forgotten` where it was
    erased whom it was with."""
    check_move(ticket, "side")
    if thread.is_erased:
        raise Conflict("It is forgotten whom this was written to.", code="forgotten")
    text = said(body)
    about = {"side": thread.pk, "to": thread.who}
    row = write_entry(ticket, "side_letter", by, now=now, text=text, reason=about)
    enclosed = attach(row, files, by=by)
    refuse_heavy(enclosed)
    draft = side_letter(thread, ticket, text, key=f"{SIDE}:{row.pk}", by=by)
    letter = write_letter(draft, files=enclosed, now=now)
    SideMessage.objects.create(thread=thread, entry=row, letter=letter)
    move_by_verb(ticket, "side", now=now)
    add_words(ticket, text)


def side_on(ticket: Ticket, number: int) -> SideThread:
    """Raises NotHere where no such thread stands on the ticket."""
    found = SideThread.objects.filter(ticket=ticket, pk=number).first()
    if found is None:
        raise NotHere()
    return found


def take_back_aside(ticket: Ticket, thread: SideThread, *, by: Actor, now: datetime) -> None:
    """Their last letter there. Raises Conflict `too_late` where it has left."""
    check_move(ticket, "side-back")
    written = SideMessage.objects.filter(thread=thread, letter__isnull=False, entry__actor=by.user)
    message = written.order_by("-entry").first()
    held = Letter.objects.select_for_update(no_key=True, skip_locked=True)
    letter = held.filter(pk=message.letter_id or 0).first() if message else None
    if message is None or letter is None or not take_back_letter(letter, now=now):
        raise Conflict("It has left already; nothing of yours waits here.", code="too_late")
    choose_again(message.entry_id, now=now)
    about = {"what": SIDE, "side": thread.pk, "to": thread.who}
    write_entry(ticket, "taken_back", by, now=now, reason=about)


def side_answered(mail: Mail) -> SideThread | None:
    return SideThread.objects.filter(pk=mail.side_number).first() if mail.side_number else None


def receive_side_answer(thread: SideThread, mail: Mail, *, now: datetime) -> None:
    """Put where it was asked. No promise hangs on it; what was put away or waited goes on, since
    somebody has to look, and what has ended stays so."""
    ticket = standing(thread.ticket_id)
    files = files_of_mail(None if mail.raw is None else bytes(mail.raw), most=MOST_FILES)
    reason = {"side": thread.pk, **_whose(thread, ticket, mail.sender), **files.told}
    entry = write_entry(ticket, "side_answer", OUTSIDER, now=now, text=mail.text, reason=reason)
    attach_received(entry, files.kept, now=now)
    SideMessage.objects.create(thread=thread, entry=entry, mail=mail)
    add_words(ticket, " ".join([mail.text, *(file.name for file in files.kept)]))
    end_snooze(ticket)
    move_by_itself(ticket, "side_answer", now=now)


def _whose(thread: SideThread, ticket: Ticket, sender: str) -> dict[str, Any]:
    """Whoever has the address of our letter may answer it, and a colleague must see who did."""
    if _is_customers(ticket, sender):
        return {"from": sender, "by_customer": True}
    if sender != thread.address:
        return {"from": sender, "written_for": thread.who}
    return {"from": thread.who}


def _is_customers(ticket: Ticket, address: str) -> bool:
    """Theirs on this ticket, by whichever name we know them."""
    theirs = Q(pk__in=[ticket.customer_id] if ticket.customer_id else [])
    if ticket.customer:
        theirs |= Q(pk=ticket.customer.person.pk) | Q(joined_to=ticket.customer.person.pk)
    return bool(address) and Customer.objects.filter(theirs, email=address).exists()


def note_dead_asides(letters: list[Letter], now: datetime) -> None:
    """They reached nobody. Nothing was met by them, so nothing is struck."""
    for letter in letters:
        message = SideMessage.objects.select_related("thread").get(letter=letter)
        error = WITHDRAWN_FOR.get(letter.withdrawn_why, letter.last_error)
        about = {"letter": SIDE, "side": message.thread.pk, "to": letter.to, "error": error}
        ticket = standing(message.thread.ticket_id)
        write_entry(ticket, "letter_failed", CLOCK, now=now, reason=about)
    notice_undelivered(letters)


def take_sides_along(ticket: Ticket, into: Ticket) -> None:
    """Merged: what was asked is asked for the one that goes on, and answered there."""
    SideThread.objects.filter(ticket=ticket).update(ticket=into)


def _address(ticket: Ticket, typed: str) -> str:
    address = typed.strip().lower()
    if not is_address(address):
        raise Refused.at("/to", "malformed_email", "That is no e-mail address.")
    if _is_customers(ticket, address):
        detail = "That is the customer: write a reply, which they may read."
        raise Refused.at("/to", "customers_address", detail)
    if source_at(address) or address == parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower():
        detail = "That is a mailbox of this house; mention the colleague in a note."
        raise Refused.at("/to", "our_address", detail)
    return address


def _subject(typed: str) -> str:
    if not typed.strip():
        raise Refused.at("/subject", "required", "Say a subject.")
    return _line(typed, "/subject", LONGEST_SUBJECT)


def _line(typed: str, at: str, longest: int) -> str:
    """What becomes a header: one line."""
    line = " ".join(typed.split())
    if len(line) > longest:
        raise Refused.at(at, "too_long", f"At most {longest} characters.")
    return line
