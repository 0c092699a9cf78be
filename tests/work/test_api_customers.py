"""Customers over REST: seen through their tickets and words, worked by who works those."""

from typing import Any

import pytest
from rest_framework.response import Response

from accounts.models import User
from feedback.intake.models import Customer
from tests.cast import Cast, api
from tests.makers import make_customer, make_ticket
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db
EMAIL = "kim@customer.example"


@pytest.fixture
def claim(cast: Cast) -> Customer:
    found = make_customer(EMAIL, trusted=False)
    make_ticket(cast.group, customer=found)
    return found


@pytest.fixture
def person(cast: Cast) -> Customer:
    found = make_customer(EMAIL, identity="id:C-81", external_id="C-81")
    make_ticket(cast.group, customer=found)
    return found


def show(customer: Customer, to: User) -> Any:
    response = api(to).get(f"/api/v1/customers/{customer.pk}")
    assert response.status_code == 200, response.content
    return response.json()


def tell(customer: Customer, by: User, verb: str, said: Any = None) -> Response:
    return api(by).post(f"/api/v1/customers/{customer.pk}/{verb}", said or {})


def test_it_shows_the_possible_match(cast: Cast, claim: Customer, person: Customer) -> None:
    seen = show(claim, cast.viewer)
    assert [match["id"] for match in seen["possible_matches"]] == [str(person.pk)]
    assert seen["customer"]["trusted"] is False
    assert [ticket["status"] for ticket in seen["tickets"]] == ["new"]


def test_nobody_is_suggested_whom_one_may_not_see(cast: Cast, claim: Customer) -> None:
    hidden = make_customer(EMAIL, identity="id:C-1")
    make_ticket(cast.other_group, customer=hidden)
    assert show(claim, cast.agent)["possible_matches"] == []
    assert len(show(claim, cast.auditor)["possible_matches"]) == 1
    refused = tell(claim, cast.agent, "join", {"to": str(hidden.pk)})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/to")


def test_one_call_joins_and_one_parts(cast: Cast, claim: Customer, person: Customer) -> None:
    joined = tell(claim, cast.agent, "join", {"to": str(person.pk)}).json()
    assert joined["customer"]["joined_to"] == str(person.pk)
    assert joined["possible_matches"] == []
    assert len(show(person, cast.agent)["tickets"]) == 2
    assert [one["id"] for one in show(person, cast.agent)["claims"]] == [str(claim.pk)]
    parted = tell(claim, cast.agent, "part").json()
    assert parted["customer"]["joined_to"] is None
    assert Ticket.objects.filter(customer=claim).count() == 1


def test_a_second_join_is_a_conflict(cast: Cast, claim: Customer, person: Customer) -> None:
    said = {"to": str(person.pk)}
    tell(claim, cast.agent, "join", said)
    again = tell(claim, cast.agent, "join", said)
    assert (again.status_code, again.json()["code"]) == (409, "not_alone")


def test_it_keeps_what_they_allow(cast: Cast, person: Customer) -> None:
    said = {"purpose": "contact", "granted": False, "said": "by phone"}
    shown = tell(person, cast.agent, "consents", said).json()
    assert shown["customer"]["do_not_contact"] is True
    (kept,) = shown["consents"]
    assert (kept["purpose"], kept["granted"], kept["said"]) == ("contact", False, "by phone")
    assert kept["recorded_by"] == {"id": cast.agent.pk, "name": "Agent"}


@pytest.mark.parametrize(
    "said, pointer",
    [
        ({"purpose": "calls", "granted": True, "said": "x"}, "/purpose"),
        ({"purpose": "contact", "granted": "perhaps", "said": "x"}, "/granted"),
        ({"purpose": "contact", "granted": True}, "/said"),
        ({"purpose": "contact", "granted": True, "said": "x", "who": "me"}, "/who"),
    ],
)
def test_it_points_at_what_is_wrong(
    cast: Cast, person: Customer, said: dict[str, Any], pointer: str
) -> None:
    refused = tell(person, cast.agent, "consents", said)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
