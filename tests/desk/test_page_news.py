"""News on the desk: listed, counted, read; and who watches."""

import pytest

from cxloop.kernel.moment import moment
from tests.cast import Cast
from tests.desk.browsing import browse, sent, text_of
from tests.makers import make_customer, make_ticket
from tickets.work.actions.customer_message import receive_message
from tickets.work.actions.follow import ways_of
from tickets.work.door import locked
from tickets.work.events import UNLESS_CHOSEN
from tickets.work.models import News, Ticket, Watch

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    made = make_ticket(cast.group, customer=make_customer(), assignee=cast.agent)
    News.objects.all().delete()
    receive_message(locked(made.pk), text="<b>Well?</b>", received_at=moment(), now=moment())
    return made


def test_it_is_listed_and_read_on_the_way_to_the_ticket(cast: Cast, ticket: Ticket) -> None:
    agent = browse(cast.agent)
    page = agent.get("/news").content.decode()
    assert "The customer wrote" in page
    assert "&lt;b&gt;Well?" in page
    assert 'class="unread"' in page
    sent(agent.post(f"/news/read/{ticket.ref}"), f"/tickets/{ticket.ref}")
    assert 'class="unread"' not in agent.get("/news").content.decode()


def test_the_bell_counts_what_is_unread(cast: Cast, ticket: Ticket) -> None:
    assert text_of(browse(cast.agent).get("/news/count")) == "1 unread"
    assert text_of(browse(cast.lead).get("/news/count")) == ""


def test_the_ticket_itself_says_that_it_was_read(cast: Cast, ticket: Ticket) -> None:
    agent, address = browse(cast.agent), f"/news/read/{ticket.ref}"
    assert f'hx-post="{address}"' in agent.get(f"/tickets/{ticket.ref}").content.decode()
    assert agent.post(address, headers={"HX-Request": "true"}).status_code == 204
    assert f'hx-post="{address}"' not in agent.get(f"/tickets/{ticket.ref}").content.decode()


def test_all_is_read_at_once(cast: Cast, ticket: Ticket) -> None:
    sent(browse(cast.agent).post("/news/read"), "/news")
    assert not News.objects.unseen_by(cast.agent).exists()


def test_without_news_it_says_how_to_come_by_some(cast: Cast) -> None:
    assert "watch one, and you hear of it" in text_of(browse(cast.agent).get("/news"))


def test_one_watches_and_stops(cast: Cast, ticket: Ticket) -> None:
    viewer, page = browse(cast.viewer), f"/tickets/{ticket.ref}"
    assert "Watch it" in text_of(viewer.get(page))
    sent(viewer.post(f"{page}/watch"), page)
    assert "Stop watching" in text_of(viewer.get(page))
    sent(viewer.post(f"{page}/unwatch"), page)
    assert not Watch.objects.exists()


def test_who_works_it_lets_a_colleague_watch(cast: Cast, ticket: Ticket) -> None:
    agent, page = browse(cast.agent), f"/tickets/{ticket.ref}"
    sent(agent.post(f"{page}/watch", {"person": cast.lead.pk}), page)
    assert [watch.user for watch in Watch.objects.all()] == [cast.lead]
    sent(agent.post(f"{page}/watch", {"person": cast.outsider.pk}), page)
    assert "may not see the ticket" in text_of(agent.get(page))
    sent(agent.post(f"{page}/watch", {"person": "9" * 30}), page)
    sent(agent.post(f"{page}/unwatch", {"person": cast.lead.pk}), page)
    assert not Watch.objects.exists()


def test_one_chooses_what_one_hears_of(cast: Cast) -> None:
    agent = browse(cast.agent)
    assert "One letter each morning" in text_of(agent.get("/settings"))
    chosen = {**UNLESS_CHOSEN, "colleague": "digest", "moved": "off"}
    sent(agent.post("/settings/news", chosen), "/settings")
    assert ways_of(cast.agent) == chosen
    assert agent.post("/settings/news", {**chosen, "moved": "pigeon"}).status_code == 422
    assert agent.post("/settings/news", {"moved": "desk"}).status_code == 422
    assert ways_of(cast.agent) == chosen
