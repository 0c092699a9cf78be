from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cxloop.kernel.moment import moment
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, nonce_of, text_of, ticket_of_today
from tests.makers import make_customer
from tickets.work.actions.macros import write_macro
from tickets.work.models import BulkAct, Ticket
from tickets.work.sweeps import do_bulk_acts

pytestmark = pytest.mark.django_db


@pytest.fixture
def tickets(cast: Cast) -> list[Ticket]:
    return [ticket_of_today(cast.group) for _ in range(3)]


def refs(tickets: list[Ticket]) -> str:
    return ",".join(ticket.ref for ticket in tickets)


def send(client: Client, page: str, **said: Any) -> Any:
    return client.post(page, {"nonce": nonce_of(client.get(page)), **said})


def plan(client: Client, tickets: list[Ticket], **said: Any) -> BulkAct:
    said = said or {"name": "priority", "priority": "urgent"}
    answer = send(client, f"/bulk?ticket={refs(tickets)}", **said)
    act = BulkAct.objects.latest("pk")
    assert (answer.status_code, answer["Location"]) == (303, f"/bulk/{act.pk}")
    return act


def test_it_shows_what_would_change_and_then_changes_it(cast: Cast, tickets: list[Ticket]) -> None:
    agent = browse(cast.agent)
    act = plan(agent, tickets)
    assert "Will change 3" in text_of(agent.get(f"/bulk/{act.pk}"))
    agent.post(f"/bulk/{act.pk}/confirm")
    assert "nothing has changed yet" in text_of(agent.get(f"/bulk/{act.pk}"))
    BulkAct.objects.update(starts_at=moment() - timedelta(seconds=1))
    assert "Under way. 0 of 3 tickets." in text_of(agent.get(f"/bulk/{act.pk}"))
    do_bulk_acts()
    assert "Done. 3 of 3 tickets." in text_of(agent.get(f"/bulk/{act.pk}"))


def test_undone_it_says_that_nothing_was_changed(cast: Cast, tickets: list[Ticket]) -> None:
    agent = browse(cast.agent)
    act = plan(agent, tickets)
    agent.post(f"/bulk/{act.pk}/confirm")
    page = agent.post(f"/bulk/{act.pk}/undo", follow=True)
    assert "Undone: nothing was changed." in text_of(page)
    assert do_bulk_acts() == 0


def test_too_late_it_says_so(cast: Cast, tickets: list[Ticket]) -> None:
    agent = browse(cast.agent)
    act = plan(agent, tickets)
    agent.post(f"/bulk/{act.pk}/confirm")
    BulkAct.objects.update(starts_at=moment() - timedelta(seconds=1))
    assert "It has begun already" in text_of(agent.post(f"/bulk/{act.pk}/undo", follow=True))


def test_a_whole_view_is_chosen_by_its_address(cast: Cast, tickets: list[Ticket]) -> None:
    ticket_of_today(cast.other_group)
    page = browse(cast.agent).get("/bulk?all=1&tab=unowned&status=new")
    assert "Act on 3 tickets" in text_of(page)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"name": "give", "assignee": "{agent}"}, "Give to Agent"),
        ({"name": "give", "assignee": ""}, "Give to nobody"),
        ({"name": "hand-over", "group": "billing"}, "Hand over to Billing"),
        ({"name": "tag", "add": "storm, lost", "remove": "late"}, "Add tags: storm, lost; Remove"),
        ({"name": "priority", "priority": "low"}, "Set the priority to Low"),
        ({"name": "merge", "into": "{other}"}, "Merge into T-"),
        ({"name": "close", "outcome": "spam", "reason": "Advertising"}, "Close: Spam"),
    ],
)
def test_every_act_has_a_form(
    cast: Cast, tickets: list[Ticket], said: dict[str, str], expected: str
) -> None:
    Ticket.objects.update(customer=tickets[0].customer)
    filled = {
        name: value.format(agent=cast.agent.pk, other=tickets[2].ref)
        for name, value in said.items()
    }
    agent = browse(cast.agent)
    assert expected in text_of(agent.get(f"/bulk/{plan(agent, tickets, **filled).pk}"))


