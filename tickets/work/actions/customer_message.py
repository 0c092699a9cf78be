"""The customer speaks on a ticket they already have."""

from datetime import datetime

from feedback.email.actions import mark_taken_up
from feedback.email.models import Mail
from feedback.intake.models import Contactable
from tickets.sla.actions import owe_next_reply
from tickets.work.actions.move import reopen_by_customer
from tickets.work.actions.moves import move_by_itself
from tickets.work.actor import CUSTOMER
from tickets.work.deadlines import refresh_deadline
from tickets.work.door import locked
from tickets.work.lifecycle import CLOSED, RESOLVED
from tickets.work.models import Ticket
from tickets.work.timeline import write_entry
from tickets.work.words import add_words


def receive_answers(mails: list[Mail], now: datetime) -> None:
    """Customers' answers to our letters, each put on its ticket."""
    for mail in mails:
        if mail.ticket_number and Ticket.objects.filter(pk=mail.ticket_number).exists():
            receive_message(
                standing(mail.ticket_number), text=mail.text, received_at=mail.received_at, now=now
            )
    mark_taken_up(mails)


def receive_message(ticket: Ticket, *, text: str, received_at: datetime, now: datetime) -> None:
    """Written on their ticket, which goes on with it."""
    write_entry(ticket, "customer_message", CUSTOMER, now=now, text=text, public=True)
    add_words(ticket, text)
    wake(ticket, received_at=received_at, now=now)
    if ticket.contactable != Contactable.NONE:
        owe_next_reply(ticket.promise, received_at=received_at, now=now)
    refresh_deadline(ticket)


def wake(ticket: Ticket, *, received_at: datetime, now: datetime) -> None:
    """The customer has spoken: what waited for them goes on; what had ended begins anew, since
    somebody is owed an answer."""
    if ticket.status in (RESOLVED, CLOSED):
        reopen_by_customer(
            ticket, reason="the customer wrote again", received_at=received_at, now=now
        )
    move_by_itself(ticket, "customer_message", now=now)


def standing(number: int) -> Ticket:
    """The ticket itself, or the one it was merged into, locked."""
    ticket = locked(number)
    while ticket.merged_into_id:
        ticket = locked(ticket.merged_into_id)
    return ticket
