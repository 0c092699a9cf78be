"""hold_joining and undo_joining …"""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import Membership
from cxloop.kernel.errors import Conflict
from cxloop.kernel.moment import moment
from feedback.intake.models import Customer
from tests.cast import Cast, api
from tests.makers import make_customer, make_feedback, make_ticket
from tickets.work.actions.joinings import hold_joining, undo_joining
from tickets.work.joining_customers import say_join, tell_join, tell_part
from tickets.work.models import Joining, Ticket
from tickets.work.sweeps import do_held, forget_held, join_and_part

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def claim(cast: Cast) -> Customer:
    made = make_customer("kim@customer.example", trusted=False)
    said = make_feedback(customer=made, nps=1, judged=True)
    make_ticket(cast.group, customer=made, feedback=said)
    return made


@pytest.fixture
def person(cast: Cast) -> Customer:
    made = make_customer("kim@work.example")
    make_ticket(cast.group, customer=made)
    return made


def hold(cast: Cast, claim: Customer, person: Customer) -> Joining:
    return hold_joining("join", claim, person, by=cast.agent, now=moment())


def begin(joining: Joining) -> None:
    Joining.objects.filter(pk=joining.pk).update(starts_at=moment() - SECOND)
    join_and_part()
    joining.refresh_from_db()


def test_nothing_happens_before_the_moment_is_over(
    cast: Cast, claim: Customer, person: Customer
) -> None:
    now = moment()
    joining = hold_joining("join", claim, person, by=cast.agent, now=now)
    assert joining.starts_at == now + settings.UNDO
    assert do_held() == 0
    begin(joining)
    assert (joining.refused_as, Ticket.objects.filter(customer=person).count()) == ("", 2)
    entry = Ticket.objects.earliest("pk").timeline.get(kind="customer_joined")
    assert entry.actor == cast.agent
    assert do_held() == 0


def test_of_one_claim_one_word_waits(cast: Cast, claim: Customer, person: Customer) -> None:
    hold(cast, claim, person)
    with pytest.raises(Conflict) as refusal:
        hold(cast, claim, person)
    assert refusal.value.code == "joining_held"
    with pytest.raises(IntegrityError, match="one_joining_a_claim"), transaction.atomic():
        Joining.objects.create(
            what="part",
            claim=claim,
            person=person,
            by=cast.lead,
            created_at=moment(),
            starts_at=moment(),
        )


def test_undone_it_is_free_again(cast: Cast, claim: Customer, person: Customer) -> None:
    joining = hold(cast, claim, person)
    for _ in range(2):
        undo_joining(joining, now=moment())
    assert not Joining.objects.to_do(moment() + timedelta(hours=1)).exists()
    hold(cast, claim, person)


def test_once_begun_it_is_not_undone(cast: Cast, claim: Customer, person: Customer) -> None:
    joining = hold(cast, claim, person)
    with pytest.raises(Conflict) as refusal:
        undo_joining(joining, now=joining.starts_at)
    assert refusal.value.code == "begun"


def test_who_may_no_more_work_them_does_nothing(
    cast: Cast, claim: Customer, person: Customer
) -> None:
    joining = hold(cast, claim, person)
    Membership.objects.filter(user=cast.agent).delete()
    begin(joining)
    assert joining.refused_as == "not_found"
    assert Ticket.objects.filter(customer=claim).count() == 1


def test_it_tells_what_joining_would_do(cast: Cast, claim: Customer, person: Customer) -> None:
    theirs = make_ticket(cast.other_group, customer=claim)
    told = tell_join(cast.agent, claim, person)
    assert (told.goes.number, told.feedback, told.owed, told.silent) == (1, 1, 0, False)
    assert theirs not in told.goes.first


def test_it_tells_who_can_be_reached_only_then(
    cast: Cast, claim: Customer, person: Customer
) -> None:
    Ticket.objects.filter(customer=claim).update(contactable="none")
    assert tell_join(cast.agent, claim, person).owed == 1
    claim.do_not_contact = True
    told = tell_join(cast.agent, claim, person)
    assert (told.owed, told.silent) == (0, True)


def test_it_tells_what_parting_would_do(cast: Cast, claim: Customer, person: Customer) -> None:
    begin(hold(cast, claim, person))
    mixed = make_ticket(
        cast.group, customer=person, feedback=make_feedback(customer=person, judged=True)
    )
    said = make_feedback(customer=claim, nps=1, judged=True)
    mixed.feedback_links.create(feedback=said, received_at=said.received_at, linked_at=moment())
    told = tell_part(cast.agent, Customer.objects.get(pk=claim.pk), person)
    assert (told.goes.number, told.stays.first) == (1, [mixed])


def test_a_wish_for_silence_starts_no_clock(cast: Cast, claim: Customer, person: Customer) -> None:
    silent = {"do_not_contact": True, "do_not_contact_since": moment()}
    Customer.objects.filter(pk=claim.pk).update(**silent)
    ticket = Ticket.objects.get(customer=claim)
    Ticket.objects.filter(pk=ticket.pk).update(contactable="none")
    begin(hold(cast, claim, person))
    ticket.refresh_from_db()
    assert ticket.contactable == "none"
    assert ticket.promise.clocks.filter(kind="follow_up").count() == 1


def test_what_is_over_is_forgotten_after_a_month(
    cast: Cast, claim: Customer, person: Customer
) -> None:
    begin(hold(cast, claim, person))
    assert forget_held() == 0
    Joining.objects.update(created_at=moment() - timedelta(days=31))
    assert forget_held() == 1


def test_impossible_joinings_are_refused(cast: Cast, claim: Customer, person: Customer) -> None:
    joining, now = hold(cast, claim, person), moment()
    for facts in (
        {"what": "swap"},
        {"person": claim},
        {"undone_at": joining.starts_at},
        {"undone_at": now, "ended_at": now},
        {"refused_as": "not_alone"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Joining.objects.filter(pk=joining.pk).update(**facts)


def test_readers_and_strangers_say_nothing(cast: Cast, claim: Customer, person: Customer) -> None:
    where = f"/api/v1/customers/{claim.pk}/join/preview?to={person.pk}"
    for who, status in ((cast.viewer, 403), (cast.outsider, 404), (cast.agent, 200)):
        assert api(who).get(where).status_code == status
    assert say_join(cast.agent, claim.pk, person.pk).claim == claim


def test_over_the_api_it_is_told_first(cast: Cast, claim: Customer, person: Customer) -> None:
    told = api(cast.agent).get(f"/api/v1/customers/{person.pk}/join/preview?to={claim.pk}").json()
    assert (told["claim"], told["person"]) == (str(claim.pk), str(person.pk))
    assert (told["tickets"], told["first"]) == (1, [Ticket.objects.get(customer=claim).ref])
    begin(hold(cast, claim, person))
    parted = api(cast.agent).get(f"/api/v1/customers/{claim.pk}/part/preview").json()
    assert parted["tickets"] == 1
