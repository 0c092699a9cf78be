"""Who works a ticket gives its customer the link to their page …"""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.desk.browsing import browse, sent, text_of
from tests.desk.test_status_page import opened
from tests.recovery.asking import kinds
from tickets.work.actions.status_page import give_link
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return opened(cast)


def give(cast: Cast, ticket: Ticket, **body: Any) -> Any:
    return api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/status-link", body)


class TestOverREST:
    def test_to_hand_it_on(self, cast: Cast, ticket: Ticket) -> None:
        answer = give(cast, ticket)
        assert answer.status_code == 200
        assert (answer.json()["sent"], answer.json()["lives_until"] > "2026") == (False, True)
        page = Client().get("/s/" + answer.json()["url"].rpartition("/")[2])
        assert "Parcel never arrived" in text_of(page)
        assert kinds(ticket) == ["opened", "status_link"]
        assert ticket.timeline.latest("pk").actor == cast.agent
        assert not Letter.objects.exists()

    def test_by_a_letter_that_they_do_not_see(self, cast: Cast, ticket: Ticket) -> None:
        answer = give(cast, ticket, send=True)
        assert (answer.json()["url"], answer.json()["sent"]) == (None, True)
        assert ticket.customer is not None
        letter = Letter.objects.get()
        assert (letter.kind, letter.to, letter.automatic) == (
            "status_link",
            ticket.customer.email,
            True,
        )
        assert letter.body.count("/s/") == 1

    def test_once_where_it_is_pressed_twice(self, cast: Cast, ticket: Ticket) -> None:
        for _ in range(2):
            assert give(cast, ticket, send=True).json()["sent"]
        assert kinds(ticket) == ["opened", "status_link"]
        later = moment() + timedelta(minutes=1)
        give_link(locked(ticket.pk), send=True, by=acting(cast.agent), now=later)
        assert Letter.objects.count() == 2

    def test_again_where_the_address_was_put_right(self, cast: Cast, ticket: Ticket) -> None:
        give(cast, ticket, send=True)
        type(ticket.customer).objects.filter(pk=ticket.customer_id).update(email="right@x.example")
        give(cast, ticket, send=True)
        assert [one.to for one in Letter.objects.order_by("pk")][-1] == "right@x.example"

    def test_where_there_is_somebody_to_give_it_to(self, cast: Cast, ticket: Ticket) -> None:
        type(ticket.customer).objects.filter(pk=ticket.customer_id).update(email="")
        refused = give(cast, ticket, send=True)
        assert (refused.status_code, refused.json()["code"]) == (409, "no_address")
        Ticket.objects.filter(pk=ticket.pk).update(customer=None)
        refused = give(cast, ticket)
        assert (refused.status_code, refused.json()["code"]) == (409, "no_customer")

    @pytest.mark.parametrize("body", [{"send": "perhaps"}, {"send": None}, {"to": "x@x.example"}])
    def test_as_it_is_asked_for(self, cast: Cast, ticket: Ticket, body: dict[str, Any]) -> None:
        assert give(cast, ticket, **body).status_code == 422
        assert kinds(ticket) == ["opened"]


class TestAtTheDesk:
    def test_to_hand_it_on(self, cast: Cast, ticket: Ticket) -> None:
        agent, where = browse(cast.agent), f"/tickets/{ticket.ref}/status-link"
        assert where in agent.get(f"/tickets/{ticket.ref}").content.decode()
        page = agent.post(where)
        link = page.content.decode().split('id="status-link">')[1].split("<")[0]
        assert Client().get("/s/" + link.rpartition("/")[2]).status_code == 200
        assert "to hand it on" in text_of(agent.get(f"/tickets/{ticket.ref}"))

    def test_by_a_letter(self, cast: Cast, ticket: Ticket) -> None:
        where = f"/tickets/{ticket.ref}"
        sent(browse(cast.agent).post(f"{where}/status-link", {"send": "yes"}), where)
        assert Letter.objects.get().kind == "status_link"

    def test_never_by_looking(self, cast: Cast, ticket: Ticket) -> None:
        where = f"/tickets/{ticket.ref}"
        sent(browse(cast.agent).get(f"{where}/status-link"), where)
        assert kinds(ticket) == ["opened"]

    def test_not_by_who_only_reads(self, cast: Cast, ticket: Ticket) -> None:
        page = browse(cast.viewer).get(f"/tickets/{ticket.ref}")
        assert "status-link" not in page.content.decode()

    def test_where_there_is_nobody_it_says_so(self, cast: Cast, ticket: Ticket) -> None:
        Ticket.objects.filter(pk=ticket.pk).update(customer=None)
        agent, where = browse(cast.agent), f"/tickets/{ticket.ref}"
        sent(agent.post(f"{where}/status-link"), where)
        assert "no customer" in text_of(agent.get(where)).lower()
