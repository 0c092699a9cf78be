from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cxloop.kernel.moment import moment
from desk.paging import page_of
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, text_of
from tests.makers import NOW, make_customer, make_feedback, make_ticket
from tickets.work.actions.assign import assign_ticket
from tickets.work.actions.move import close_ticket
from tickets.work.actor import acting
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


def open_ticket(cast: Cast, words: str, *, hours_left: float, **plan: Any) -> Ticket:
    """By the clock of the database, since the page asks that."""
    received = moment() - timedelta(hours=48 - hours_left)
    said = make_feedback(nps=3, comment=words, received_at=received, judged=True)
    ticket = make_ticket(plan.pop("group", cast.group), feedback=said, **plan)
    Ticket.objects.filter(pk=ticket.pk).update(next_due_at=received + timedelta(hours=48))
    return ticket


def refs(client: Client, address: str) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200, text_of(response)
    return [ticket.subject for ticket in response.context["page"].rows]


def count(client: Client, slug: str) -> int | None:
    tabs = client.get("/queue").context["tabs"]
    return next(tab["count"] for tab in tabs if tab["slug"] == slug)


def test_the_next_deadline_stands_first(cast: Cast) -> None:
    for hours in (30, -2, 5):
        open_ticket(cast, f"{hours} h", hours_left=hours)
    assert refs(browse(cast.agent), "/queue?tab=groups") == ["-2 h", "5 h", "30 h"]


def test_each_tab_holds_what_it_says(cast: Cast) -> None:
    mine = open_ticket(cast, "mine", hours_left=40)
    assign_ticket(mine, assignee=cast.agent, by=acting(cast.agent), now=NOW)
    open_ticket(cast, "soon", hours_left=3)
    open_ticket(cast, "broken", hours_left=-1)
    open_ticket(cast, "imported", hours_left=-900, quiet=True)
    agent = browse(cast.agent)
    assert refs(agent, "/queue") == ["mine"]
    assert refs(agent, "/queue?tab=unowned") == ["broken", "soon"]
    assert refs(agent, "/queue?tab=next") == ["soon"]
    assert refs(agent, "/queue?tab=breached") == ["broken"]
    assert refs(agent, "/queue?tab=history") == ["imported"]
    assert [count(agent, tab) for tab in ("mine", "unowned", "groups")] == [1, 2, 3]
    assert count(agent, "history") is None


def test_nobody_finds_or_counts_what_is_not_theirs(cast: Cast) -> None:
    open_ticket(cast, "Secret parcel", hours_left=3)
    outsider = browse(cast.outsider)
    assert refs(outsider, "/queue?tab=groups") == []
    assert refs(outsider, "/queue?tab=all&q=secret") == []
    assert count(outsider, "groups") == 0
    assert refs(browse(cast.auditor), "/queue") == ["Secret parcel"]


def test_words_and_filters_narrow_it(cast: Cast) -> None:
    kim = make_customer(name="김서연")
    open_ticket(cast, "환불해 주세요", hours_left=3, customer=kim)
    open_ticket(cast, "Parcel lost", hours_left=4)
    agent = browse(cast.agent)
    assert refs(agent, "/queue?tab=all&q=환불") == ["환불해 주세요"]
    assert refs(agent, "/queue?tab=all&q=parcel") == ["Parcel lost"]
    assert refs(agent, "/queue?tab=groups&group=care&status=&q=") == [
        "환불해 주세요",
        "Parcel lost",
    ]
    assert refs(agent, "/queue?tab=groups&status=waiting") == []


def test_a_filter_that_does_not_exist_is_refused(cast: Cast) -> None:
    assert browse(cast.agent).get("/queue?colour=red").status_code == 422


def test_it_goes_on_over_pages(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        open_ticket(cast, f"No. {number}", hours_left=number + 1)
    monkeypatch.setattr("desk.pages.queue.page_of", _by_two)
    agent = browse(cast.agent)
    first = agent.get("/queue?tab=groups").context["page"]
    second = agent.get(f"/queue{first.next}").context["page"]
    third = agent.get(f"/queue{second.next}").context["page"]
    shown = [[ticket.subject for ticket in page.rows] for page in (first, second, third)]
    assert shown == [["No. 0", "No. 1"], ["No. 2", "No. 3"], ["No. 4"]]
    assert not third.next
    back = agent.get(f"/queue{third.previous}").context["page"]
    assert [ticket.subject for ticket in back.rows] == ["No. 2", "No. 3"]


def _by_two(rows: Any, request: Any, *, order: str) -> Any:
    return page_of(rows, request, order=order, size=2)


def test_an_open_page_gets_only_what_changes(cast: Cast) -> None:
    open_ticket(cast, "Parcel lost", hours_left=4)
    agent = browse(cast.agent)
    fragment = agent.get("/queue?tab=groups", headers={"HX-Request": "true"}).content.decode()
    assert "Parcel lost" in fragment
    assert 'id="tabs" hx-swap-oob="true"' in fragment
    assert "<html" not in fragment
    assert "<select" not in fragment


def test_an_open_page_is_not_led_to_the_door(cast: Cast) -> None:
    gone = browse(None).get("/queue", headers={"HX-Request": "true"})
    assert (gone.status_code, gone.content) == (401, b"")


def test_it_costs_the_same_for_one_ticket_and_for_many(cast: Cast) -> None:
    agent = browse(cast.agent)
    open_ticket(cast, "one", hours_left=1)
    cost = cost_of(agent, "/queue?tab=groups")
    for number in range(5):
        open_ticket(cast, f"{number}", hours_left=number)
    assert cost_of(agent, "/queue?tab=groups") == cost <= 12


def test_an_empty_tab_teaches(cast: Cast) -> None:
    assert "Take a ticket from" in text_of(browse(cast.agent).get("/queue"))


def test_hostile_addresses_are_refused_not_broken(cast: Cast) -> None:
    agent = browse(cast.agent)
    for address in (
        "tab=x",
        "cursor=zzz",
        "q=%00",
        "q=" + "a" * 900,
        "customer=%27",
        "due_before=0",
    ):
        assert agent.get(f"/queue?{address}").status_code < 500, address


def test_what_was_closed_last_stands_first_among_the_done(cast: Cast) -> None:
    by = acting(cast.agent)
    first, second, third = (open_ticket(cast, word, hours_left=9) for word in ("a", "b", "c"))
    for minutes, ticket in enumerate((second, third, first)):
        at = moment() + timedelta(minutes=minutes)
        close_ticket(ticket, outcome="spam", reason="an advertisement", by=by, now=at)
    assert refs(browse(cast.agent), "/queue?tab=done") == ["a", "c", "b"]
