"""The search box and the filters of the queue …"""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from cxloop.kernel.moment import moment
from tests.cast import Cast
from tests.desk.browsing import browse, text_of
from tests.makers import make_customer, make_feedback, make_source, make_ticket
from tickets.work.actions.talk import note
from tickets.work.actor import acting
from tickets.work.models import Priority, Ticket

pytestmark = pytest.mark.django_db


def led(person: Any, query: dict[str, str]) -> dict[str, str]:
    """The view that the box leads to."""
    response = browse(person).get("/queue", query)
    assert response.status_code == 303, text_of(response)
    where = urlsplit(response["Location"])
    assert where.path == "/queue"
    return {name: ",".join(values) for name, values in parse_qs(where.query).items()}


def found(person: Any, text: str, tab: str = "all") -> list[str]:
    response = browse(person).get("/queue", {"tab": tab, "q": text}, follow=True)
    assert response.status_code == 200, text_of(response)
    return [ticket.subject for ticket in response.context["page"].rows]


@pytest.fixture
def tickets(cast: Cast) -> dict[str, Ticket]:
    shop = make_source("shop", name="The shop", owners=(cast.group,))
    vip = make_customer("vip@example.com", external_id="C-81", identity="id:C-81", name="Kim")
    said = make_feedback(shop, nps=1, comment="It never arrived", customer=vip, judged=True)
    first = make_ticket(cast.group, customer=vip, feedback=said, tags=["late"])
    dark = make_feedback(nps=1, comment="Arrived, but never lit", judged=True)
    lamp = make_ticket(cast.group, assignee=cast.agent, feedback=dark)
    Ticket.objects.filter(pk=first.pk).update(priority=Priority.URGENT)
    return {"first": first, "lamp": lamp}


class TestBecomesTheAddress:
    def test_operators_become_filters(self, cast: Cast) -> None:
        text = "is:unowned group:care priority:high tag:x parcel"
        assert led(cast.agent, {"tab": "all", "q": text}) == {
            "tab": "all",
            "q": "parcel",
            "assignee": "none",
            "group": "care",
            "priority": "high",
            "tag": "x",
        }

    def test_a_day_is_that_of_who_typed_it(self, cast: Cast) -> None:
        cast.agent.time_zone = "Asia/Seoul"
        cast.agent.save()
        said = led(cast.agent, {"q": "before:2026-11-02 after:2026-11-01"})
        assert said["created_before"] == "2026-11-01T15:00:00Z"
        assert said["created_after"] == "2026-10-31T15:00:00Z"

    def test_so_is_what_a_form_sends(self, cast: Cast) -> None:
        cast.agent.time_zone = "Asia/Seoul"
        cast.agent.save()
        sent = {"tab": "groups", "status": "", "due_before": "2026-11-02T09:30"}
        assert led(cast.agent, sent) == {"tab": "groups", "due_before": "2026-11-02T00:30:00Z"}

    def test_names_become_what_the_address_calls_them(self, cast: Cast, tickets: Any) -> None:
        cast.group.name = "Customer care"
        cast.group.save()
        text = f'group:"customer care" source:"the shop" assignee:{cast.lead.email}'
        said = led(cast.agent, {"q": text})
        assert (said["group"], said["source"]) == ("care", "shop")
        assert said["assignee"] == str(cast.lead.pk)
        assert led(cast.agent, {"q": "owner:lead"})["assignee"] == str(cast.lead.pk)

    def test_further_values_stand_beside_those_there(self, cast: Cast) -> None:
        said = led(cast.agent, {"status": "closed", "q": "status:open status:closed"})
        assert said["status"] == "closed,open"

    def test_the_box_shows_what_would_have_to_be_typed(self, cast: Cast) -> None:
        page = browse(cast.agent).get(
            "/queue",
            {"tab": "all", "q": 'lamp group:care "never lit" before:2026-11-02'},
            follow=True,
        )
        box = page.context["filters"]["said"]["q"]
        assert box == 'lamp "never lit" group:care before:2026-11-02'

    def test_words_alone_lead_nowhere_else(self, cast: Cast) -> None:
        for words in ("parcel", "kim@example.com", "https://shop.example/x", "re:parcel"):
            assert browse(cast.agent).get("/queue", {"q": words}).status_code == 200, words


