"""Work that waits for nobody's click."""

from cxloop.kernel.due import Clock, drain
from cxloop.kernel.moment import moment
from feedback.email.models import Mail
from feedback.intake.models import Arrival
from tickets.work.actions.customer_message import receive_answers
from tickets.work.actions.move import end_waits
from tickets.work.actions.talk import strike_dead_letters
from tickets.work.actions.triage import triage
from tickets.work.models import Ticket

__all__ = ["end_due_waits", "strike_dead_letters", "take_up_answers", "triage_arrivals"]


def triage_arrivals(*, clock: Clock = moment) -> int:
    return drain(Arrival.objects.waiting, triage, batch=500, clock=clock)


def take_up_answers() -> int:
    return drain(Mail.objects.answers_to_take_up, receive_answers, batch=20)


def end_due_waits() -> int:
    return drain(Ticket.objects.waits_ended, end_waits, batch=50)
