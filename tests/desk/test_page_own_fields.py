"""The fields of this house on the desk: on a ticket, in the queue and on its sheet."""

import csv
from datetime import datetime
from typing import Any

import pytest

from cxloop.kernel.moment import moment
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, nonce_of, sent, text_of
from tests.makers import make_ticket
from tests.work.fields import CONTEXT, ORDER, SHOP, STANDS, make_fields, said, stands
from tickets.work.actions.erase import erase_tickets
from tickets.work.actions.fields import change_field
from tickets.work.actions.join import join_feedback
from tickets.work.actions.set_fields import set_fields
from tickets.work.actor import CUSTOMER, acting
from tickets.work.models import Ticket, TicketField

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    make_fields(in_queue=True)
    return opened(cast, CONTEXT)


def opened(cast: Cast, context: Any, **more: Any) -> Ticket:
    return make_ticket(cast.group, feedback=said(context, received_at=moment()), **more)


def typed(page: Any, **values: str) -> dict[str, str]:
    """The form as a browser sends it: what stood there, beside what is there now."""
    form = page.context["forms"]["fields"]
    kept = {name: form[name].initial for name in form.fields if name.startswith("of.")}
    now = kept | {f"of.{slug}": value for slug, value in values.items()}
    return now | {f"initial-{name}": value for name, value in kept.items()}


class TestOnATicket:
    def test_whoever_works_it_changes_them(self, cast: Cast, ticket: Ticket) -> None:
        agent, where = browse(cast.agent), f"/tickets/{ticket.ref}"
        page = agent.get(where)
        data = typed(page, order_no="B-7", size="") | {"nonce": nonce_of(page)}
        sent(agent.post(f"{where}/fields", data), where)
        assert stands(ticket) == {
            "order_no": "B-7",
            "order_value": "120.5",
            "bought_on": "2026-11-18",
        }
        words = text_of(agent.get(where))
        assert "Order: A-1001 → B-7" in words
        assert "Size: Large → –" in words

    def test_the_same_copy_twice_acts_once(self, cast: Cast, ticket: Ticket) -> None:
        agent, where = browse(cast.agent), f"/tickets/{ticket.ref}"
        page = agent.get(where)
        data = typed(page, order_no="B-7") | {"nonce": nonce_of(page)}
        agent.post(f"{where}/fields", data)
        set_fields(ticket, {"order_no": "C-1"}, by=acting(cast.lead), now=moment())
        sent(agent.post(f"{where}/fields", data), where)
        assert stands(ticket)["order_no"] == "C-1"

    def test_what_a_colleague_changed_meanwhile_stays(self, cast: Cast, ticket: Ticket) -> None:
        agent, where = browse(cast.agent), f"/tickets/{ticket.ref}"
        data = typed(agent.get(where), order_no="B-7")
        set_fields(ticket, {"order_value": 5}, by=acting(cast.lead), now=moment())
        agent.post(f"{where}/fields", data)
        assert (stands(ticket)["order_no"], stands(ticket)["order_value"]) == ("B-7", "5")

    def test_what_does_not_fit_is_said_beside_it_and_nothing_is_lost(
        self, cast: Cast, ticket: Ticket
    ) -> None:
        agent, where = browse(cast.agent), f"/tickets/{ticket.ref}"
        data = typed(agent.get(where), order_no="B-7", order_value="much", bought_on="soon")
        page = agent.post(f"{where}/fields", data)
        assert page.status_code == 422
        words = text_of(page)
        assert "This is of another kind than wanted here. (A number is wanted" in words
        assert "(A date is wanted here, as 2026-11-20.)" in words
        assert 'value="much"' in page.content.decode()
        assert stands(ticket) == STANDS

    def test_a_choice_that_is_offered_no_more_stays(self, cast: Cast, ticket: Ticket) -> None:
        size = TicketField.objects.get(slug="size")
        change_field(size, {"choices": ["Small"]}, by=cast.admin, now=moment())
        agent, where = browse(cast.agent), f"/tickets/{ticket.ref}"
        data = typed(agent.get(where), order_no="B-7")
        sent(agent.post(f"{where}/fields", data), where)
        assert stands(ticket)["size"] == "Large"

    def test_a_reader_reads_them(self, cast: Cast, ticket: Ticket) -> None:
        viewer, where = browse(cast.viewer), f"/tickets/{ticket.ref}"
        page = viewer.get(where)
        assert "Order A-1001 Order value 120.5" in text_of(page)
        assert "of.order_no" not in page.content.decode()
        assert viewer.post(f"{where}/fields", {"of.order_no": "B"}).status_code == 403

    def test_nothing_is_shown_where_the_house_has_none(self, cast: Cast) -> None:
        page = browse(cast.agent).get(f"/tickets/{opened(cast, CONTEXT).ref}")
        assert "own-fields" not in page.content.decode()

    def test_nothing_from_outside_is_rendered_unescaped(self, cast: Cast, ticket: Ticket) -> None:
        evil = "<script>alert(1)</script>"
        other = opened(cast, {"order": {"id": evil, "total": evil}})
        for person in (cast.agent, cast.viewer):
            for where in (f"/tickets/{other.ref}", "/queue?tab=all"):
                page = browse(person).get(where).content.decode()
                assert evil not in page
                assert "&lt;script&gt;alert(1)" in page

    def test_the_history_says_what_was_filled_in_and_what_was_left_out(
        self, cast: Cast, ticket: Ticket, now: datetime
    ) -> None:
        other = opened(cast, {"order": {"total": "much"}})
        again = said({"order": {"id": "A-9", "at": 7}}, customer=other.customer)
        join_feedback(other, again, CUSTOMER, now=now)
        words = text_of(browse(cast.agent).get(f"/tickets/{other.ref}"))
        assert "Order value stays empty: “much” was sent. This is of another kind" in words
        assert "Order: A-9, from what was sent" in words
        assert "Bought on stays empty: “7” was sent." in words

    def test_the_history_of_somebody_erased_says_nothing_of_them(
        self, cast: Cast, ticket: Ticket, now: datetime
    ) -> None:
        set_fields(ticket, {"order_no": "B-7"}, by=acting(cast.agent), now=now)
        assert ticket.customer
        by = acting(cast.admin)
        erase_tickets(ticket.customer, [ticket.pk], sides=[], reason="asked", by=by, now=now)
        words = text_of(browse(cast.agent).get(f"/tickets/{ticket.ref}"))
        assert "B-7" not in words
        assert "Fields changed" in words
        assert stands(ticket) == {"size": "Large"}


