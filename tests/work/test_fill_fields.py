"""The context of a feedback fills in the fields …"""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.intake.models import Feedback
from tests.cast import Cast
from tests.makers import NOW, make_customer, make_policy, make_source, make_ticket
from tests.work.fields import CONTEXT, ORDER, STANDS, TOTAL, make_fields, said, stands
from tickets.rules.actions import write_rule
from tickets.work.actions.fields import archive_field
from tickets.work.actions.join import join_feedback
from tickets.work.actions.link import split_ticket
from tickets.work.actions.move import merge_tickets
from tickets.work.actions.set_fields import set_fields
from tickets.work.actions.talk import note
from tickets.work.actor import CUSTOMER, RULE, acting
from tickets.work.door import locked
from tickets.work.finding import ticket_filters
from tickets.work.models import FieldValue, Ticket, TimelineEntry
from tickets.work.sweeps import triage_arrivals

pytestmark = pytest.mark.django_db


def opened(cast: Cast, context: Any, **more: Any) -> Ticket:
    return make_ticket(cast.group, feedback=said(context), **more)


def joined(ticket: Ticket, context: Any, now: datetime) -> Ticket:
    customer = ticket.customer
    again = said(context, customer=customer)
    return join_feedback(ticket, again, RULE, now=now, reason={"rule": "test"})


def reason_of(ticket: Ticket, kind: str) -> dict[str, Any]:
    return TimelineEntry.objects.filter(ticket=ticket, kind=kind).latest("pk").reason


class TestOfATicketThatOpens:
    def test_each_by_its_path(self, cast: Cast) -> None:
        make_fields()
        ticket = opened(cast, CONTEXT)
        assert stands(ticket) == STANDS
        assert "unfit" not in reason_of(ticket, "opened")

    def test_not_those_without_a_path_or_archived(self, cast: Cast) -> None:
        _order, total = make_fields({**ORDER, "path": ""}, TOTAL)
        archive_field(total, by=None, now=NOW)
        assert stands(opened(cast, CONTEXT)) == {}

    def test_of_several_words_of_one_customer_by_the_first_that_fits(self, cast: Cast) -> None:
        make_fields(TOTAL, ORDER)
        customer = make_customer()
        make_policy("standard")
        then = {"ticket": True, "group": "care"}
        rule = {"name": "All", "when": {"always": True}, "then": then}
        write_rule(rule, known_policies={"standard"}, by=None, now=NOW)
        for order in ({"total": "much"}, {"total": 5, "id": "A-1"}, {"total": 7, "id": "A-2"}):
            said({"order": order}, customer=customer, judged=False)
        triage_arrivals()
        ticket = Ticket.objects.get()
        assert stands(ticket) == {"order_value": "5", "order_no": "A-1"}
        assert "unfit" not in reason_of(ticket, "opened")

    def test_and_names_what_did_not_fit_and_leaves_it_out(self, cast: Cast) -> None:
        make_fields()
        wrong = {"order": {"id": ["A"], "total": "much " * 50, "at": "soon"}, "size": "Medium"}
        ticket = opened(cast, wrong)
        assert stands(ticket) == {}
        unfit = reason_of(ticket, "opened")["unfit"]
        assert [(one["slug"], one["code"]) for one in unfit] == [
            ("order_no", "wrong_type"),
            ("order_value", "wrong_type"),
            ("bought_on", "wrong_type"),
            ("size", "unknown_choice"),
        ]
        assert unfit[0]["value"] == '["A"]'
        assert len(unfit[1]["value"]) == 80

    def test_a_time_has_its_day_in_the_zone_of_its_source(self, cast: Cast) -> None:
        make_fields()
        shop = make_source(time_zone="Asia/Seoul")
        late = {"order": {"at": "2026-11-20T23:30:00Z"}}
        ticket = make_ticket(cast.group, feedback=said(late, shop))
        assert stands(ticket)["bought_on"] == "2026-11-21"

    def test_a_search_finds_it_by_the_text_that_stands_there(self, cast: Cast) -> None:
        make_fields(ORDER)
        ticket = opened(cast, CONTEXT)
        found = ticket_filters(cast.admin)["q"](["A-1001"])
        assert list(Ticket.objects.filter(found)) == [ticket]

    def test_a_part_that_is_split_off_by_its_own_words(self, cast: Cast, now: datetime) -> None:
        make_fields(ORDER)
        ticket = opened(cast, CONTEXT)
        second = said({"order": {"id": "A-2"}}, customer=ticket.customer)
        join_feedback(ticket, second, CUSTOMER, now=now)
        made = split_ticket(locked(ticket.pk), second.pk, by=acting(cast.agent), now=now)
        assert (stands(ticket), stands(made)) == ({"order_no": "A-1001"}, {"order_no": "A-2"})


