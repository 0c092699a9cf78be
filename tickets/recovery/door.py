"""The doors to what is repaired: a gesture through its ticket, a question by its signed link, and
whoever wants no questions by theirs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from feedback.intake.actions.claims import lock_people
from feedback.intake.models import Customer
from tickets.recovery.links import read_surveys_token, read_token
from tickets.recovery.models import Gesture, Question
from tickets.work.door import locked
from tickets.work.models import Ticket


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


def question_behind(token: str) -> Question:
    """To read. Raises NotHere for a link that we did not make."""
    number, cycle = read_token(token)
    question = (
        Question.objects.select_related("ticket__customer", "answer")
        .filter(ticket=number, cycle=cycle)
        .first()
    )
    if question is None:
        raise NotHere()
    return question


@contextmanager
def answering(token: str) -> Iterator[tuple[Question, datetime]]:
    """The question, it and its ticket locked until the block ends, and the moment of the act."""
    with transaction.atomic():
        found = question_behind(token)
        ticket = locked(found.ticket_id)
        question = Question.objects.select_for_update(no_key=True).get(pk=found.pk)
        question.ticket = ticket
        yield question, moment()


def customer_behind(token: str) -> Customer:
    """To read. Raises NotHere for a link that we did not make."""
    people = Customer.objects.select_related("joined_to")
    customer = people.filter(pk=read_surveys_token(token)).first()
    if customer is None:
        raise NotHere()
    return customer


@contextmanager
def wishing(token: str) -> Iterator[tuple[Customer, datetime]]:
    """The customer, locked until the block ends, and the moment of the act."""
    with transaction.atomic():
        number = customer_behind(token).pk
        yield lock_people([number])[number], moment()
