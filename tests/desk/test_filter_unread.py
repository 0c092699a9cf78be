"""`is:unread` finds the tickets on which somebody has something to read …"""

from datetime import timedelta

import pytest
from django.http import QueryDict

from cxloop.kernel.moment import moment
from desk.listing import list_filters
from tests.cast import Cast, api
from tests.desk.browsing import browse, cost_of, text_of
from tests.makers import make_policy, make_ticket
from tickets.work.actions.move import close_ticket
from tickets.work.actions.snooze import snooze
from tickets.work.actions.talk import note
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def tickets(cast: Cast) -> list[Ticket]:
    """The first was read by the agent, the second by nobody."""
    made = [make_ticket(cast.group, assignee=cast.agent, received_at=moment()) for _ in range(2)]
    browse(cast.agent).get(f"/tickets/{made[0].ref}")
    return made


def found(cast: Cast, unread: str = "true") -> list[int]:
    rows = Ticket.objects.filter(
        list_filters(cast.agent, QueryDict())["unread"]([unread])
    ).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def test_that_nobody_has_shown_them(cast: Cast, tickets: list[Ticket]) -> None:
    assert found(cast) == [tickets[1].pk]
    assert found(cast, "false") == [tickets[0].pk]


def test_once_a_colleague_has_written(cast: Cast, tickets: list[Ticket]) -> None:
    note(locked(tickets[0].pk), body="Hm.", by=acting(cast.agent), now=moment())
    assert found(cast) == [tickets[1].pk]
    note(locked(tickets[0].pk), body="Hm.", by=acting(cast.lead), now=moment())
    assert found(cast) == [ticket.pk for ticket in tickets]


def test_but_none_that_is_closed(cast: Cast, tickets: list[Ticket]) -> None:
    closing = {"outcome": "spam", "reason": "Ad", "by": acting(cast.lead), "now": moment()}
    close_ticket(locked(tickets[1].pk), **closing)
    assert found(cast) == []


def test_it_is_typed_and_becomes_a_filter(cast: Cast, tickets: list[Ticket]) -> None:
    agent = browse(cast.agent)
    answer = agent.get("/queue", {"tab": "groups", "q": "is:unread"})
    assert "unread=true" in answer["Location"]
    page = text_of(agent.get(answer["Location"]))
    assert tickets[1].ref in page
    assert tickets[0].ref not in page
    assert "With something you have not read yes" in page


def test_it_asks_no_more_of_the_queue(cast: Cast, tickets: list[Ticket]) -> None:
    agent = browse(cast.agent)
    with_it = cost_of(agent, "/queue?tab=groups&unread=true")
    assert with_it <= cost_of(agent, "/queue?tab=groups") <= 10


def test_the_api_has_it_too(cast: Cast, tickets: list[Ticket]) -> None:
    rows = api(cast.agent).get("/api/v1/tickets?unread=true").json()["results"]
    assert [row["ref"] for row in rows] == [tickets[1].ref]
    assert api(cast.agent).get("/api/v1/tickets?unread=maybe").status_code == 422


def test_what_was_put_away_says_so_in_its_row(cast: Cast, tickets: list[Ticket]) -> None:
    until = moment() + timedelta(hours=2)
    made = make_ticket(
        cast.group,
        assignee=cast.agent,
        received_at=moment(),
        policy=make_policy(acknowledge_s=None),
    )
    snooze(locked(made.pk), until=until, by=acting(cast.agent), now=moment())
    lead = browse(cast.lead)
    page = lead.get("/queue?tab=groups").content.decode()
    assert page.count('<span class="tag away">') == 1
    assert "put away" in text_of(lead.get("/queue?tab=groups&snoozed=true"))
