"""Words that come again are one message where a form was pressed twice, else one of their own."""

from datetime import datetime, timedelta

import pytest

from tests.cast import Cast
from tests.makers import NOW, make_feedback, make_ticket
from tests.recovery.asking import resolve
from tickets.work.actions.at_receipt import write_at_receipt
from tickets.work.actions.move import close_ticket
from tickets.work.actions.status_page import write_from_page
from tickets.work.actions.talk import log_contact, reply
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db

A_MINUTE = timedelta(minutes=1)
SAID = "It still does not work"


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return make_ticket(cast.group, feedback=make_feedback(nps=2, received_at=NOW, judged=True))


def press(ticket: Ticket, at: datetime, text: str = SAID) -> None:
    write_from_page(locked(ticket.pk), text, [], received_at=at, now=at)


def messages(ticket: Ticket) -> int:
    return ticket.timeline.filter(kind="customer_message").count()


def test_pressed_twice_it_is_one(ticket: Ticket) -> None:
    press(ticket, NOW)
    press(ticket, NOW + A_MINUTE)
    assert messages(ticket) == 1


@pytest.mark.parametrize("ours", ["reply", "contact", "resolved", "closed"])
def test_after_our_answer_it_is_another(ticket: Ticket, cast: Cast, ours: str) -> None:
    press(ticket, NOW)
    by, now = acting(cast.agent), NOW + A_MINUTE
    held = locked(ticket.pk)
    if ours == "reply":
        reply(held, body="Please try once more.", by=by, now=now)
    elif ours == "contact":
        log_contact(held, channel="phone", reached=True, body="Called", by=by, now=now)
    elif ours == "resolved":
        resolve(ticket, by=cast.agent, now=now)
    else:
        close_ticket(held, outcome="not_actionable", reason="gone", by=by, now=now)
    press(ticket, NOW + 2 * A_MINUTE)
    assert messages(ticket) == 2


def test_later_it_is_another(ticket: Ticket) -> None:
    press(ticket, NOW)
    press(ticket, NOW + 10 * A_MINUTE)
    assert messages(ticket) == 2


def test_so_it_is_at_a_receipt(ticket: Ticket) -> None:
    for minutes in (0, 1, 11):
        write_at_receipt(locked(ticket.pk), text=SAID, now=NOW + minutes * A_MINUTE)
    assert messages(ticket) == 2
