"""The page on which a colleague writes to the customer about a gesture …"""

from datetime import timedelta
from decimal import Decimal
from typing import ClassVar

import pytest
from django.test import Client

from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from feedback.intake.models import Customer
from tests.cast import Cast
from tests.desk.browsing import browse, nonce_of, sent, text_of, ticket_of_today
from tests.makers import NOW
from tests.recovery.test_write_about_gesture import consent, keep
from tickets.recovery.actions import gestures
from tickets.recovery.actions.limits import default_limits
from tickets.recovery.models import Gesture
from tickets.work.actions.customer_message import receive_message
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    default_limits(now=NOW)
    return ticket_of_today(cast.group)


def give(ticket: Ticket, cast: Cast, amount: int = 20) -> Gesture:
    now = moment()
    said = {"kind": "voucher", "explanation": "", "amount": Decimal(amount), "currency": "EUR"}
    until = now + timedelta(days=2)
    return gestures.add_gesture(
        locked(ticket.pk), by=acting(cast.agent), now=now, keep_by=until, **said
    )


@pytest.fixture
def gesture(ticket: Ticket, cast: Cast) -> Gesture:
    return give(ticket, cast)


@pytest.fixture
def agent(cast: Cast) -> Client:
    return browse(cast.agent)


def customer_of(ticket: Ticket) -> Customer:
    assert ticket.customer is not None
    return ticket.customer


def where(gesture: Gesture) -> str:
    return f"/tickets/{gesture.recovery.ticket.ref}/gestures/{gesture.pk}/letter"


def test_stands_beside_what_is_promised_and_not_what_waits(
    agent: Client, ticket: Ticket, gesture: Gesture, cast: Cast
) -> None:
    waiting = give(ticket, cast, 900)
    page = agent.get(f"/tickets/{ticket.ref}").content.decode()
    assert where(gesture) in page
    assert where(waiting) not in page
    assert agent.get(where(waiting)).status_code == 303


def test_shows_before_how_it_will_read(agent: Client, gesture: Gesture) -> None:
    page = text_of(agent.get(where(gesture)))
    assert "… What we will do for you: Voucher 20 EUR By when: " in page
    assert f"To {customer_of(gesture.recovery.ticket).email}" in page


def test_writes_a_reply(agent: Client, ticket: Ticket, gesture: Gesture) -> None:
    page = agent.get(where(gesture))
    said = {"nonce": nonce_of(page), "body": "We are sorry."}
    for _ in range(2):
        sent(agent.post(where(gesture), said), f"/tickets/{ticket.ref}")
    letter = Letter.objects.get(kind="reply")
    assert letter.body.startswith("We are sorry.\n\nWhat we will do for you: Voucher 20 EUR")
    assert "Wrote to the customer: Voucher" in text_of(agent.get(f"/tickets/{ticket.ref}"))


