"""erase_customer …"""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cxloop.kernel.moment import moment
from feedback.intake.models import Customer
from tests.cast import Cast
from tests.forgetting.known import Known, everything, places_of
from tests.makers import make_customer
from tickets.work.actions.customers import join_customers
from tickets.work.actor import acting
from tickets.work.models import TimelineEntry

pytestmark = pytest.mark.django_db
WHY = "asked for it"


def run(who: object, *, reason: str = WHY, **more: Any) -> str:
    out = io.StringIO()
    call_command("erase_customer", str(who), reason=reason, stdout=out, **more)
    return out.getvalue()


def refusal_of(who: object, **more: Any) -> str:
    with pytest.raises(CommandError) as refusal:
        run(who, **more)
    return str(refusal.value)


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Any:
    def person_says(answer: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))

    return person_says


def test_it_erases_by_id_and_says_what(kim: Known) -> None:
    said = run(kim.customer().pk, yes=True)
    assert said == "Erased: customers 1, feedback 3, mails 6, tickets 1, answers 1, letters 7.\n"
    assert places_of(kim.email) == {}


def test_it_erases_by_address_in_any_case(kim: Known) -> None:
    run(kim.email.upper(), yes=True)
    assert places_of(kim.email) == {}


def test_it_says_what_it_would_do_and_asks(kim: Known, says: Any) -> None:
    says("yes\n")
    first, second = run(kim.email).splitlines()
    assert first.startswith("This erases for good: customers 1, feedback 3,")
    assert second.endswith(first.partition(": ")[2])


@pytest.mark.parametrize("answer", ["no\n", "\n", "y\n", ""])
def test_it_does_nothing_without_a_yes(kim: Known, says: Any, answer: str) -> None:
    before = everything()
    says(answer)
    assert refusal_of(kim.email)
    assert everything() == before


def test_it_names_the_colleague_who_did_it(kim: Known, house: Cast) -> None:
    run(kim.email, yes=True, by=house.admin.email.upper())
    assert TimelineEntry.objects.get(kind="erased").actor == house.admin


def test_without_a_colleague_it_is_the_customers_wish(kim: Known) -> None:
    run(kim.email, yes=True)
    assert TimelineEntry.objects.get(kind="erased").actor_kind == "customer"


def test_whom_a_colleague_joined_is_erased_as_one(kim: Known, house: Cast) -> None:
    person = make_customer("office@customer.example", name="Kim at work")
    join_customers(kim.customer(), person, by=acting(house.agent), now=moment())
    assert run(person.pk, yes=True).startswith("Erased: customers 2, feedback 3,")
    assert places_of(kim.email) == places_of("office@customer.example") == {}


def test_it_wants_an_id_where_two_have_the_address(kim: Known) -> None:
    other = make_customer(kim.email, name="Trusted One")
    said = refusal_of(kim.email, yes=True)
    for customer in (other, kim.customer()):
        assert f"{customer.pk}  {'trusted' if customer.trusted else 'claimed'}" in said
    assert Customer.objects.filter(email=kim.email).count() == 2


def test_it_erases_both_where_all_are_meant(kim: Known) -> None:
    make_customer(kim.email)
    assert "customers 2" in run(kim.email, yes=True, all=True)
    assert places_of(kim.email) == {}


@pytest.mark.parametrize(
    ("who", "more", "said"),
    [
        ("nobody@x.example", {}, "Nobody is known as 'nobody@x.example'."),
        ("01a202c8-d3b1-7271-9d59-f5007780f0e2", {}, "Nobody is known"),
        ("kim@customer.example", {"by": "x@y.example"}, "There is no colleague 'x@y.example'."),
        ("kim@customer.example", {"reason": " "}, "Say why"),
        ("kim@customer.example", {"reason": "Seoyeon Kim left"}, "would keep who it was"),
    ],
)
def test_it_refuses_with_a_sentence(kim: Known, who: str, more: dict[str, str], said: str) -> None:
    assert said in refusal_of(who, yes=True, **more)
    assert kim.customer().erased_at is None


def test_it_says_that_somebody_was_erased_already(kim: Known) -> None:
    number = kim.customer().pk
    run(number, yes=True)
    assert refusal_of(number, yes=True) == "This customer was erased already."
