"""Two customers are joined, or parted: found, foreseen, confirmed, undone."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from cxloop.kernel.moment import moment
from feedback.intake.models import Customer
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, nonce_of, sent, text_of
from tests.desk.test_page_customer import EMAIL, page_of, ticket_of
from tests.makers import make_customer, make_ticket
from tickets.work.models import Joining, Ticket
from tickets.work.sweeps import do_held

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(cast: Cast) -> Customer:
    return ticket_of(make_customer(EMAIL, trusted=False, name="K."), cast).customer


@pytest.fixture
def person(cast: Cast) -> Customer:
    return ticket_of(make_customer("seoyeon@work.example", name="Kim Seoyeon"), cast).customer


def confirm(client: Client, one: Customer, what: str, *, to: Customer | None = None) -> None:
    page = f"{page_of(one)}/{what}" + (f"?to={to.pk}" if to else "")
    said = {"nonce": nonce_of(client.get(page)), **({"to": to.pk} if to else {})}
    sent(client.post(f"{page_of(one)}/{what}", said), page_of(one))


def let_the_moment_pass() -> None:
    Joining.objects.filter(ended_at=None).update(starts_at=moment() - timedelta(seconds=1))
    do_held()


def test_a_possible_match_leads_to_what_it_would_change(cast: Cast, claim: Customer) -> None:
    match = ticket_of(make_customer(EMAIL, name="Kim"), cast).customer
    page = browse(cast.agent).get(page_of(claim))
    assert f"{page_of(claim)}/join?to={match.pk}" in page.content.decode()


def test_anybody_whom_one_may_see_is_found_by_name_or_address(
    cast: Cast, claim: Customer, person: Customer
) -> None:
    make_ticket(cast.other_group, customer=make_customer("seoyeon@theirs.example", name="Seoyeon"))
    for said in ("seoyeon", "seoyeon@work.example", "Kim Seoyeon"):
        page = browse(cast.agent).get(f"{page_of(claim)}/join", {"q": said})
        assert f"{page_of(claim)}/join?to={person.pk}" in page.content.decode()
        assert "theirs.example" not in text_of(page)
    nobody = browse(cast.agent).get(f"{page_of(claim)}/join", {"q": "Somebody Else"})
    assert "Nobody, as far as you may see" in text_of(nobody)


def test_from_either_of_them_it_is_the_claim_that_joins(
    cast: Cast, claim: Customer, person: Customer
) -> None:
    agent = browse(cast.agent)
    for one, other in ((claim, person), (person, claim)):
        page = text_of(agent.get(f"{page_of(one)}/join?to={other.pk}"))
        assert "1 ticket becomes Kim Seoyeon’s" in page
        assert "New ones go to seoyeon@work.example" in page
    assert not Joining.objects.exists()


def test_confirmed_it_waits_and_then_is_done(cast: Cast, claim: Customer, person: Customer) -> None:
    agent = browse(cast.agent)
    confirm(agent, claim, "join", to=person)
    for one in (claim, person):
        page = text_of(agent.get(page_of(one)))
        assert "K. is to be joined to Kim Seoyeon. Nothing has changed yet." in page
    assert Ticket.objects.filter(customer=person).count() == 1
    let_the_moment_pass()
    assert Ticket.objects.filter(customer=person).count() == 2
    assert "A colleague said that this is Kim Seoyeon" in text_of(agent.get(page_of(claim)))
    assert "Known also as" in text_of(agent.get(page_of(person)))


def test_undone_it_never_happens(cast: Cast, claim: Customer, person: Customer) -> None:
    agent = browse(cast.agent)
    confirm(agent, claim, "join", to=person)
    undo = f"/joinings/{Joining.objects.get().pk}/undo"
    sent(agent.post(undo), page_of(claim))
    assert "Undone: nothing was changed." in text_of(agent.get(page_of(claim)))
    assert do_held() == 0
    confirm(agent, claim, "join", to=person)


def test_too_late_it_says_so(cast: Cast, claim: Customer, person: Customer) -> None:
    agent = browse(cast.agent)
    confirm(agent, claim, "join", to=person)
    let_the_moment_pass()
    answer = agent.post(f"/joinings/{Joining.objects.get().pk}/undo", follow=True)
    assert "It has begun already" in text_of(answer)


def test_parting_tells_what_goes_back_and_does_it(
    cast: Cast, claim: Customer, person: Customer
) -> None:
    agent = browse(cast.agent)
    confirm(agent, claim, "join", to=person)
    let_the_moment_pass()
    page = text_of(agent.get(f"{page_of(claim)}/part"))
    assert "1 ticket goes back to K." in page
    confirm(agent, claim, "part")
    assert "K. is to be parted from Kim Seoyeon" in text_of(agent.get(page_of(claim)))
    let_the_moment_pass()
    assert Ticket.objects.filter(customer=claim).count() == 1


def test_what_was_refused_in_the_end_is_said(cast: Cast, claim: Customer, person: Customer) -> None:
    agent = browse(cast.agent)
    confirm(agent, claim, "join", to=person)
    Customer.objects.filter(pk=claim.pk).update(joined_to=make_customer())
    let_the_moment_pass()
    page = text_of(agent.get(page_of(person)))
    assert "It was not done. Only one who stands alone can be joined" in page


def test_two_claims_stay_two(cast: Cast) -> None:
    one, two = (ticket_of(make_customer(trusted=False), cast).customer for _ in range(2))
    answer = browse(cast.agent).get(f"{page_of(one)}/join?to={two.pk}")
    assert answer.status_code == 409
    assert "Only one who stands alone can be joined" in text_of(answer)


def test_of_two_proven_ones_the_one_looked_at_joins(cast: Cast, person: Customer) -> None:
    other = ticket_of(make_customer("kim@second.example"), cast).customer
    confirm(browse(cast.agent), other, "join", to=person)
    joining = Joining.objects.get()
    assert (joining.claim, joining.person) == (other, person)
    let_the_moment_pass()
    assert Ticket.objects.filter(customer=person).count() == 2
    third = ticket_of(make_customer("kim@third.example"), cast).customer
    page = browse(cast.agent).get(f"{page_of(person)}/join?to={third.pk}")
    assert page.context["told"].claim == third  # others stand for the one looked at


def test_where_others_were_joined_to_both_it_says_so(
    cast: Cast, claim: Customer, person: Customer
) -> None:
    other = ticket_of(make_customer("kim@second.example"), cast).customer
    second = make_customer(trusted=False)
    for one, whom in ((claim, person), (second, other)):
        Customer.objects.filter(pk=one.pk).update(joined_to=whom)
    answer = browse(cast.agent).get(f"{page_of(person)}/join?to={other.pk}")
    assert answer.status_code == 409
    assert "Others were joined to both" in text_of(answer)


def test_one_whom_one_may_not_see_is_not_there(cast: Cast, claim: Customer) -> None:
    theirs = make_ticket(cast.other_group).customer
    for to in (theirs.pk, uuid4(), claim.pk, "nonsense"):
        for answer in (
            browse(cast.agent).get(f"{page_of(claim)}/join", {"to": to}),
            browse(cast.agent).post(f"{page_of(claim)}/join", {"to": to}),
        ):
            assert answer.status_code in {409, 422}
    assert not Joining.objects.exists()


def test_nobody_parts_what_was_not_joined(cast: Cast, claim: Customer) -> None:
    for answer in (
        browse(cast.agent).get(f"{page_of(claim)}/part"),
        browse(cast.agent).post(f"{page_of(claim)}/part", {"nonce": uuid4()}),
    ):
        assert answer.status_code == 409


def test_it_costs_the_same_for_many_tickets(cast: Cast, claim: Customer, person: Customer) -> None:
    agent, page = browse(cast.agent), f"{page_of(claim)}/join?to={person.pk}"
    cost = cost_of(agent, page)
    for _ in range(5):
        make_ticket(cast.group, customer=claim)
    assert cost_of(agent, page) == cost
