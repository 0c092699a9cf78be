"""refuse overtaken …"""

from typing import Any

import pytest

from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.makers import NOW, make_root_cause, make_ticket
from tickets.work.actions.customer_message import receive_message
from tickets.work.actions.talk import note, reply
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket, TimelineEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return make_ticket(cast.group)


def newest(ticket: Ticket) -> int:
    return TimelineEntry.objects.filter(ticket=ticket).latest("pk").pk


def write(cast: Cast, ticket: Ticket, verb: str = "reply", **said: Any) -> Any:
    body = {"body": "It leaves today.", **said}
    return api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/{verb}", body)


def hear_customer(ticket: Ticket) -> None:
    receive_message(locked(ticket.pk), text="And now?", received_at=moment(), now=moment())


def test_a_word_of_the_customer_that_was_not_read(cast: Cast, ticket: Ticket) -> None:
    seen = newest(ticket)
    hear_customer(ticket)
    answer = write(cast, ticket, seen=seen)
    assert (answer.status_code, answer.json()["code"]) == (409, "overtaken")
    assert not Letter.objects.filter(kind="reply").exists()
    assert write(cast, ticket, seen=newest(ticket)).status_code == 200


def test_a_colleagues_reply_that_was_not_read(cast: Cast, ticket: Ticket) -> None:
    seen = newest(ticket)
    reply(locked(ticket.pk), body="I have it.", by=acting(cast.lead), now=NOW)
    assert write(cast, ticket, seen=seen).status_code == 409


@pytest.mark.parametrize("verb", ["resolve", "final-position"])
def test_every_letter_of_a_person(cast: Cast, ticket: Ticket, verb: str) -> None:
    make_root_cause("delivery")
    seen = newest(ticket)
    hear_customer(ticket)
    more = {"root_cause": "delivery"} if verb == "resolve" else {}
    assert write(cast, ticket, verb, seen=seen, **more).json()["code"] == "overtaken"


def test_nothing_else(cast: Cast, ticket: Ticket) -> None:
    seen = newest(ticket)
    note(locked(ticket.pk), body="For us alone", by=acting(cast.lead), now=NOW)
    assert write(cast, ticket, seen=seen).status_code == 200
    # One's own words are known, wherever they were said.
    assert write(cast, ticket, seen=seen).status_code == 200
    hear_customer(ticket)
    assert write(cast, ticket).status_code == 200


def test_a_number_that_is_none(cast: Cast, ticket: Ticket) -> None:
    for seen in ("x", -1, 2**63, None):
        assert write(cast, ticket, seen=seen).status_code == 422, seen