class TestInTheQueue:
    def test_each_column_stands_in_the_rows(self, cast: Cast, ticket: Ticket) -> None:
        opened(cast, {"order": {"total": 1240.5}})
        page = browse(cast.agent).get("/queue?tab=groups")
        words = text_of(page)
        assert "Order Order value Bought on Size Group" in words
        assert "A-1001 120.5 2026-11-18 Large" in words
        assert "1,240.5" in words

    def test_none_that_is_not_to_be_one(self, cast: Cast) -> None:
        make_fields()
        opened(cast, CONTEXT)
        assert "A-1001" not in text_of(browse(cast.agent).get("/queue?tab=groups"))

    def test_they_are_called_as_the_reader_speaks(self, cast: Cast, ticket: Ticket) -> None:
        cast.agent.language = "ko"
        cast.agent.save()
        words = text_of(browse(cast.agent).get("/queue?tab=groups"))
        assert "Bought on 크기" in words

    @pytest.mark.parametrize(
        "typed, led, chip",
        [
            ("order_no:A-1001", "field.order_no=A-1001", "Order A-1001"),
            ("ORDER_NO:a-10* late", "q=late&field.order_no=a-10%2A", "Order a-10*"),
            ("order_value:>100", "field.order_value=%3E100", "Order value >100"),
            ("size:small size:Large", "field.size=small&field.size=Large", "Size small or Large"),
            ("size:none", "field.size=none", "Size nothing"),
            ("bought_on:*", "field.bought_on=%2A", "Bought on anything"),
        ],
    )
    def test_the_search_box_understands_them(
        self, cast: Cast, ticket: Ticket, typed: str, led: str, chip: str
    ) -> None:
        agent = browse(cast.agent)
        sent(agent.get("/queue", {"tab": "all", "q": typed}), f"/queue?tab=all&{led}")
        page = agent.get(f"/queue?tab=all&{led}")
        assert page.status_code == 200
        assert chip in text_of(page)

    def test_the_box_shows_a_view_as_it_would_be_typed(self, cast: Cast, ticket: Ticket) -> None:
        page = browse(cast.agent).get("/queue?tab=all&field.order_no=A 1&field.size=*")
        assert 'value="order_no:&quot;A 1&quot; size:*"' in page.content.decode()

    def test_what_cannot_be_asked_is_refused_on_the_page(self, cast: Cast, ticket: Ticket) -> None:
        agent = browse(cast.agent)
        for asked in ("field.order_value=much", "field.bought_on=soon", "field.size=Medium"):
            page = agent.get(f"/queue?tab=all&{asked}")
            assert page.status_code == 422
            assert "This filter has no such value." in text_of(page)
        assert "Order value:" in text_of(agent.get("/queue?field.order_value=much"))
        assert agent.get("/queue?field.nothing=1").status_code == 422
        assert agent.get("/queue?tab=all&q=order_no:").status_code == 422

    def test_a_word_that_is_no_field_is_still_searched(self, cast: Cast, ticket: Ticket) -> None:
        page = browse(cast.agent).get("/queue", {"tab": "all", "q": "order:7"})
        assert "Searched as words, since these are no operators: order:" in text_of(page)

    def test_the_form_offers_each(self, cast: Cast, ticket: Ticket) -> None:
        page = browse(cast.agent).get("/queue?tab=all&field.size=Small&field.order_no=A-1")
        content = page.content.decode()
        assert '<option value="Small" selected>' in content
        assert 'name="field.order_no" value="A-1"' in content

    def test_it_costs_the_same_with_many_as_with_none(self, cast: Cast) -> None:
        agent = browse(cast.agent)
        opened(cast, CONTEXT)
        before = cost_of(agent, "/queue?tab=groups")
        make_fields(*({**ORDER, "slug": f"f_{n}"} for n in range(20)), in_queue=True)
        for _ in range(5):
            opened(cast, CONTEXT)
        assert cost_of(agent, "/queue?tab=groups") == before <= 10
        ref = opened(cast, CONTEXT).ref
        assert cost_of(agent, f"/tickets/{ref}") <= 38


class TestOnTheSheet:
    def test_they_stand_behind_the_others(self, cast: Cast, ticket: Ticket) -> None:
        opened(cast, {"order": {"id": "=cmd()", "total": -5}})
        answer = browse(cast.agent).get("/queue/tickets.csv?tab=groups")
        text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
        rows = list(csv.DictReader(text.removeprefix("\ufeff").splitlines()))
        names = [f"field.{one['slug']}" for one in SHOP]
        assert [[row[name] for name in names] for row in rows] == [
            list(STANDS.values()),
            ["'=cmd()", "-5", "", ""],
        ]
