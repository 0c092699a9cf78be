"""keep draft …"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from cxloop.kernel.moment import moment
from cxloop.loop import run_sweep
from desk.drafts import KEPT_FOR
from desk.models import Draft
from tests.cast import Cast
from tests.desk.browsing import browse, nonce_of, sent, text_of, ticket_of_today
from tickets.work.models import Ticket, TimelineEntry

pytestmark = pytest.mark.django_db

HALF = "Dear customer, half a sen"
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return ticket_of_today(cast.group)


def keep(client: Client, ticket: Ticket, verb: str = "reply", **said: Any) -> Any:
    return client.post(f"/tickets/{ticket.ref}/draft/{verb}", said, headers=FRAGMENT)


def test_it_stands_in_the_form_when_the_page_opens_again(cast: Cast, ticket: Ticket) -> None:
    agent = browse(cast.agent)
    assert text_of(keep(agent, ticket, body=HALF)).startswith("Draft saved")
    page = agent.get(f"/tickets/{ticket.ref}")
    assert HALF in page.content.decode()
    assert "Draft saved" in text_of(page)
    assert HALF not in browse(cast.lead).get(f"/tickets/{ticket.ref}").content.decode()


def test_what_was_typed_last_is_what_one_sees_first(cast: Cast, ticket: Ticket) -> None:
    agent = browse(cast.agent)
    keep(agent, ticket, body="A letter")
    keep(agent, ticket, "note", body="A note")
    assert agent.get(f"/tickets/{ticket.ref}").context["chosen"] == "note"
    assert Draft.objects.count() == 2


def test_without_a_script_a_button_keeps_it(cast: Cast, ticket: Ticket) -> None:
    agent, page = browse(cast.agent), f"/tickets/{ticket.ref}"
    sent(agent.post(f"{page}/draft/reply", {"body": HALF}), page)
    assert Draft.objects.get().text == HALF
    sent(agent.post(f"{page}/draft/reply", {"body": HALF, "discard": "1"}), page)
    assert not Draft.objects.exists()


def test_what_is_said_is_no_draft_any_more(cast: Cast, ticket: Ticket) -> None:
    agent, page = browse(cast.agent), f"/tickets/{ticket.ref}"
    nonce = nonce_of(agent.get(page))
    keep(agent, ticket, body=HALF, nonce=nonce)
    keep(agent, ticket, "note", body="Ask the carrier", nonce=nonce)
    sent(agent.post(f"{page}/reply", {"body": f"{HALF}tence.", "nonce": nonce}), page)
    assert [draft.verb for draft in Draft.objects.all()] == ["note"]


def test_a_keystroke_that_arrives_late_is_none_again(cast: Cast, ticket: Ticket) -> None:
    agent, page = browse(cast.agent), f"/tickets/{ticket.ref}"
    nonce = nonce_of(agent.get(page))
    sent(agent.post(f"{page}/reply", {"body": HALF, "nonce": nonce}), page)
    keep(agent, ticket, body=HALF, nonce=nonce)
    assert not Draft.objects.exists()
    keep(agent, ticket, body=HALF, nonce=nonce_of(agent.get(page)))
    assert Draft.objects.exists()


def test_a_blank_one_is_forgotten(cast: Cast, ticket: Ticket) -> None:
    agent = browse(cast.agent)
    keep(agent, ticket, body=HALF)
    assert text_of(keep(agent, ticket, body="  \n")) == ""
    assert not Draft.objects.exists()


def test_what_was_refused_is_kept(cast: Cast, ticket: Ticket) -> None:
    agent = browse(cast.agent)
    response = agent.post(f"/tickets/{ticket.ref}/resolve", {"root_cause": "", "body": HALF})
    assert response.status_code == 422
    assert (Draft.objects.get().verb, Draft.objects.get().text) == ("resolve", HALF)


def test_what_is_too_long_is_refused_and_not_lost(cast: Cast, ticket: Ticket) -> None:
    agent, words = browse(cast.agent), "x" * 20_001
    assert keep(agent, ticket, body=words).status_code == 422
    page = agent.post(f"/tickets/{ticket.ref}/draft/reply", {"body": words})
    assert page.status_code == 422
    assert words in page.content.decode()
    assert "too long to be kept" in text_of(page)


@pytest.mark.parametrize("body", ["<b>&</b>", "\x00", "한글 초안"])
def test_whatever_is_typed_is_text(cast: Cast, ticket: Ticket, body: str) -> None:
    agent = browse(cast.agent)
    assert keep(agent, ticket, body=body).status_code in {200, 422}
    assert "<b>&</b>" not in agent.get(f"/tickets/{ticket.ref}").content.decode()


def test_nothing_is_drafted_that_is_no_words(cast: Cast, ticket: Ticket) -> None:
    assert keep(browse(cast.agent), ticket, "priority", body="high").status_code == 404
    for facts in ({"verb": "close", "text": "x"}, {"verb": "note", "text": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Draft.objects.create(ticket=ticket, user=cast.agent, saved_at=moment(), **facts)


def test_saving_writes_no_history(cast: Cast, ticket: Ticket) -> None:
    before = TimelineEntry.objects.count()
    keep(browse(cast.agent), ticket, body=HALF)
    assert TimelineEntry.objects.count() == before


def test_it_is_forgotten_after_thirty_days(cast: Cast, ticket: Ticket) -> None:
    now, an_hour = moment(), timedelta(hours=1)
    facts = {"ticket": ticket, "user": cast.agent, "text": HALF}
    Draft.objects.create(verb="note", saved_at=now - KEPT_FOR - an_hour, **facts)
    Draft.objects.create(verb="reply", saved_at=now - KEPT_FOR + an_hour, **facts)
    assert run_sweep("drafts") == 1
    assert Draft.objects.get().verb == "reply"
