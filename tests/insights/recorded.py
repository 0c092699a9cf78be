"""Repairs that were recorded, and what is said and done about them before."""

from datetime import datetime, timedelta

from feedback.intake.models import Customer, Feedback
from feedback.intake.scores import class_of
from insights.models import RepairRecord
from insights.sweeps import record_repairs as sweep_repairs
from tests.cast import Cast
from tests.makers import NOW, make_feedback, make_ticket
from tickets.recovery.actions.answer import hear_answer
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MUCH_LATER = NOW + 200 * DAY


def sweep(now: datetime = MUCH_LATER) -> int:
    return sweep_repairs(clock=lambda: now)


def recorded(ticket: Ticket, cycle: int = 1, now: datetime = MUCH_LATER) -> RepairRecord:
    sweep(now)
    return RepairRecord.objects.get(ticket=ticket, cycle=cycle)


def speak(ticket: Ticket, cast: Cast, at: datetime, *, reached: bool = True) -> None:
    by = acting(cast.agent)
    log_contact(locked(ticket.pk), channel="phone", reached=reached, body="", by=by, now=at)


def hear(ticket: Ticket, cast: Cast) -> None:
    said = {"solved": True, "score": 5, "comment": "", "channel": "phone"}
    hear_answer(locked(ticket.pk), by=acting(cast.agent), now=NOW + DAY, **said)


def rated(score: int, customer: Customer, at: datetime) -> Feedback:
    """CSAT, of five."""
    found = class_of("csat", score)
    said = {"score_type": "csat", "score_value": score, "score_class": found, "worst_class": found}
    return make_feedback(customer=customer, judged=True, received_at=at, **said)


def complaint(cast: Cast, customer: Customer, at: datetime) -> Ticket:
    said = make_feedback(nps=2, customer=customer, judged=True, received_at=at)
    return make_ticket(cast.group, customer=customer, feedback=said)


def join(ticket: Ticket, said: Feedback) -> None:
    ticket.feedback_links.create(feedback=said, received_at=said.received_at, linked_at=NOW)