class TestTakenBack:
    SAID: ClassVar = {"body": "We are <sorry>.", "offer": "10 % off."}

    def taken_back(self, agent: Client, gesture: Gesture, **said: str) -> None:
        here = f"/tickets/{gesture.recovery.ticket.ref}"
        sent(agent.post(where(gesture), said), here)
        sent(agent.post(f"{here}/take-back"), here)

    def test_its_words_stand_in_their_fields_again(
        self, agent: Client, ticket: Ticket, gesture: Gesture, cast: Cast
    ) -> None:
        consent(customer_of(ticket), cast)
        self.taken_back(agent, gesture, **self.SAID)
        assert agent.get(where(gesture)).context["form"].initial.items() >= self.SAID.items()
        page = agent.get(where(gesture)).content.decode()
        assert ">\nWe are &lt;sorry&gt;.</textarea>" in page
        assert ">\n10 % off.</textarea>" in page

    def test_it_is_no_plain_reply_that_no_consent_is_asked_for(
        self, agent: Client, ticket: Ticket, gesture: Gesture, cast: Cast
    ) -> None:
        consent(customer_of(ticket), cast)
        agent.post(f"/tickets/{ticket.ref}/reply", {"body": "That has left."})
        Letter.objects.update(leave_at=NOW)
        self.taken_back(agent, gesture, **self.SAID)
        page = agent.get(f"/tickets/{ticket.ref}")
        assert page.context["forms"]["reply"].initial["body"] == ""
        assert "What you took back was about a gesture." in text_of(page)

    def test_it_is_offered_too_where_it_was_the_proof(
        self, agent: Client, ticket: Ticket, gesture: Gesture, cast: Cast
    ) -> None:
        keep(gesture, cast)
        self.taken_back(agent, gesture, body="We are sorry.")
        assert ticket.timeline.latest("pk").kind == "gesture_unproven"
        page = agent.get(f"/tickets/{ticket.ref}")
        assert "What you took back was about a gesture." in text_of(page)
        assert "We are sorry.</textarea>" in agent.get(where(gesture)).content.decode()

    def test_it_is_begun_for_nobody_else_and_no_other_gesture(
        self, agent: Client, ticket: Ticket, gesture: Gesture, cast: Cast
    ) -> None:
        other = give(ticket, cast)
        self.taken_back(agent, gesture, body="We are sorry.")
        for client, about in ((agent, other), (browse(cast.lead), gesture)):
            assert "We are sorry." not in client.get(where(about)).content.decode()
        sent(agent.post(where(gesture), {"body": "At last."}), f"/tickets/{ticket.ref}")
        assert "</textarea>" in (page := agent.get(where(gesture)).content.decode())
        assert "We are sorry." not in page
        assert "At last." not in page


def test_keeps_what_was_typed_where_it_is_refused(agent: Client, gesture: Gesture) -> None:
    said = {"body": "We are sorry.", "offer": "10 % off."}
    page = agent.post(where(gesture), said)
    assert page.status_code == 422
    assert "The customer has not said that they want offers." in text_of(page)
    assert "10 % off." in page.content.decode()
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    "granted, why",
    [
        (None, "the customer has never said that they want offers"),
        (False, "the customer has said that they want no offers"),
        (True, ""),
    ],
)
def test_says_before_whether_an_offer_may_be_added(
    agent: Client, ticket: Ticket, gesture: Gesture, cast: Cast, granted: bool | None, why: str
) -> None:
    if granted is not None:
        consent(customer_of(ticket), cast, granted=granted)
    page = agent.get(where(gesture))
    assert why in text_of(page)
    assert ("No offer may be added" in text_of(page)) is bool(why)
    assert ('name="offer"' in page.content.decode()) is bool(granted)
    assert ("With an offer the letter is marketing." in text_of(page)) is bool(granted)


def test_says_that_nobody_may_write(
    agent: Client, ticket: Ticket, gesture: Gesture, cast: Cast
) -> None:
    consent(customer_of(ticket), cast, granted=False, to="contact")
    page = text_of(agent.get(where(gesture)))
    assert "This customer has no address we may write to." in page
    assert "the customer wishes not to be contacted" in page


def test_shows_first_that_somebody_has_written(
    agent: Client, ticket: Ticket, gesture: Gesture
) -> None:
    page = agent.get(where(gesture))
    seen = ticket.timeline.latest("pk").pk
    assert f'name="seen" value="{seen}"' in page.content.decode()
    now = moment()
    receive_message(locked(ticket.pk), text="Well?", received_at=now, now=now)
    said = {"nonce": nonce_of(page), "body": "We are sorry.", "seen": seen}
    refused = agent.post(where(gesture), said)
    assert refused.status_code == 409
    newest = ticket.timeline.latest("pk").pk
    assert f'name="seen" value="{newest}"' in refused.content.decode()
    sent(agent.post(where(gesture), said | {"seen": newest}), f"/tickets/{ticket.ref}")


def test_is_not_for_who_only_reads(cast: Cast, gesture: Gesture) -> None:
    assert browse(cast.viewer).get(where(gesture)).status_code == 403
    assert browse(cast.outsider).get(where(gesture)).status_code == 404


def test_knows_no_gesture_of_another_ticket(agent: Client, cast: Cast, gesture: Gesture) -> None:
    other = ticket_of_today(cast.group)
    for ask in (agent.get, agent.post):
        assert ask(f"/tickets/{other.ref}/gestures/{gesture.pk}/letter").status_code == 404
