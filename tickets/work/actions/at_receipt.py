"""What a customer without an address does on their receipt page: asks for an answer there, opens
it, writes back. Whoever has the page's address is taken for them; it was shown to nobody else."""

from datetime import datetime

from django.db.models import QuerySet

from feedback.intake.actions.asks import ask_at_receipt
from feedback.intake.models import Contactable, Feedback
from tickets.sla.actions.begin import Start, owe_contact, start_next_cycle
from tickets.sla.actions.end import CONTACT_KINDS, OWED_CONTACT, meet_clocks
from tickets.sla.ledger import VOID
from tickets.sla.models import Clock, Kind
from tickets.work.actions.customer_message import receive_message, wake
from tickets.work.actions.put_at_receipt import TO_BE_OPENED
from tickets.work.actions.spam import SPAM, again_from
from tickets.work.actions.standing import standing
from tickets.work.actions.talk import go_on_owing_news
from tickets.work.actor import CUSTOMER
from tickets.work.deadlines import refresh_deadline
from tickets.work.lifecycle import UNRESOLVED
from tickets.work.models import Contact, Ticket, TicketFeedback
from tickets.work.pressed_twice import is_pressed_twice
from tickets.work.timeline import write_entry


def ask_for_answer(feedback: Feedback, *, now: datetime) -> None:
    """They can be reached from now on: a first contact is owed from when they said so. What has no
    ticket yet is opened as such. To be called inside a transaction; the second time is none."""
    if not ask_at_receipt(feedback, now=now):
        return
    link = TicketFeedback.objects.filter(pk=feedback.pk).first()
    if link is None:
        return
    ticket = standing(link.ticket_id)
    if ticket.contactable != Contactable.NONE or ticket.outcome == SPAM or ticket.quiet:
        return
    ticket.contactable = Contactable.RECEIPT
    ticket.save(update_fields=["contactable"])
    write_entry(ticket, "asked_for_answer", CUSTOMER, now=now)
    if ticket.status in UNRESOLVED:
        owe_contact(Start(ticket.promise, Kind.FOLLOW_UP, now), now=now)
    else:
        wake([(ticket, now)], now=now)
    refresh_deadline(ticket)


def open_answers(ticket: Ticket, *, now: datetime) -> None:
    """Read: each is a contact from now on. Where that is in time, the promise is kept; where it is
    not, it stays void, for we had answered. The ticket must be locked."""
    unread = list(unread_answers(ticket).order_by("pk"))
    for contact in unread:
        contact.reached, contact.at = True, now
        contact.save(update_fields=["reached", "at"])
    if not unread:
        return
    waited = Clock.objects.filter(promise=ticket.promise, state=VOID, void_reason=TO_BE_OPENED)
    for clock in waited.filter(kind__in=OWED_CONTACT, due_at__gt=now).order_by("pk"):
        start = Start(ticket.promise, Kind(clock.kind), again_from(clock, now))
        start_next_cycle(start, now=now)
    meet_clocks(ticket.promise, CONTACT_KINDS, at=now, now=now, contact=unread[-1].pk)
    write_entry(ticket, "answer_opened", CUSTOMER, now=now)
    go_on_owing_news(ticket, since=now, now=now)
    refresh_deadline(ticket)


def unread_answers(ticket: Ticket) -> QuerySet[Contact]:
    at_receipt = Contact.objects.filter(ticket=ticket, channel=Contact.Channel.RECEIPT)
    return at_receipt.filter(reached=False, struck_at=None)


def write_at_receipt(ticket: Ticket, *, text: str, now: datetime) -> None:
    """Pressed twice it is one message."""
    if not is_pressed_twice(ticket, text, now=now):
        receive_message(ticket, text=text, received_at=now, now=now)
