"""The doors to what is repaired: a gesture through its ticket, a question by its signed link."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from tickets.recovery.links import read_token
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
