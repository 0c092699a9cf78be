"""The page of one customer: what they said, who they may be, what they allow."""

import pytest

from feedback.intake.models import Consent, Customer
from tests.cast import Cast
from tests.desk.browsing import browse, sent, text_of, ticket_of_today
from tests.makers import make_customer, make_feedback
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db
EMAIL = "kim@customer.example"


def ticket_of(customer: Customer, cast: Cast) -> Ticket:
    said = make_feedback(customer=customer, comment="Where is my parcel", nps=1, judged=True)
    ticket = ticket_of_today(cast.group, customer=customer)
    ticket.feedback_links.update(feedback=said)
    return ticket


@pytest.fixture
def claim(cast: Cast) -> Customer:
    return ticket_of(make_customer(EMAIL, trusted=False, name="K."), cast).customer


@pytest.fixture
def person(cast: Cast) -> Customer:
    return ticket_of(make_customer(EMAIL, name="Kim Seoyeon"), cast).customer


def page_of(customer: Customer) -> str:
    return f"/customers/{customer.pk}"


def test_it_shows_what_they_said_and_their_tickets(cast: Cast, claim: Customer) -> None:
    page = text_of(browse(cast.viewer).get(page_of(claim)))
    assert "Where is my parcel" in page
    assert Ticket.objects.get().ref in page
    assert "claimed" in page
    assert "Perhaps the same person" not in page


def test_a_ticket_leads_to_the_possible_match(
    cast: Cast, claim: Customer, person: Customer
) -> None:
    ticket = Ticket.objects.get(customer=claim)
    page = browse(cast.agent).get(f"/tickets/{ticket.ref}")
    assert "A trusted customer may be the same person" in text_of(page)
    assert page_of(claim) in page.content.decode()


def test_a_reader_sees_no_button(cast: Cast, claim: Customer, person: Customer) -> None:
    page = text_of(browse(cast.viewer).get(page_of(claim)))
    assert "Perhaps the same person" in page
    assert "Yes, this is them" not in page


def test_it_keeps_what_they_allow(cast: Cast, person: Customer) -> None:
    agent, where = browse(cast.agent), page_of(person)
    said = {"purpose": "contact", "granted": "no", "said": "on the phone", "nonce": ""}
    sent(agent.post(f"{where}/consents", said), where)
    page = text_of(agent.get(where))
    assert "To be contacted at all : no on the phone · Agent" in page
    assert "wants no contact" in page


def test_what_was_not_said_is_asked_for(cast: Cast, person: Customer) -> None:
    answer = browse(cast.agent).post(f"{page_of(person)}/consents", {"purpose": "contact"})
    assert answer.status_code == 422
    assert not Consent.objects.exists()
