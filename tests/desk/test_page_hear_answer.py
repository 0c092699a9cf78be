"""What the customer said to a colleague, kept on the page of the ticket …"""

import pytest
from django.test import Client

from tests.cast import Cast, api
from tests.desk.browsing import browse, nonce_of, sent, text_of
from tests.makers import make_ticket
from tests.recovery.asking import LATER, make_resolved
from tickets.recovery.models import Answer
from tickets.work.actions.move import close_ticket
from tickets.work.actor import acting
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return make_resolved(cast)


@pytest.fixture
def agent(cast: Cast) -> Client:
    return browse(cast.agent)


def said(agent: Client, ticket: Ticket, **more: str) -> dict[str, str]:
    nonce = nonce_of(agent.get(f"/tickets/{ticket.ref}"))
    return {"nonce": nonce, "channel": "phone", "solved": "yes", "score": "4", **more}


def test_has_the_items_that_a_repair_is_judged_by(agent: Client, ticket: Ticket) -> None:
    where = f"/tickets/{ticket.ref}"
    form = said(agent, ticket, fair="5", easy="", respect="2", comment="Well")
    sent(agent.post(f"{where}/answer", form), where)
    kept = Answer.objects.get()
    assert (kept.score, kept.fair, kept.easy, kept.respect) == (4, 5, None, 2)
    assert (kept.channel, kept.comment) == ("phone", "Well")
    page = text_of(agent.get(where))
    assert "fair 5" in page
    assert "respect 2" in page


def test_wants_none_of_them(agent: Client, ticket: Ticket) -> None:
    sent(agent.post(f"/tickets/{ticket.ref}/answer", said(agent, ticket)), f"/tickets/{ticket.ref}")
    kept = Answer.objects.get()
    assert (kept.fair, kept.easy, kept.respect) == (None, None, None)


def test_is_heard_once_of_what_was_closed_without_it(
    agent: Client, ticket: Ticket, cast: Cast
) -> None:
    where, told = f"/tickets/{ticket.ref}", "The customer told me"
    close_ticket(ticket, outcome="not_actionable", reason="-", by=acting(cast.agent), now=LATER)
    assert told in text_of(agent.get(where))
    form = said(agent, ticket)
    sent(agent.post(f"{where}/answer", form), where)
    assert Ticket.objects.get().outcome == "recovered"
    assert told not in text_of(agent.get(where))
    again = agent.post(f"{where}/answer", {**form, "nonce": ""})
    assert (again.status_code, told in text_of(again)) == (409, True)


def test_is_not_heard_of_what_was_never_resolved(agent: Client, cast: Cast) -> None:
    ticket = make_ticket(cast.group)
    close_ticket(ticket, outcome="not_actionable", reason="-", by=acting(cast.agent), now=LATER)
    assert "The customer told me" not in text_of(agent.get(f"/tickets/{ticket.ref}"))


@pytest.mark.parametrize("typed", ["0", "6", "x", "1.5"])
def test_takes_no_other_mark(agent: Client, ticket: Ticket, typed: str) -> None:
    page = agent.post(f"/tickets/{ticket.ref}/answer", said(agent, ticket, easy=typed))
    assert page.status_code == 422
    assert not Answer.objects.exists()


def test_is_heard_over_rest_with_them(cast: Cast, ticket: Ticket) -> None:
    body = {"solved": True, "channel": "phone", "fair": 5, "respect": 1}
    answer = api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/recovery/answer", body)
    assert answer.status_code == 200
    given = answer.json()["answer"]
    assert (given["fair"], given["easy"], given["respect"]) == (5, None, 1)
    refused = api(cast.agent).post(
        f"/api/v1/tickets/{make_resolved(cast).ref}/recovery/answer", body | {"easy": 6}
    )
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/easy"
