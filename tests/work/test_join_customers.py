"""join_customers and part_customers …"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cxloop.kernel.errors import Conflict
from cxloop.kernel.moment import moment
from feedback.intake.actions.consents import record_consent
from feedback.intake.models import Consent, Customer, Feedback
from tests.cast import Cast
from tests.makers import make_customer, make_feedback, make_policy, make_ticket
from tickets.rules.actions import write_rule
from tickets.rules.gathering import facts_of
from tickets.sla.models import Clock
from tickets.work.actions.customers import join_customers, part_customers
from tickets.work.actor import Actor, acting
from tickets.work.models import Ticket, Triage
from tickets.work.sweeps import triage_arrivals

pytestmark = pytest.mark.django_db
EMAIL = "kim@customer.example"


@pytest.fixture
def by(cast: Cast) -> Actor:
    return acting(cast.agent)


@pytest.fixture
def claim() -> Customer:
    return make_customer(EMAIL, trusted=False)


@pytest.fixture
def person() -> Customer:
    return make_customer("kim@work.example", phone="+82101234", name="Kim", segment="gold")


def join(claim: Customer, person: Customer, by: Actor) -> None:
    join_customers(claim, person, by=by, now=moment())


def part(claim: Customer, by: Actor) -> None:
    part_customers(Customer.objects.get(pk=claim.pk), by=by, now=moment())


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.timeline.order_by("pk").values_list("kind", flat=True))


def said(customer: Customer, **facts: Any) -> Feedback:
    return make_feedback(**{"customer": customer, "nps": 1, "received_at": moment()} | facts)


def test_the_tickets_of_a_claim_become_the_persons(
    cast: Cast, by: Actor, claim: Customer, person: Customer
) -> None:
    ticket, other = make_ticket(cast.group, customer=claim), make_ticket(cast.group)
    join(claim, person, by)
    ticket.refresh_from_db()
    other.refresh_from_db()
    assert (ticket.customer, ticket.contactable) == (person, "letter")
    assert other.customer != person
    assert kinds(ticket) == ["opened", "customer_joined"]
    entry = ticket.timeline.latest("pk")
    assert entry.reason == {"claim": str(claim.pk), "customer": str(person.pk)}
    assert entry.actor == cast.agent


def test_what_the_claim_said_stays_its_own(
    cast: Cast, by: Actor, claim: Customer, person: Customer
) -> None:
    ticket = make_ticket(cast.group, customer=claim)
    join(claim, person, by)
    link = ticket.feedback_links.get()
    assert link.feedback.customer == claim
    assert link.feedback.person == person


def test_a_part_takes_it_back(cast: Cast, by: Actor, claim: Customer, person: Customer) -> None:
    mine, theirs = make_ticket(cast.group, customer=claim), make_ticket(cast.group, customer=person)
    join(claim, person, by)
    part(claim, by)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.customer, theirs.customer) == (claim, person)
    assert kinds(mine) == ["opened", "customer_joined", "customer_parted"]
    assert kinds(theirs) == ["opened"]


def test_a_ticket_on_which_both_speak_stays_the_persons(
    cast: Cast, by: Actor, claim: Customer, person: Customer
) -> None:
    ticket = make_ticket(cast.group, customer=person)
    make_policy("standard")
    everything_to_care()
    join(claim, person, by)
    said(claim)
    triage_arrivals()
    part(claim, by)
    ticket.refresh_from_db()
    assert ticket.feedback_links.count() == 2
    assert ticket.customer == person


def everything_to_care() -> None:
    then = {"ticket": True, "group": "care", "policy": "standard"}
    rule = {"name": "All", "when": {"always": True}, "then": then}
    write_rule(rule, known_policies={"standard"}, by=None, now=moment())


def test_later_feedback_of_the_claim_joins_the_persons_ticket(
    cast: Cast, by: Actor, claim: Customer, person: Customer
) -> None:
    make_policy("standard")
    everything_to_care()
    ticket = make_ticket(cast.group, customer=person)
    join(claim, person, by)
    feedback = said(claim)
    triage_arrivals()
    assert Triage.objects.get(feedback=feedback).decision == "joined"
    assert ticket.feedback_links.filter(feedback=feedback).exists()


def test_its_next_ticket_is_the_persons_and_answered_to_them(
    cast: Cast, by: Actor, claim: Customer, person: Customer
) -> None:
    make_policy("standard")
    everything_to_care()
    join(claim, person, by)
    said(claim)
    said(person)
    triage_arrivals()
    assert Ticket.objects.get().customer == person


def test_a_claim_that_nobody_joined_never_meets_the_person(
    cast: Cast, claim: Customer, person: Customer
) -> None:
    make_policy("standard")
    everything_to_care()
    make_ticket(cast.group, customer=person)
    feedback = said(claim)
    triage_arrivals()
    assert Triage.objects.get(feedback=feedback).decision == "ticket"


def test_failures_of_both_count_for_rules(by: Actor, claim: Customer, person: Customer) -> None:
    earlier = moment() - timedelta(days=1)
    said(claim, received_at=earlier, judged=True)
    said(person, received_at=earlier, judged=True)
    join(claim, person, by)
    now = moment()
    made = [said(one, received_at=now).pk for one in (person, claim)]
    rows = list(Feedback.objects.filter(pk__in=made))
    assert [facts["customer.failures", 30] for facts in facts_of(rows, [30])] == [2, 2]
    assert [facts["customer.segment"] for facts in facts_of(rows, [30])] == ["gold", "gold"]


def test_a_wish_for_silence_of_either_is_of_both(
    by: Actor, claim: Customer, person: Customer
) -> None:
    silent = {"do_not_contact": True, "do_not_contact_since": moment()}
    Customer.objects.filter(pk=person.pk).update(**silent)
    person.refresh_from_db()
    join(claim, person, by)
    assert Customer.objects.get(pk=claim.pk).do_not_contact
    other = make_customer("second@customer.example", trusted=False, **silent)
    loud = make_customer()
    join(other, loud, by)
    assert Customer.objects.get(pk=loud.pk).do_not_contact


def test_who_can_be_reached_only_now_is_owed_it_from_their_receipt(
    cast: Cast, by: Actor, person: Customer
) -> None:
    nobody = Customer.objects.create(trusted=False, created_at=moment(), external_id="C-1")
    ticket = make_ticket(cast.group, customer=nobody, contactable="none")
    assert not Clock.objects.filter(promise=ticket.pk, kind="follow_up").exists()
    join(nobody, person, by)
    clock = Clock.objects.get(promise=ticket.pk, kind="follow_up")
    assert clock.started_at == ticket.promise.opened_at


def test_only_one_who_stands_alone_joins_a_trusted_customer_who_does(
    by: Actor, claim: Customer, person: Customer
) -> None:
    other = make_customer("other@customer.example", trusted=False)
    for one, another in ((person, other), (claim, other), (person, person)):
        with pytest.raises(Conflict, match="stands alone"), transaction.atomic():
            join(one, another, by)
    join(claim, person, by)
    for one in (claim, person):
        with pytest.raises(Conflict):
            join(Customer.objects.get(pk=one.pk), make_customer(), by)


def test_the_database_makes_no_chain(by: Actor, claim: Customer, person: Customer) -> None:
    third, stranger = make_customer(), make_customer(trusted=False)
    join(claim, person, by)
    for one, another in (
        (person, third),  # somebody stands for the first
        (third, claim),  # the second stands for somebody
        (third, stranger),
        (third, third),
    ):
        with pytest.raises(IntegrityError, match="stands alone"), transaction.atomic():
            Customer.objects.filter(pk=one.pk).update(joined_to=another)


def test_two_whom_servers_named_become_one_and_two_again(
    cast: Cast, by: Actor, person: Customer
) -> None:
    make_policy("standard")
    everything_to_care()
    second = make_customer("kim@private.example")
    mine = make_ticket(cast.group, customer=second)
    join(second, person, by)
    said(second)
    triage_arrivals()
    assert Ticket.objects.get().customer == person
    assert mine.feedback_links.count() == 2
    part(second, by)
    assert Ticket.objects.get().customer == second


def test_what_a_trusted_one_refused_is_refused_for_both(by: Actor, person: Customer) -> None:
    second, now = make_customer("kim@private.example"), moment()
    for one, purpose, granted in (
        (second, "surveys", False),
        (person, "surveys", True),
        (second, "marketing", True),
        (person, "marketing", False),
    ):
        record_consent(one, purpose=purpose, granted=granted, said="by phone", by=by.user, now=now)
    join(second, person, by)
    for purpose in ("surveys", "marketing"):
        latest = Consent.objects.filter(customer=person, purpose=purpose).latest("pk")
        assert (latest.granted, latest.said) == (False, "by phone")


def test_nobody_parts_what_was_not_joined(by: Actor, claim: Customer) -> None:
    with pytest.raises(Conflict, match="nobody else"):
        part(claim, by)
