"""The customer speaks on a ticket they already have."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from feedback.email.actions import hear_after_all, mark_taken_up
from feedback.email.fitting import NO_FILES, Fitted, files_of_mail
from feedback.email.models import Mail
from feedback.intake.models import Contactable
from tickets.sla.actions.begin import owe_next_reply
from tickets.work.actions.attach import MOST_FILES, attach_received
from tickets.work.actions.judging import leave_to_judge
from tickets.work.actions.late_answer import is_late, open_for_late_answer, successor_of
from tickets.work.actions.move import reopen_by_customer
from tickets.work.actions.moves import move_by_themselves
from tickets.work.actions.side import receive_side_answer, side_answered
from tickets.work.actions.snooze import end_snooze
from tickets.work.actions.standing import standing
from tickets.work.actor import CUSTOMER
from tickets.work.deadlines import refresh_deadline
from tickets.work.lifecycle import CLOSED, RESOLVED
from tickets.work.models import Ticket, TicketFeedback
from tickets.work.timeline import write_entry
from tickets.work.words import add_words

# In the reason of a timeline's entry: the address, where it is not the customer's own.
WRITTEN_FROM = "written_from"


def receive_answers(mails: list[Mail], now: datetime) -> None:
    """Answers to our letters, each put on its ticket: the customers', and those of others whom we
    wrote to beside it."""
    for mail in mails:
        number = _answered(mail)
        if side := side_answered(mail):
            receive_side_answer(side, mail, now=now)
        elif number is not None:
            _take_up(standing(number), mail, now)
        elif mail.raw is not None:
            hear_after_all(mail, now=now)
    mark_taken_up(mails)


def _answered(mail: Mail) -> int | None:
    """The ticket that it names, or that was opened for what was heard before it."""
    links = TicketFeedback.objects.filter(feedback=mail.follows_id)
    number = mail.ticket_number or links.values_list("ticket", flat=True).first()
    return number if number and Ticket.objects.filter(pk=number).exists() else None


def _take_up(ticket: Ticket, mail: Mail, now: datetime) -> None:
    if not is_late(ticket, mail.received_at) or mail.raw is None:
        _put_on(ticket, mail, now)
    elif successor := successor_of(ticket):
        _put_on(standing(successor), mail, now)
    else:
        open_for_late_answer(ticket, mail, now=now)


def _put_on(ticket: Ticket, mail: Mail, now: datetime) -> None:
    files = files_of_mail(_raw(mail), most=MOST_FILES)
    customer = ticket.customer
    if customer is None or mail.sender != customer.email:
        # Whoever has the address of our letter may answer it, and a colleague must see who did.
        files = replace(files, told=files.told | {WRITTEN_FROM: mail.sender})
    receive_message(ticket, text=mail.text, received_at=mail.received_at, now=now, files=files)


def _raw(mail: Mail) -> bytes | None:
    return None if mail.raw is None else bytes(mail.raw)


def receive_message(
    ticket: Ticket,
    *,
    text: str,
    received_at: datetime,
    now: datetime,
    files: Fitted = NO_FILES,
) -> None:
    """Written on their ticket, which goes on with it."""
    entry = write_entry(
        ticket, "customer_message", CUSTOMER, now=now, text=text, public=True, reason=files.told
    )
    attach_received(entry, files.kept, now=now)
    add_words(ticket, " ".join([text, *(file.name for file in files.kept)]))
    if ticket.status == RESOLVED:
        leave_to_judge(ticket, received_at=received_at, now=now)
    else:
        wake([(ticket, received_at)], now=now)
    if ticket.contactable != Contactable.NONE:
        owe_next_reply(ticket.promise, received_at=received_at, now=now)
    refresh_deadline(ticket)


def wake(said: Iterable[tuple[Ticket, datetime]], *, now: datetime) -> None:
    """Customers have spoken, each on a ticket of their own, and when we received it: what waited
    for them or was put away goes on; what had ended begins anew, since somebody is owed an
    answer."""
    received = list(said)
    for ticket, _received_at in received:
        end_snooze(ticket)
    for ticket, received_at in received:
        if ticket.status in (RESOLVED, CLOSED):
            reopen_by_customer(
                ticket, reason="the customer wrote again", received_at=received_at, now=now
            )
    tickets = [ticket for ticket, _ in received]
    move_by_themselves(tickets, "customer_message", now=now)


def hear_kind_words(tickets: Collection[Ticket], *, now: datetime) -> None:
    """What waited for them goes on; what has ended stays so: nobody is owed an answer to praise."""
    for ticket in tickets:
        end_snooze(ticket)
    move_by_themselves(tickets, "customer_message", now=now)
