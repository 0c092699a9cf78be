"""How a test brings a ticket to where the customer is asked."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from accounts.models import User
from cxloop.kernel.models import Letter
from tests.cast import Cast
from tests.makers import NOW, make_root_cause, make_ticket
from tickets.recovery.actions.answer import answer_question
from tickets.recovery.actions.ask import ask_customers
from tickets.recovery.models import Answer, Question
from tickets.work.actions.move import resolve_ticket
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import RootCause, Ticket, Unasked

LATER = NOW + timedelta(hours=2)


def make_resolved(cast: Cast, *, body: str = "We sent a new parcel.", **plan: Any) -> Ticket:
    """Answered and resolved by the agent two hours after the receipt."""
    return resolve(make_ticket(cast.group, **plan), by=cast.agent, body=body)


def resolve(
    ticket: Ticket,
    *,
    by: User,
    body: str = "Sent again.",
    now: datetime = LATER,
    cause: RootCause | None = None,
) -> Ticket:
    cause = cause or RootCause.objects.first() or make_root_cause()
    ticket = locked(ticket.pk)
    resolve_ticket(ticket, root_cause=cause, body=body, by=acting(by), now=now)
    return ticket


def ask_all(now: datetime = LATER) -> None:
    ask_customers(list(Unasked.objects.all()), now)


def questions_left() -> None:
    """The letters that ask have left as soon as they were written."""
    asking = Letter.objects.filter(kind__startswith="question", state="waiting")
    asking.update(state="sent", sent_at=F("written_at"))


def make_asked(cast: Cast, **plan: Any) -> Question:
    ticket = make_resolved(cast, **plan)
    ask_all()
    return question_on(ticket)


def question_on(ticket: Ticket) -> Question:
    """The newest, with its ticket as an answer finds it."""
    question = Question.objects.filter(ticket=ticket).latest("cycle")
    question.ticket = locked(ticket.pk)
    return question


def answer(
    question: Question,
    *,
    solved: bool | None = None,
    score: int | None = None,
    comment: str = "",
    items: dict[str, int] | None = None,
    now: datetime = LATER + timedelta(days=1),
) -> Answer:
    said = {"solved": solved, "score": score, "comment": comment, "items": items}
    return answer_question(question_on(question.ticket), **said, now=now)


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.timeline.order_by("pk").values_list("kind", flat=True))