class TestFinds:
    @pytest.mark.parametrize(
        "text, subjects",
        [
            ("is:mine", ["Arrived, but never lit"]),
            ("is:unowned", ["It never arrived"]),
            ("priority:urgent", ["It never arrived"]),
            ("customer:C-81", ["It never arrived"]),
            ("source:shop", ["It never arrived"]),
            ("tag:late is:mine", []),
            ("never arrived", ["Arrived, but never lit", "It never arrived"]),
            ('"never arrived"', ["It never arrived"]),
            ('"NEVER  ARRIVED"', ["It never arrived"]),
            ('"never arr"', ["It never arrived"]),
            ('"vip@example.com"', ["It never arrived"]),
            ('"a.c"', []),
            ("vip@example.com", ["It never arrived"]),
            ("before:2026-11-20", []),
            ("after:2026-11-20", ["Arrived, but never lit", "It never arrived"]),
            ("is:breached", []),
            ("is:closed", []),
        ],
    )
    def test_each_finds_its_own(self, cast, tickets, text, subjects) -> None:
        assert sorted(found(cast.agent, text)) == subjects

    def test_a_phrase_is_found_in_the_talk(self, cast: Cast, tickets: Any) -> None:
        by = acting(cast.agent)
        note(tickets["lamp"], body="Ask the\ncarrier again", by=by, now=moment())
        assert found(cast.agent, '"the carrier"') == ["Arrived, but never lit"]
        assert found(cast.agent, '"carrier the"') == []

    def test_nothing_is_found_that_is_not_theirs(self, cast: Cast, tickets: Any) -> None:
        for text in ("is:unowned", '"never arrived"', "group:care", "customer:C-81"):
            assert found(cast.outsider, text) == [], text

    def test_a_number_leads_to_its_ticket(self, cast: Cast, tickets: Any) -> None:
        ref = tickets["lamp"].ref
        for text in (ref, ref.lower(), ref[2:], f"#{ref[2:]}"):
            response = browse(cast.agent).get("/queue", {"tab": "all", "q": text})
            assert (response.status_code, response["Location"]) == (303, f"/tickets/{ref}")

    def test_a_number_that_is_not_theirs_is_a_word_like_any(self, cast: Cast, tickets: Any) -> None:
        response = browse(cast.outsider).get("/queue", {"tab": "all", "q": tickets["lamp"].ref})
        assert response.status_code == 200
        assert response.context["page"].rows == []


class TestRefuses:
    @pytest.mark.parametrize(
        "text, said",
        [
            ("is:lost", "Known here are open, new"),
            ("group:caer", "group:caer. Known here are care."),
            ("assignee:nobody-such", "Known here are me, none"),
            ("priority:hihg", "Known here are low, normal, high, urgent."),
            ("before:yesterday", "A time with its offset is wanted"),
            ("group:", "group: wants a value"),
        ],
    )
    def test_a_value_that_is_not_one_by_name_and_keeps_what_was_typed(self, cast, text, said):
        response = browse(cast.agent).get("/queue", {"tab": "all", "q": text}, follow=True)
        assert response.status_code == 422
        assert said in text_of(response)
        assert text.split(":")[0] in response.content.decode()

    def test_what_was_typed_stands_in_the_box_still(self, cast: Cast) -> None:
        response = browse(cast.agent).get("/queue", {"tab": "all", "q": "lamp is:lost"})
        assert 'value="lamp is:lost"' in response.content.decode()

    def test_a_wrong_filter_can_be_taken_away(self, cast: Cast) -> None:
        response = browse(cast.agent).get("/queue?tab=groups&colour=red&tag=x")
        assert response.status_code == 422
        links = [chip.without for chip in response.context["filters"]["chips"]]
        assert links == ["?tab=groups&tag=x", "?tab=groups&colour=red"]

    def test_an_operator_that_is_none_is_searched_and_named(self, cast: Cast) -> None:
        page = text_of(browse(cast.agent).get("/queue", {"tab": "all", "q": "asignee:me"}))
        assert "since these are no operators: asignee:" in page
        assert "assignee:" in page


