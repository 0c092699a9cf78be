"""A colleague is mentioned in a note on the desk."""

import pytest

from tests.cast import Cast
from tests.desk.browsing import browse, sent, text_of, ticket_of_today
from tests.desk.test_page_ticket import act
from tickets.work.models import News, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return ticket_of_today(cast.group)


def test_who_can_be_mentioned_stands_on_the_page(cast: Cast, ticket: Ticket) -> None:
    page = browse(cast.agent).get(f"/tickets/{ticket.ref}").content.decode()
    assert '<option value="Lead" label="lead">' in page
    assert "Outsider" not in page
    assert 'data-mentions="mentionable"' in page
    assert "desk/talk" in page


def test_it_is_told_by_the_name_they_have_now(cast: Cast, ticket: Ticket) -> None:
    where = f"/tickets/{ticket.ref}"
    sent(act(browse(cast.agent), ticket, "note", body="@Lead, look"), where)
    cast.lead.name = "Lina"
    cast.lead.save()
    assert "Mentioned: Lina" in text_of(browse(cast.agent).get(where))


def test_it_stands_under_news_and_on_the_ticket(cast: Cast, ticket: Ticket) -> None:
    act(browse(cast.agent), ticket, "note", body="@Lead, look")
    lead = browse(cast.lead)
    assert "You are mentioned" in text_of(lead.get("/news"))
    assert "You were mentioned here" in text_of(lead.get(f"/tickets/{ticket.ref}"))
    lead.post(f"/tickets/{ticket.ref}/watch")
    assert "You were mentioned here" not in text_of(lead.get(f"/tickets/{ticket.ref}"))


def test_who_may_not_see_it_is_named_and_nothing_typed_is_lost(cast: Cast, ticket: Ticket) -> None:
    response = act(browse(cast.agent), ticket, "note", body="@Outsider, look")
    assert response.status_code == 422
    said = "Outsider cannot see this ticket: share it with their group first."
    assert said in text_of(response)
    assert "@Outsider, look" in response.content.decode()
    assert not News.objects.filter(event="mention").exists()
