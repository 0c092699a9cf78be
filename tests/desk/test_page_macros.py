"""Macros on the desk: written with a preview, filled in on a ticket, done as ticked."""

from typing import Any

import pytest

from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, nonce_of, sent, text_of
from tests.makers import make_customer, make_group, make_member, make_ticket
from tickets.work.actions.macros import archive_macro, write_macro
from tickets.work.models import Macro, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return make_ticket(cast.group, customer=make_customer(name="<b>Mina</b>"))


@pytest.fixture
def macro(cast: Cast) -> Macro:
    facts = {
        "name": "Refund",
        "group": cast.group,
        "says": "reply",
        "body_en": "Dear {{ customer.name }}, it is done.",
        "add_tags": ["refund"],
        "wait_days": 3,
    }
    return write_macro(facts, by=cast.lead, now=moment())


def typed(**said: Any) -> dict[str, Any]:
    return {
        "name": "Sorry",
        "audience": "me",
        "says": "reply",
        "body_en": "Dear {{ customer.name }}",
        **said,
    }


def test_it_is_chosen_by_its_address_and_fills_the_box(
    cast: Cast, ticket: Ticket, macro: Macro
) -> None:
    response = browse(cast.agent).get(f"/tickets/{ticket.ref}?macro={macro.pk}")
    page = response.content.decode()
    assert "Dear &lt;b&gt;Mina&lt;/b&gt;, it is done." in page
    for said in ("Reply to the customer", "Tag: refund", "Wait 3 days"):
        assert said in page
    assert page.count("checked") >= 4  # its three acts, and the verb that was chosen


def test_a_page_that_is_open_is_given_the_form_alone(
    cast: Cast, ticket: Ticket, macro: Macro
) -> None:
    where = f"/tickets/{ticket.ref}?macro={macro.pk}"
    part = browse(cast.agent).get(where, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="macro"><form')
    assert "timeline" not in part


def test_what_is_ticked_is_done_once(cast: Cast, ticket: Ticket, macro: Macro) -> None:
    agent, page = browse(cast.agent), f"/tickets/{ticket.ref}"
    nonce = nonce_of(agent.get(f"{page}?macro={macro.pk}"))
    said = {"nonce": nonce, "macro": macro.pk, "body": "Dear Mina", "acts": ["text", "tags"]}
    for _ in range(2):
        sent(agent.post(f"{page}/macro", said), page)
    assert Letter.objects.get(kind="reply").body.startswith("Dear Mina")
    ticket.refresh_from_db()
    assert (ticket.tags, ticket.status) == (["refund"], "open")
    assert "Used the macro “Refund”" in text_of(agent.get(page))


def test_a_refusal_keeps_what_was_typed(cast: Cast, ticket: Ticket, macro: Macro) -> None:
    agent, page = browse(cast.agent), f"/tickets/{ticket.ref}"
    said = {"macro": macro.pk, "body": "My own words", "acts": []}
    response = agent.post(f"{page}/macro", said)
    assert response.status_code == 422
    assert "Tick at least one" in text_of(response)
    assert "My own words" in response.content.decode()
    archive_macro(macro, now=moment())
    response = agent.post(f"{page}/macro", {**said, "acts": ["text"]})
    assert response.status_code == 422
    assert "My own words" in response.content.decode()
    assert "no such macro any more" in text_of(response)


def test_an_act_that_cannot_be_now_is_not_ticked(cast: Cast, ticket: Ticket, macro: Macro) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(status="waiting")
    page = browse(cast.agent).get(f"/tickets/{ticket.ref}?macro={macro.pk}")
    assert "Wait 3 days (not possible now)" in text_of(page)
    assert page.context["macro_form"]["acts"].value() == ["tags", "text"]


def test_readers_are_given_no_macro(cast: Cast, ticket: Ticket, macro: Macro) -> None:
    page = browse(cast.viewer).get(f"/tickets/{ticket.ref}?macro={macro.pk}")
    assert "it is done" not in page.content.decode()
    for said in ("x", "-1", "9" * 40, "\x00", "²"):
        assert browse(cast.agent).get(f"/tickets/{ticket.ref}", {"macro": said}).status_code == 200


def test_it_is_written_after_a_preview(cast: Cast) -> None:
    agent = browse(cast.agent)
    shown = agent.post("/macros/new", typed(preview="1", body_ko="{{ customer.name }}님"))
    page = text_of(shown)
    assert "Dear Mina Park" in page
    assert "Dear customer" in page
    assert "고객님" in page
    assert not Macro.objects.exists()
    sent(agent.post("/macros/new", typed(add_tags="sorry, late", wait_days="2")), "/macros")
    made = Macro.objects.get()
    assert (made.owner, made.add_tags, made.wait_days) == (cast.agent, ["sorry", "late"], 2)
    listed = text_of(agent.get("/macros"))
    assert "Tag: sorry, late · Reply to the customer · Wait 2 days" in listed


def test_a_gap_that_is_not_known_is_refused_where_it_stands(cast: Cast) -> None:
    response = browse(cast.agent).post("/macros/new", typed(body_en="Dear {{ customer.nam }}"))
    assert response.status_code == 422
    page = text_of(response)
    assert "There is no such variable here. ({{ customer.nam }} is not known." in page
    assert "/en" not in page


def test_whoever_may_not_publish_is_not_offered_to(cast: Cast) -> None:
    agent = browse(cast.agent).get("/macros/new").content.decode()
    assert 'value="group"' not in agent
    lead = browse(cast.lead).get("/macros/new").content.decode()
    assert 'value="group"' in lead
    assert 'value="everyone"' not in lead
    assert 'value="everyone"' in browse(cast.admin).get("/macros/new").content.decode()


def test_who_only_uses_it_reads_what_it_does(cast: Cast, macro: Macro) -> None:
    page = browse(cast.agent).get(f"/macros/{macro.pk}")
    assert "leads and managers of its group change it" in text_of(page)
    assert "Archive the macro" not in text_of(page)
    assert browse(cast.outsider).get(f"/macros/{macro.pk}").status_code == 404


def test_it_is_changed_and_archived(cast: Cast, macro: Macro) -> None:
    lead, where = browse(cast.lead), f"/macros/{macro.pk}"
    said = typed(name="Refund now", audience="group", group=cast.group.slug)
    sent(lead.post(where, said), "/macros")
    macro.refresh_from_db()
    assert (macro.name, macro.group, macro.add_tags) == ("Refund now", cast.group, [])
    sent(lead.post(f"{where}/archive"), "/macros")
    assert "Refund now" not in text_of(lead.get("/macros"))
    assert "Refund now" in text_of(lead.get("/macros?archived=1"))
    assert "Keep the macro" not in text_of(lead.get(where))


def test_writing_one_costs_the_same_however_many_groups(cast: Cast) -> None:
    lead = browse(cast.lead)
    cost = cost_of(lead, "/macros/new")
    for _ in range(3):
        make_member(make_group(), "lead", cast.lead)
    assert cost_of(lead, "/macros/new") == cost


def test_the_list_costs_the_same_however_long(cast: Cast, macro: Macro) -> None:
    lead = browse(cast.lead)
    cost = cost_of(lead, "/macros")
    for number in range(5):
        facts = {"name": f"N{number}", "assign_me": True, "hand_to": cast.other_group}
        write_macro(facts, by=cast.lead, now=moment())
    assert cost_of(lead, "/macros") == cost