class TestShows:
    def test_each_filter_in_words_and_without_it(self, cast: Cast, tickets: Any) -> None:
        query = "tab=all&status=new,open&group=care&assignee=none&breached=false&tag=late&q=lamp"
        page = browse(cast.agent).get(f"/queue?{query}&customer={tickets['first'].customer_id}")
        chips = {chip.name: (chip.label, chip.value) for chip in page.context["filters"]["chips"]}
        assert chips == {
            "status": ("Status", "New or Open"),
            "group": ("Group", "Care"),
            "assignee": ("Owner", "nobody"),
            "breached": ("A promise was broken", "no"),
            "tag": ("Tag", "late"),
            "q": ("Words", "“lamp”"),
            "customer": ("Customer", "Kim"),
        }
        without = {chip.name: chip.without for chip in page.context["filters"]["chips"]}
        assert "q=" not in without["q"]
        assert "status=new%2Copen" in without["q"]

    def test_nobody_learns_a_name_that_is_not_theirs(self, cast: Cast, tickets: Any) -> None:
        who = tickets["first"].customer_id
        page = browse(cast.outsider).get(
            f"/queue?tab=all&customer={who}&assignee={cast.agent.pk}&source=shop"
        )
        said = {chip.name: chip.value for chip in page.context["filters"]["chips"]}
        assert said == {"customer": str(who), "assignee": str(cast.agent.pk), "source": "shop"}

    def test_the_form_says_what_the_address_says(self, cast: Cast, tickets: Any) -> None:
        page = browse(cast.agent).get("/queue?tab=groups&group=care&status=new,open&tag=a,b&q=x")
        form = page.content.decode()
        assert '<option value="care" selected>' in form
        assert '<option value="new,open" selected>New or Open</option>' in form
        assert 'value="a,b"' in form
        assert '<input type="hidden" name="q" value="x">' in form

    def test_it_is_sorted_as_was_chosen(self, cast: Cast, tickets: Any) -> None:
        agent = browse(cast.agent)
        page = agent.get("/queue?tab=groups&ordering=-priority")
        assert next(row.subject for row in page.context["page"].rows) == "It never arrived"
        assert ("-priority", "Highest priority first", True) in page.context["orders"]
        assert agent.get("/queue?tab=groups&ordering=colour").status_code == 422

    def test_what_no_index_serves_is_not_offered(self, cast: Cast) -> None:
        agent = browse(cast.agent)
        orders = agent.get("/queue?tab=all").context["orders"]
        assert [value for value, *_ in orders] == ["", "next_due_at", "-created_at", "created_at"]
        tabs = agent.get("/queue?tab=groups&ordering=-priority").context["tabs"]
        links = {tab["slug"]: tab["link"] for tab in tabs}
        assert links["mine"] == "?tab=mine&ordering=-priority"
        assert links["done"] == "?tab=done"

    def test_filters_that_leave_nothing_say_so(self, cast: Cast) -> None:
        page = text_of(browse(cast.agent).get("/queue?tab=groups&tag=none-such"))
        assert "No ticket here passes all these filters" in page

    def test_what_is_due_in_four_hours_has_a_tab(self, cast: Cast) -> None:
        due = {"3 h": 3, "5 h": 5, "over": -1}
        for words, hours in due.items():
            ticket = make_ticket(cast.group, subject=words)
            at = moment() + timedelta(hours=hours)
            Ticket.objects.filter(pk=ticket.pk).update(next_due_at=at)
        page = browse(cast.agent).get("/queue?tab=soon")
        assert [row.subject for row in page.context["page"].rows] == ["3 h"]
        slugs = [tab["slug"] for tab in page.context["tabs"]]
        assert "soon" in slugs
        assert "next" not in slugs

    def test_the_links_of_the_board_lead_where_they_led(self, cast: Cast) -> None:
        until = (moment() + timedelta(hours=12)).strftime("%Y-%m-%dT%H:%M:%SZ")
        page = browse(cast.agent).get(f"/queue?tab=next&group=care&due_before={until}")
        assert page.status_code == 200
        assert ("next", True) in [(tab["slug"], tab["chosen"]) for tab in page.context["tabs"]]
