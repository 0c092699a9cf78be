"""Tickets that wait, and answers at a pace, about the tests' own now."""

from datetime import datetime, timedelta

from accounts.models import AccessGroup, User
from tests.makers import make_feedback, make_policy, make_ticket
from tickets.sla.models import Clock
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting
from tickets.work.models import Ticket

HOUR = timedelta(hours=1)


def wait_for_contact(group: AccessGroup, *, due_h: float, now: datetime) -> Ticket:
    """Received so that the 48 hours end in so many."""
    received = now + (due_h - 48) * HOUR
    said = make_feedback(nps=2, comment="Lost", received_at=received, judged=True)
    return make_ticket(group, feedback=said, policy=make_policy())


def answer(ticket: Ticket, *, by: User, at: datetime) -> None:
    log_contact(ticket, channel="phone", reached=True, body="", by=acting(by), now=at)


def answered_lately(group: AccessGroup, number: int, *, by: User, now: datetime) -> None:
    for n in range(number):
        ticket = wait_for_contact(group, due_h=-n, now=now)
        answer(ticket, by=by, at=now - HOUR - n * HOUR)


def follow_up_of(ticket: Ticket) -> Clock:
    return Clock.objects.get(promise=ticket.pk, kind="follow_up", cycle=1)
