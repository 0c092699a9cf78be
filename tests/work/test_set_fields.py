"""Whoever works a ticket sets its fields …"""

from typing import Any

import pytest

from tests.cast import Cast, api
from tests.makers import make_ticket
from tests.work.fields import STANDS, make_fields, stands
from tickets.work.finding import ticket_filters
from tickets.work.models import Ticket, TimelineEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    make_fields()
    return make_ticket(cast.group)


def put(cast: Cast, ticket: Ticket, **values: Any) -> Any:
    return api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/fields", {"values": values})


def entries(ticket: Ticket) -> list[dict[str, Any]]:
    rows = TimelineEntry.objects.filter(ticket=ticket, kind="fields_set").order_by("pk")
    return [row.reason["fields"] for row in rows]


def test_each_as_its_kind(cast: Cast, ticket: Ticket) -> None:
    answer = put(
        cast, ticket, order_no="A-1001", order_value=120.5, bought_on="2026-11-18", size="large"
    )
    assert (answer.status_code, answer.json()["fields"]) == (200, STANDS)
    assert stands(ticket) == STANDS


def test_and_the_history_says_what_it_was_and_what_it_is(cast: Cast, ticket: Ticket) -> None:
    put(cast, ticket, order_no="A-1")
    put(cast, ticket, order_no="A-2")
    put(cast, ticket, order_no=None)
    said = [(one["before"], one["after"]) for (one,) in entries(ticket)]
    assert said == [(None, "A-1"), ("A-1", "A-2"), ("A-2", None)]
    assert stands(ticket) == {}
    assert TimelineEntry.objects.filter(kind="fields_set").latest("pk").actor == cast.agent


def test_twice_the_same_and_nothing_happens(cast: Cast, ticket: Ticket) -> None:
    put(cast, ticket, order_no="A-1", order_value=0)
    before = Ticket.objects.get(pk=ticket.pk).updated_at
    answer = put(cast, ticket, order_no=" A-1 ", order_value="0.00", size="", bought_on=None)
    assert answer.status_code == 200
    assert len(entries(ticket)) == 1
    assert Ticket.objects.get(pk=ticket.pk).updated_at == before


def test_all_or_none_of_them(cast: Cast, ticket: Ticket) -> None:
    answer = put(cast, ticket, order_no="A-1", order_value="much", size="Medium", nothing=1)
    assert answer.status_code == 422
    assert {(one["pointer"], one["code"]) for one in answer.json()["errors"]} == {
        ("/values/order_value", "wrong_type"),
        ("/values/size", "unknown_choice"),
        ("/values/nothing", "unknown_field"),
    }
    assert stands(ticket) == {}


@pytest.mark.parametrize(
    "body", [{}, {"values": None}, {"values": [1]}, {"values": {}, "more": 1}, {"values": "x"}]
)
def test_nothing_where_nothing_is_said(cast: Cast, ticket: Ticket, body: Any) -> None:
    answer = api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/fields", body)
    assert answer.status_code == 422


@pytest.mark.parametrize("value", [{"a": 1}, ["x"], True, 10**40, "\u0000" * 3, "9" * 300])
def test_never_an_error_of_ours(cast: Cast, ticket: Ticket, value: Any) -> None:
    for slug in STANDS:
        assert put(cast, ticket, **{slug: value}).status_code in {200, 422}


def test_and_a_search_finds_the_ticket_by_it(cast: Cast, ticket: Ticket) -> None:
    put(cast, ticket, order_no="B-77")
    found = ticket_filters(cast.admin)["q"](["b-77"])
    assert list(Ticket.objects.filter(found)) == [ticket]