def test_a_refused_form_keeps_what_was_typed(cast: Cast, tickets: list[Ticket]) -> None:
    page = f"/bulk?ticket={refs(tickets)}"
    answer = send(browse(cast.agent), page, name="merge", into="T-99999")
    assert answer.status_code == 422
    assert "There is no such ticket" in text_of(answer)
    assert 'value="T-99999"' in answer.content.decode()


def test_sent_twice_it_is_planned_once(cast: Cast, tickets: list[Ticket]) -> None:
    agent, page = browse(cast.agent), f"/bulk?ticket={refs(tickets)}"
    said = {"nonce": nonce_of(agent.get(page)), "name": "priority", "priority": "low"}
    agent.post(page, said)
    agent.post(page, said)
    assert BulkAct.objects.count() == 1


def test_without_a_choice_it_asks_for_one(cast: Cast) -> None:
    answer = browse(cast.agent).get("/bulk")
    assert answer.status_code == 422
    assert "Choose at least one ticket first." in text_of(answer)


def test_who_only_reads_is_told_so(cast: Cast, tickets: list[Ticket]) -> None:
    assert browse(cast.viewer).get(f"/bulk?ticket={refs(tickets)}").status_code == 403


def test_a_stranger_finds_nothing(cast: Cast, tickets: list[Ticket]) -> None:
    outsider = browse(cast.outsider)
    assert outsider.get(f"/bulk?ticket={refs(tickets)}").status_code == 422
    act = plan(browse(cast.agent), tickets)
    for page in (f"/bulk/{act.pk}", f"/bulk/{act.pk}/confirm"):
        assert outsider.post(page).status_code in {404, 405}
    assert outsider.get(f"/bulk/{act.pk}").status_code == 404


def test_what_refused_is_listed_with_its_reason(cast: Cast, tickets: list[Ticket]) -> None:
    agent = browse(cast.agent)
    act = plan(agent, tickets, name="give", assignee=str(cast.agent.pk))
    agent.post(f"/bulk/{act.pk}/confirm")
    closed = {"status": "closed", "outcome": "spam", "closed_at": moment()}
    Ticket.objects.filter(pk=tickets[0].pk).update(**closed)
    BulkAct.objects.update(starts_at=moment() - timedelta(seconds=1))
    do_bulk_acts()
    page = text_of(agent.get(f"/bulk/{act.pk}"))
    assert "1 ticket did not change" in page
    assert "not possible in the present state" in page


def test_a_macro_is_shown_as_the_first_would_have_it(cast: Cast, tickets: list[Ticket]) -> None:
    facts = {
        "name": "Storm",
        "group": cast.group,
        "says": "reply",
        "body_en": "The <b>storm</b> delays {{ ticket.ref }}.",
    }
    macro = write_macro(facts, by=cast.lead, now=moment())
    agent = browse(cast.agent)
    Ticket.objects.filter(pk=tickets[2].pk).update(customer=None)
    named = {"customer": make_customer(name="Mina")}
    Ticket.objects.filter(pk__in=[tickets[0].pk, tickets[1].pk]).update(**named)
    page = f"/bulk?ticket={refs(tickets)}"
    assert "keeps no promise" in text_of(agent.get(page))
    act = plan(agent, tickets, name="macro", macro=str(macro.pk))
    shown = agent.get(f"/bulk/{act.pk}")
    assert "Macro “Storm”" in text_of(shown)
    assert f"The &lt;b&gt;storm&lt;/b&gt; delays {tickets[0].ref}." in shown.content.decode()
    assert "1 ticket would not change" in text_of(shown)
    assert "has no address we may write to" in text_of(shown)
    agent.post(f"/bulk/{act.pk}/confirm")
    BulkAct.objects.update(starts_at=moment() - timedelta(seconds=1))
    do_bulk_acts()
    ticket = text_of(agent.get(f"/tickets/{tickets[0].ref}"))
    assert "Said to many at once, so it keeps no promise" in ticket
    assert "Nothing has left yet" in ticket


def test_it_costs_the_same_for_many(cast: Cast) -> None:
    agent = browse(cast.agent)
    one = plan(agent, [ticket_of_today(cast.group)])
    many = plan(agent, [ticket_of_today(cast.group) for _ in range(9)])
    assert cost_of(agent, f"/bulk/{one.pk}") == cost_of(agent, f"/bulk/{many.pk}")
