"""The doors to what is repaired: a gesture through its ticket, a question by its signed link, and
whoever wants no questions or offers by theirs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from feedback.intake.actions.claims import lock_people
from feedback.intake.models import Customer
from tickets.recovery.links import read_refusal_token, read_token, token_of
from tickets.recovery.models import Gesture, Question
from tickets.work.door import locked
from tickets.work.models import Ticket
from tickets.work.status_door import has_parted, signs_of_life
from tickets.work.status_links import is_over


def gesture_on(ticket: Ticket, number: int) -> Gesture:
    """The gesture, of whichever cycle, locked: a promise outlives the cycle in which it was made.
    Raises NotHere where it is another ticket's."""
    gesture = (
        Gesture.objects.select_for_update(no_key=True, of=("self",))
        .select_related("by", "recovery")
        .filter(pk=number, recovery__ticket=ticket)
        .first()
    )
    if gesture is None:
        raise NotHere()
    gesture.recovery.ticket = ticket
    return gesture


def waiting_seen_by(person: User) -> QuerySet[Gesture]:
    """What waits for approval on tickets that they see, the longest first."""
    people = ("by", "decided_by", "recovery__ticket__group", "recovery__ticket__customer")
    return Gesture.objects.waiting().visible_to(person).select_related(*people)


@dataclass(frozen=True)
class Asked:
    """What a link in a letter leads to."""

    question: Question
    made_at: datetime | None

    def is_over(self, now: datetime) -> bool:
        """As the status page of the ticket, and never while we wait for their answer."""
        question = self.question
        if now <= question.silent_after:
            return False
        signs = signs_of_life(question.ticket, [question.ticket_id])
        return is_over([self.made_at, question.asked_at, *signs], now=now)


def question_behind(token: str) -> Asked:
    """To read. Raises NotHere for a link that we did not make, made for somebody else, for the
    ticket was taken for theirs, or for whoever is forgotten."""
    number, cycle, made_at = read_token(token)
    rows = Question.objects.select_related("ticket__customer__joined_to", "answer")
    question = rows.filter(ticket=number, cycle=cycle).first()
    if question is None or _is_forgotten(question.ticket.customer):
        raise NotHere()
    if has_parted(question.ticket, since=made_at or question.asked_at):
        raise NotHere()
    return Asked(question, made_at)


def _is_forgotten(customer: Customer | None) -> bool:
    return bool(customer and (customer.erased_at or customer.person.erased_at))


def token_on_page(question: Question, made_at: datetime | None, now: datetime) -> str:
    """For whose the ticket is: it lives as their page does, which was made then. Where somebody
    else was asked, for whose the ticket had been taken, it counts from now."""
    parted = has_parted(question.ticket, since=made_at or question.asked_at)
    return token_of(question.ticket_id, question.cycle, now if parted else made_at)


@contextmanager
def answering(token: str) -> Iterator[tuple[Question, datetime]]:
    """The question, it and its ticket locked until the block ends, and the moment of the act.
    Looked at once more under the lock: its customer may have been parted or forgotten meanwhile."""
    with transaction.atomic():
        ticket = locked(question_behind(token).question.ticket_id)
        found = question_behind(token).question
        question = Question.objects.select_for_update(no_key=True).get(pk=found.pk)
        question.ticket = ticket
        yield question, moment()


def customer_behind(token: str, purpose: str) -> Customer:
    """To read. Raises NotHere for a link that we did not make to refuse that."""
    people = Customer.objects.select_related("joined_to")
    customer = people.filter(pk=read_refusal_token(token, purpose)).first()
    if customer is None:
        raise NotHere()
    return customer


@contextmanager
def wishing(token: str, purpose: str) -> Iterator[tuple[Customer, datetime]]:
    """The customer, locked until the block ends, and the moment of the act."""
    with transaction.atomic():
        number = customer_behind(token, purpose).pk
        yield lock_people([number])[number], moment()
