"""note_consent …"""

import pytest
from django.db import IntegrityError, transaction

from cxloop.kernel.errors import Conflict, Refused
from cxloop.kernel.moment import moment
from feedback.intake.models import Consent, Customer
from tests.cast import Cast
from tests.makers import make_customer, make_ticket
from tickets.work.actions.customers import join_customers, note_consent
from tickets.work.actions.move import close_ticket
from tickets.work.actions.talk import reply
from tickets.work.actor import acting
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    return make_customer()


def consent(
    customer: Customer,
    cast: Cast,
    *,
    purpose: str = "contact",
    granted: bool = False,
    said: str = "on the phone",
) -> None:
    customer = Customer.objects.get(pk=customer.pk)
    by = acting(cast.agent)
    note_consent(customer, purpose=purpose, granted=granted, said=said, by=by, now=moment())


def test_it_keeps_who_said_what_and_how(customer: Customer, cast: Cast) -> None:
    consent(customer, cast, purpose="surveys", granted=True)
    kept = Consent.objects.get()
    assert (kept.customer, kept.purpose, kept.granted) == (customer, "surveys", True)
    assert (kept.said, kept.recorded_by) == ("on the phone", cast.agent)


def test_who_wants_no_contact_is_not_written_to(customer: Customer, cast: Cast) -> None:
    ticket = make_ticket(cast.group, customer=customer)
    consent(customer, cast)
    customer.refresh_from_db()
    assert customer.do_not_contact
    assert (customer.do_not_contact_said, customer.way) == ("on the phone", "none")
    fresh = Ticket.objects.select_related("customer").get(pk=ticket.pk)
    with pytest.raises(Conflict, match="address"):
        reply(fresh, body="Hello", by=acting(cast.agent), now=moment())


def test_who_wants_it_again_is(customer: Customer, cast: Cast) -> None:
    consent(customer, cast)
    consent(customer, cast, granted=True)
    customer.refresh_from_db()
    assert (customer.do_not_contact, customer.do_not_contact_since) == (False, None)
    assert Consent.objects.count() == 2


def test_the_same_again_writes_nothing(customer: Customer, cast: Cast) -> None:
    consent(customer, cast, granted=True)
    assert not Consent.objects.exists()
    for _ in range(2):
        consent(customer, cast, purpose="marketing")
    assert Consent.objects.count() == 1


def test_it_is_told_on_the_tickets_that_are_not_closed(customer: Customer, cast: Cast) -> None:
    live, ended = (make_ticket(cast.group, customer=customer) for _ in range(2))
    close_ticket(ended, outcome="spam", reason="spam", by=acting(cast.agent), now=moment())
    consent(customer, cast)
    told = live.timeline.get(kind="consent")
    assert told.reason == {"purpose": "contact", "granted": False, "said": "on the phone"}
    assert not ended.timeline.filter(kind="consent").exists()


def test_what_is_said_under_a_claim_is_said_by_the_person(customer: Customer, cast: Cast) -> None:
    claim = make_customer("claim@customer.example", trusted=False)
    join_customers(claim, customer, by=acting(cast.agent), now=moment())
    consent(claim, cast)
    assert Consent.objects.get().customer == customer
    assert set(Customer.objects.values_list("do_not_contact", flat=True)) == {True}


@pytest.mark.parametrize("said", ["", "  ", "x" * 101])
def test_it_wants_to_know_how_they_said_it(customer: Customer, cast: Cast, said: str) -> None:
    with pytest.raises(Refused):
        consent(customer, cast, said=said)


def test_consents_are_history(customer: Customer, cast: Cast) -> None:
    consent(customer, cast)
    for act in (lambda: Consent.objects.update(granted=True), Consent.objects.all().delete):
        with pytest.raises(IntegrityError, match="history"), transaction.atomic():
            act()
