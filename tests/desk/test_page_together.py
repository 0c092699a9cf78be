from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from cxloop.loop import run_sweep
from desk.models import Presence
from desk.presence import LASTS
from tests.cast import Cast
from tests.desk.browsing import browse, nonce_of, sent, text_of, ticket_of_today
from tickets.work.actions.customer_message import receive_message
from tickets.work.actions.talk import note, reply
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return ticket_of_today(cast.group)


def be_here(client: Client, ticket: Ticket, **said: Any) -> str:
    return text_of(client.post(f"/tickets/{ticket.ref}/here", said))


def grow_old(**older: Any) -> None:
    Presence.objects.update(seen_at=moment() - timedelta(**older))


class TestWhoIsHere:
    def test_each_hears_of_the_others(self, cast: Cast, ticket: Ticket) -> None:
        agent, lead = browse(cast.agent), browse(cast.lead)
        assert be_here(agent, ticket) == ""
        assert be_here(lead, ticket) == "Agent is looking"
        assert be_here(agent, ticket) == "Lead is looking"
        assert "Lead is looking" in text_of(agent.get(f"/tickets/{ticket.ref}"))

    @pytest.mark.parametrize(
        ("verb", "words"),
        [
            ("reply", "Agent is typing a reply"),
            ("note", "Agent is typing a note"),
            ("resolve", "Agent is typing"),
            ("", "Agent is looking"),
        ],
    )
    def test_and_of_what_they_type(self, cast: Cast, ticket: Ticket, verb: str, words: str) -> None:
        be_here(browse(cast.agent), ticket, verb=verb)
        assert be_here(browse(cast.viewer), ticket) == words

    def test_who_leaves_is_gone(self, cast: Cast, ticket: Ticket) -> None:
        agent = browse(cast.agent)
        be_here(agent, ticket)
        be_here(agent, ticket, gone="1")
        assert be_here(browse(cast.lead), ticket) == ""

    def test_who_is_not_heard_of_is_gone_a_little_later(self, cast: Cast, ticket: Ticket) -> None:
        be_here(browse(cast.agent), ticket)
        grow_old(seconds=LASTS.total_seconds() + 1)
        assert be_here(browse(cast.lead), ticket) == ""

    def test_nobody_types_what_cannot_be_said(self, cast: Cast, ticket: Ticket) -> None:
        agent = browse(cast.agent)
        assert agent.post(f"/tickets/{ticket.ref}/here", {"verb": "sing"}).status_code == 422

    def test_old_rows_are_swept_away(self, cast: Cast, ticket: Ticket) -> None:
        be_here(browse(cast.agent), ticket)
        grow_old(hours=2)
        run_sweep("drafts")
        assert not Presence.objects.exists()


class TestBeforeAReply:
    def said(self, client: Client, ticket: Ticket) -> dict[str, str]:
        page = client.get(f"/tickets/{ticket.ref}")
        newest = str(page.context["forms"]["reply"]["seen"].value())
        return {"nonce": nonce_of(page), "body": "It leaves today.", "seen": newest}

    def test_what_arrived_is_shown_first_and_then_it_leaves(
        self, cast: Cast, ticket: Ticket
    ) -> None:
        agent, page = browse(cast.agent), f"/tickets/{ticket.ref}"
        said = self.said(agent, ticket)
        reply(locked(ticket.pk), body="I have <it>.", by=acting(cast.lead), now=moment())
        receive_message(locked(ticket.pk), text="Well?", received_at=moment(), now=moment())
        held = agent.post(f"{page}/reply", said)
        assert held.status_code == 409
        form = held.context["form"]
        assert [entry.text for entry in form.arrived] == ["Well?", "I have <it>."]
        assert "I have &lt;it&gt;." in held.content.decode()
        assert "It leaves today." in held.content.decode()
        assert "Send all the same" in text_of(held)
        assert Letter.objects.filter(kind="reply").count() == 1
        again = {name: str(form[name].value()) for name in ("nonce", "body", "seen")}
        assert again["body"] == said["body"]
        sent(agent.post(f"{page}/reply", again), page)
        assert Letter.objects.filter(kind="reply").count() == 2

    def test_what_arrives_in_between_holds_it_up_again(self, cast: Cast, ticket: Ticket) -> None:
        agent, page = browse(cast.agent), f"/tickets/{ticket.ref}"
        said = self.said(agent, ticket)
        for _ in range(2):
            receive_message(locked(ticket.pk), text="Well?", received_at=moment(), now=moment())
            held = agent.post(f"{page}/reply", said)
            assert held.status_code == 409
            said["seen"] = str(held.context["form"]["seen"].value())

    def test_notes_of_colleagues_hold_up_nobody(self, cast: Cast, ticket: Ticket) -> None:
        agent, page = browse(cast.agent), f"/tickets/{ticket.ref}"
        said = self.said(agent, ticket)
        note(locked(ticket.pk), body="For us", by=acting(cast.lead), now=moment())
        sent(agent.post(f"{page}/reply", said), page)
        assert Letter.objects.filter(kind="reply").exists()
