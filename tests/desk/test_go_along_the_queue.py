"""From a ticket to the next of the view it was opened from …"""

from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cxloop.kernel.moment import moment
from tests.cast import Cast
from tests.desk.browsing import browse, text_of
from tests.makers import make_ticket
from tests.world import make_world
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


def due_in(cast: Cast, *hours: float, **plan: Any) -> list[Ticket]:
    made = []
    for hour in hours:
        ticket = make_ticket(cast.group, subject=f"{hour} h", **plan)
        due = moment() + timedelta(hours=hour)
        Ticket.objects.filter(pk=ticket.pk).update(next_due_at=due)
        made.append(ticket)
    return made


def opened(client: Client, ticket: Ticket, view: str = "tab=groups") -> Any:
    """By the link of its row."""
    page = client.get(f"/queue?{view}")
    return client.get(
        f"/tickets/{ticket.ref}?{urlencode({'view': page.context['views'][ticket.pk]})}"
    )


def beside(page: Any) -> tuple[str | None, str, str, str | None]:
    place = page.context["place"]
    previous, further = place.previous, place.next
    return (
        previous.ticket.subject if previous else None,
        place.number,
        place.whole,
        further.ticket.subject if further else None,
    )


def test_its_place_and_both_its_neighbours_are_told(cast: Cast) -> None:
    first, second, third = due_in(cast, 1, 2, 3)
    agent = browse(cast.agent)
    assert beside(opened(agent, first)) == (None, "1", "3", "2 h")
    assert beside(opened(agent, second)) == ("1 h", "2", "3", "3 h")
    assert beside(opened(agent, third)) == ("2 h", "3", "3", None)
    assert "2 of 3 in “My groups”" in text_of(opened(agent, second))


def test_the_links_go_on_through_the_list_and_back(cast: Cast) -> None:
    first, *_ = due_in(cast, 1, 2, 3)
    agent = browse(cast.agent)
    page = opened(agent, first)
    for expected in ("2 h", "3 h"):
        further = page.context["place"].next
        page = agent.get(f"/tickets/{further.ticket.ref}?{urlencode({'view': further.view})}")
        assert page.context["ticket"].subject == expected
    assert beside(page) == ("2 h", "3", "3", None)


def test_filters_and_order_are_those_of_the_list(cast: Cast) -> None:
    due_in(cast, 1, 2)
    one, two = due_in(cast, 4, 3, tags=["late"])
    agent = browse(cast.agent)
    page = opened(agent, one, "tab=groups&tag=late&ordering=-created_at")
    assert beside(page)[1:3] == ("2", "2") if one.pk < two.pk else ("1", "2")
    back = page.content.decode()
    assert 'href="/queue?tab=groups&amp;tag=late&amp;ordering=-created_at"' in back


def test_what_has_left_the_view_keeps_the_place_it_was_opened_at(cast: Cast) -> None:
    _first, second, _third = due_in(cast, -3, -2, -1)
    agent = browse(cast.agent)
    link = urlencode({"view": agent.get("/queue?tab=breached").context["views"][second.pk]})
    Ticket.objects.filter(pk=second.pk).update(next_due_at=moment() + timedelta(days=5))
    assert beside(agent.get(f"/tickets/{second.ref}?{link}")) == ("-3 h", "2", "3", "-1 h")


def test_without_the_place_it_goes_by_the_present_deadline(cast: Cast) -> None:
    due_in(cast, 1, 3)
    (mine,) = due_in(cast, 2, assignee=cast.lead)
    page = browse(cast.agent).get(f"/tickets/{mine.ref}?view=tab%3Dunowned")
    assert beside(page) == ("1 h", "2", "3", "3 h")


def test_those_without_a_deadline_stand_last(cast: Cast) -> None:
    first, second, third = due_in(cast, 1, 2, 3)
    Ticket.objects.filter(pk__in=[second.pk, third.pk]).update(next_due_at=None)
    agent = browse(cast.agent)
    assert beside(opened(agent, first)) == (None, "1", "3", "2 h")
    assert beside(opened(agent, second)) == ("1 h", "2", "3", "3 h")
    assert beside(opened(agent, third)) == ("2 h", "3", "3", None)


def test_nobody_is_led_to_what_is_not_theirs(cast: Cast) -> None:
    theirs = make_ticket(cast.other_group)
    (mine,) = due_in(cast, 5)
    Ticket.objects.filter(pk=theirs.pk).update(next_due_at=moment() + timedelta(hours=4))
    page = browse(cast.agent).get(f"/tickets/{mine.ref}?view=tab%3Dall")
    assert beside(page) == (None, "1", "1", None)


@pytest.mark.parametrize(
    "view",
    [
        *("", "colour=red", "tab=groups&cursor=zzz", "tab=groups&status=lost", "%00=%00", "&&&=="),
        *("ordering=password", "tab=groups&cursor=WzFlOTksMSwwXQ", "q=" + "x" * 600),
    ],
)
def test_what_names_no_view_is_left_out(cast: Cast, view: str) -> None:
    (ticket,) = due_in(cast, 1)
    page = browse(cast.agent).get(f"/tickets/{ticket.ref}", {"view": view})
    assert page.status_code == 200
    assert page.context["place"] is None


class TestAfterAnAct:
    def came_from(self, ticket: Ticket, query: str, host: str = "testserver") -> dict[str, str]:
        return {"Referer": f"http://{host}/tickets/{ticket.ref}{query}"}

    def test_the_view_it_began_in_is_found_again(self, cast: Cast) -> None:
        (ticket,) = due_in(cast, 1)
        headers = self.came_from(ticket, "?view=tab%3Dgroups")
        agent = browse(cast.agent)
        done = agent.post(f"/tickets/{ticket.ref}/note", {"body": "Hm."}, headers=headers)
        assert done["Location"] == f"/tickets/{ticket.ref}"
        led = agent.get(done["Location"], headers=headers)
        assert led.status_code == 303
        where = urlsplit(unescape(led["Location"]))
        assert (where.path, parse_qs(where.query)) == (
            f"/tickets/{ticket.ref}",
            {"view": ["tab=groups"]},
        )

    def test_no_other_page_and_no_other_house_leads_anywhere(self, cast: Cast) -> None:
        one, other = due_in(cast, 1, 2)
        agent = browse(cast.agent)
        for headers in (
            self.came_from(other, "?view=tab%3Dgroups"),
            self.came_from(one, "?view=tab%3Dgroups", host="evil.example"),
            self.came_from(one, ""),
            {"Referer": "http://[broken"},
        ):
            assert agent.get(f"/tickets/{one.ref}", headers=headers).status_code == 200

    def test_a_page_that_is_open_is_led_nowhere(self, cast: Cast) -> None:
        (ticket,) = due_in(cast, 1)
        headers = {**self.came_from(ticket, "?view=tab%3Dgroups"), "HX-Request": "true"}
        assert browse(cast.agent).get(f"/tickets/{ticket.ref}", headers=headers).status_code == 200


def test_its_neighbours_cost_three_questions_and_no_list(cast: Cast) -> None:
    make_world(cast)
    tickets = due_in(cast, *range(1, 9))
    agent = browse(cast.agent)

    def asked(query: str) -> list[str]:
        path = f"/tickets/{tickets[4].ref}{query}"
        agent.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert agent.get(path).status_code == 200
        return [query["sql"] for query in seen]

    with_view = asked("?view=tab%3Dgroups")
    assert len(with_view) - len(asked("")) == 3
    rows = [sql for sql in with_view if "work_ticket" in sql and sql.endswith("LIMIT 2")]
    assert len(rows) == 2
