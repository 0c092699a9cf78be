"""What we write to customers from a ticket, in their language."""

from dataclasses import replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from django.conf import settings

from cxloop.kernel.letters import Draft
from feedback.email.addresses import reply_address
from feedback.email.marks import mark_of
from feedback.intake.models import Contactable
from feedback.intake.silence import contact_mark
from tickets.work.letter_book import LetterBook, language_of
from tickets.work.letter_words import (
    ACKNOWLEDGEMENT,
    CLOSING,
    FINAL_POSITION,
    LATE_ACKNOWLEDGEMENT,
    REMINDER,
    Words,
    composed,
)
from tickets.work.models import Ticket
from tickets.work.said_times import said_time, zone_of
from tickets.work.status_letters import STATUS, STATUS_LETTER, over_status_line
from tickets.work.subjects import in_answer_to
from tickets.work.threads import Thread, thread_of

__all__ = ["ACKNOWLEDGEMENT", "CLOSING", "REMINDER", "REPLY", "STATUS", "language_of"]

REPLY = "reply"


class Worded(Protocol):
    """How what a colleague writes leaves as a letter."""

    def __call__(self, ticket: Ticket, body: str, *, key: str, writer: str = "") -> Draft: ...


def can_write_to(ticket: Ticket) -> bool:
    customer = ticket.customer
    return bool(customer and customer.email and not customer.do_not_contact)


def can_answer(ticket: Ticket) -> bool:
    """By a letter, or where the customer looks for an answer."""
    return can_write_to(ticket) or ticket.contactable == Contactable.RECEIPT


def reply_letter(ticket: Ticket, body: str, *, key: str, writer: str = "") -> Draft:
    """A person's answer, over the signature of the group; they may take it back for a moment."""
    signature = LetterBook().signature(ticket, language_of(ticket.customer), writer=writer)
    said = composed(Words(body="{said}"), {"said": body}, signature)
    over_line = over_status_line(said.body, ticket)
    draft = _in_the_thread(ticket, over_line, kind=REPLY, key=key, automatic=False)
    return replace(draft, hold=settings.UNDO)


def final_letter(ticket: Ticket, body: str, *, key: str, writer: str = "") -> Draft:
    """A manager's last answer, in the frame that the house gives it."""
    said = LetterBook(FINAL_POSITION).write(
        FINAL_POSITION, ticket, {"position": body}, writer=writer
    )
    over_line = over_status_line(said.body, ticket)
    return _in_the_thread(ticket, over_line, kind=REPLY, key=key, automatic=False)


def acknowledgement(
    book: LetterBook,
    ticket: Ticket,
    *,
    due_at: datetime,
    zone: ZoneInfo,
    received_at: datetime,
    now: datetime,
) -> Draft:
    """No word of the submitter stands in it, their subject neither: nobody can send strangers their
    text through us. What was held for days, or came before a standstill, is promised no time that
    has passed."""
    assert ticket.customer is not None
    language = language_of(ticket.customer)
    late = LATE_ACKNOWLEDGEMENT if due_at <= now else None
    values = {"due": said_time(due_at, zone, language)}
    said = book.write(ACKNOWLEDGEMENT, ticket, values, instead=late)
    return Draft(
        key=f"acknowledgement:{ticket.pk}",
        kind=ACKNOWLEDGEMENT,
        to=ticket.customer.email,
        subject=f"{said.subject} {mark_of(ticket.ref)}",
        body=over_status_line(said.body, ticket),
        language=language,
        reply_to=reply_address(ticket.pk),
        automatic=True,
        rationed=True,
        about=(contact_mark(ticket.customer.pk),),
        about_at=received_at,
    )


def reminder_letter(ticket: Ticket, *, key: str) -> Draft:
    said = LetterBook(REMINDER).write(REMINDER, ticket, {})
    over_line = over_status_line(said.body, ticket)
    return _in_the_thread(ticket, over_line, kind=REMINDER, key=key, automatic=True)


def closing_letter(ticket: Ticket, silent_after: datetime, *, key: str) -> Draft:
    """May we close? Silence until then, by the customer's clock, closes."""
    day = said_time(silent_after, zone_of(ticket), language_of(ticket.customer))
    said = LetterBook(CLOSING).write(CLOSING, ticket, {"day": day})
    over_line = over_status_line(said.body, ticket)
    return _in_the_thread(ticket, over_line, kind=CLOSING, key=key, automatic=True)


def status_letter(ticket: Ticket, link: str, *, key: str) -> Draft:
    """Nothing but the address of their page, which they or a colleague asked for."""
    body = STATUS_LETTER[language_of(ticket.customer)].format(link=link, number=ticket.ref)
    return _in_the_thread(ticket, body, kind=STATUS, key=key, automatic=True)


def _in_the_thread(ticket: Ticket, body: str, *, kind: str, key: str, automatic: bool) -> Draft:
    """Its reply address carries the ticket, its references the thread. What a person writes is in
    the customer's language, whether or not the house speaks it."""
    assert ticket.customer is not None
    thread = thread_of(ticket)
    return Draft(
        key=key,
        kind=kind,
        to=ticket.customer.email,
        subject=subject_line(ticket, thread),
        body=body,
        language=language_of(ticket.customer) if automatic else ticket.customer.locale,
        reply_to=reply_address(ticket.pk),
        references=thread.references,
        automatic=automatic,
        rationed=automatic,
        about=(contact_mark(ticket.customer.pk),),
        about_at=ticket.updated_at,
    )


def subject_line(ticket: Ticket, thread: Thread) -> str:
    """Of every letter in a thread the same."""
    return (
        in_answer_to(thread.subject, ticket.ref)
        or in_answer_to(ticket.subject, ticket.ref)
        or f"Re: {mark_of(ticket.ref)}"
    )
