"""A customer says at the foot of a letter with an offer that they want no more of them …"""

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from cxloop.kernel.models import Letter
from feedback.intake.models import Consent, Customer
from tests.cast import Cast
from tests.desk.test_customer_page import text
from tests.desk.test_refuse_surveys import FORM, ONE_CLICK
from tests.makers import NOW, make_customer, make_ticket
from tests.recovery.test_write_about_gesture import OFFER, consent, deliver, give, write
from tickets.recovery.actions.limits import default_limits
from tickets.recovery.actions.refuse import why_no_offer
from tickets.recovery.links import refusal_link, refusal_token
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    default_limits(now=NOW)
    ticket = make_ticket(cast.group, customer=make_customer())
    assert ticket.customer is not None
    consent(ticket.customer, cast)
    write(give(ticket, cast), cast, offer=OFFER)
    return ticket


@pytest.fixture
def customer(ticket: Ticket) -> Customer:
    assert ticket.customer is not None
    return ticket.customer


def address(customer: Customer) -> str:
    return f"/o/{refusal_token(customer.pk, 'marketing')}"


def click(customer: Customer) -> int:
    client = Client(enforce_csrf_checks=True)
    return client.post(address(customer), ONE_CLICK, content_type=FORM).status_code


def refusals() -> int:
    return Consent.objects.filter(purpose="marketing", granted=False).count()


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(client: Client, customer: Customer, method: str) -> None:
    for _ in range(3):
        assert getattr(client, method)(address(customer)).status_code == 200
    assert refusals() == 0
    assert Letter.objects.get().state == "waiting"


def test_one_click_is_enough_and_twice_is_once(
    ticket: Ticket, customer: Customer, mailoutbox: list[EmailMessage]
) -> None:
    assert [click(customer), click(customer)] == [200, 200]
    assert refusals() == 1
    assert why_no_offer(customer) == "refused"
    deliver()
    assert mailoutbox == []
    entry = ticket.timeline.filter(kind="consent").latest("pk")
    assert (entry.actor_kind, entry.reason["granted"]) == ("customer", False)


def test_the_page_says_what_it_is(client: Client, customer: Customer) -> None:
    assert "Send me no more offers" in text(client.get(address(customer)))
    assert "You get no more offers from us." in text(client.post(address(customer)))
    assert "더 이상 혜택 안내를 보내지" in text(client.get(f"{address(customer)}?in=ko"))


def test_questions_and_answers_still_reach_them(customer: Customer) -> None:
    click(customer)
    assert not Consent.objects.filter(purpose__in=["surveys", "contact"]).exists()


def test_the_link_of_one_purpose_refuses_no_other(client: Client, customer: Customer) -> None:
    for door, purpose in (("o", "surveys"), ("u", "marketing")):
        for ask in (client.get, client.post):
            assert ask(f"/{door}/{refusal_token(customer.pk, purpose)}").status_code == 404
    assert refusals() == 0


def test_it_knows_only_links_that_we_made(client: Client, customer: Customer) -> None:
    name, _, mark = refusal_token(customer.pk, "marketing").partition(".")
    other = make_customer()
    for forgery in (name, f"{name}.{mark[:-1]}", f"{other.pk.hex}.{mark}", "%00", "x" * 5000):
        for ask in (client.get, client.post):
            page = ask(f"/o/{forgery}")
            assert page.status_code == 404, forgery
            assert page["Referrer-Policy"] == "no-referrer"
    assert refusals() == 0


def test_the_link_stands_at_the_foot(customer: Customer) -> None:
    letter = Letter.objects.get()
    link = refusal_link(customer.pk, "marketing")
    assert letter.unsubscribe == link
    assert letter.body.rstrip().endswith(link)