class TestOfATicketThatIsJoined:
    def test_only_what_is_empty(self, cast: Cast, now: datetime) -> None:
        make_fields(ORDER, TOTAL)
        ticket = opened(cast, {"order": {"id": "A-1"}})
        joined(ticket, {"order": {"id": "A-2", "total": 5}}, now)
        assert stands(ticket) == {"order_no": "A-1", "order_value": "5"}
        filled = reason_of(ticket, "feedback_joined")["filled"]
        assert [(one["slug"], one["value"]) for one in filled] == [("order_value", "5")]

    def test_never_what_somebody_has_put_right(self, cast: Cast, now: datetime) -> None:
        make_fields(ORDER)
        ticket = opened(cast, {})
        set_fields(ticket, {"order_no": "A-9"}, by=acting(cast.agent), now=now)
        joined(ticket, {"order": {"id": "A-2"}}, now)
        assert stands(ticket) == {"order_no": "A-9"}

    def test_and_names_what_did_not_fit(self, cast: Cast, now: datetime) -> None:
        make_fields(TOTAL)
        ticket = opened(cast, {})
        joined(ticket, {"order": {"total": "much"}}, now)
        assert reason_of(ticket, "feedback_joined")["unfit"][0]["value"] == "much"

    def test_a_merged_ticket_gives_what_the_other_lacks(self, cast: Cast, now: datetime) -> None:
        make_fields(ORDER, TOTAL)
        customer = make_customer()
        into = make_ticket(cast.group, feedback=said({"order": {"total": 1}}), customer=customer)
        gone = make_ticket(cast.group, feedback=said(CONTEXT), customer=customer)
        merge_tickets(locked(gone.pk), into=locked(into.pk), by=acting(cast.agent), now=now)
        assert stands(into) == {"order_value": "1", "order_no": "A-1001"}
        found = Ticket.objects.filter(ticket_filters(cast.admin)["q"](["A-1001"]))
        assert into in found


def test_at_as_many_statements_for_forty_as_for_two(cast: Cast) -> None:
    make_fields()
    make_policy("standard")
    then = {"ticket": True, "group": "care"}
    rule = {"name": "All", "when": {"always": True}, "then": then}
    write_rule(rule, known_policies={"standard"}, by=None, now=NOW)
    shop = make_source("shop")

    def cost(number: int, customers: list[Any]) -> int:
        for customer in customers[:number]:
            said(CONTEXT, shop, customer=customer, judged=False)
        with CaptureQueriesContext(connection) as seen:
            triage_arrivals()
        return len(seen)

    cost(1, [make_customer()])
    few, many = [make_customer() for _ in range(2)], [make_customer() for _ in range(40)]
    assert cost(2, few) == cost(40, many)
    assert cost(2, few) == cost(40, many)  # joining
    assert FieldValue.objects.count() == 43 * 4
    assert Feedback.objects.count() == 1 + 42 * 2


def test_and_what_people_write_is_no_context(cast: Cast, now: datetime) -> None:
    make_fields(ORDER)
    ticket = opened(cast, {})
    note(ticket, body="order.id A-7", by=acting(cast.agent), now=now)
    assert stands(ticket) == {}
