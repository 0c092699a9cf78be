"""Of many tickets it is foreseen which would refuse, and why; the others go on."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.roles import GroupRole
from cxloop.kernel.errors import Refused
from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.makers import make_customer, make_group, make_member, make_ticket
from tests.work.test_say_to_many import becomes_of, let_it_begin, plan
from tickets.work.actions.bulk import look_ahead, plan_bulk
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.foreseeing import Facts, foreseen
from tickets.work.models import BulkAct, Ticket
from tickets.work.sweeps import do_bulk_acts

pytestmark = pytest.mark.django_db


def facts(**known: Any) -> Facts:
    given = {
        "number": 7,
        "status": "open",
        "priority": "normal",
        "group": "care",
        "assignee": 3,
        "tags": frozenset({"late"}),
        "workable": True,
    }
    return Facts(**given | known)


@pytest.mark.parametrize(
    ("verb", "said", "known", "why"),
    [
        ("assign", {"assignee": 4}, {"takes_owner": False}, "not_a_member"),
        ("assign", {"assignee": None}, {"takes_owner": False}, ""),
        ("assign", {"group": "billing"}, {"takes_owner": False}, ""),
        ("tag", {"add": ["x"]}, {"tags": frozenset(map(str, range(50)))}, "too_many"),
        ("tag", {"add": ["x"], "remove": ["1"]}, {"tags": frozenset(map(str, range(50)))}, ""),
        ("merge", {"into": "T-8", "of": "a"}, {"customer": "b"}, "other_customer"),
        ("merge", {"into": "T-8", "of": "a"}, {"customer": "a"}, ""),
        ("merge", {"into": "T-8", "of": ""}, {"customer": "b"}, ""),
        ("merge", {"into": "T-8", "of": "", "reached": "receipt"}, {"customer": "b"}, ""),
        (
            "merge",
            {"into": "T-8", "of": "", "reached": "receipt"},
            {"contactable": "none"},
            "receipts_apart",
        ),
        ("close", {"outcome": "spam", "reason": " "}, {"contacted": False}, "required"),
        ("close", {"outcome": "spam", "reason": "Ad"}, {"contacted": False}, ""),
        ("close", {"outcome": "unreachable"}, {"lacks": "few_attempts"}, "few_attempts"),
        ("close", {"outcome": "unreachable"}, {}, ""),
        ("close", {"outcome": "silent"}, {"asked": False}, "not_asked"),
        ("close", {"outcome": "no_contact_possible"}, {}, "contact_possible"),
        ("close", {"outcome": "no_contact_possible"}, {"contactable": "none"}, ""),
        ("close", {"outcome": "recovered"}, {}, "no_answer"),
        ("close", {"outcome": "not_recovered"}, {"answered": False}, "no_answer"),
        ("close", {"outcome": "not_recovered"}, {"answered": True}, ""),
        ("macro", {"verbs": ["reply"]}, {"can_write": False}, "no_address"),
        ("macro", {"verbs": ["note"]}, {"can_write": False}, ""),
        ("macro", {"verbs": ["wait"]}, {"status": "waiting"}, "illegal_move"),
        ("macro", {"verbs": ["note"]}, {"status": "closed"}, ""),
        ("priority", {"priority": "low"}, {"workable": False}, "forbidden"),
    ],
)
def test_it_names_why(verb: str, said: dict[str, Any], known: dict[str, Any], why: str) -> None:
    assert foreseen(verb, said, facts(**known)).why == why


@pytest.fixture
def mixed(cast: Cast) -> list[Ticket]:
    """Of two groups, in both of which the lead works; the agent only in the first."""
    make_member(cast.other_group, GroupRole.AGENT, cast.lead)
    return [make_ticket(cast.other_group), make_ticket(cast.group), make_ticket(cast.group)]


def give(cast: Cast, tickets: list[Ticket]) -> BulkAct:
    said = {"assignee": cast.agent.pk}
    return plan_bulk("assign", said, [t.pk for t in tickets], by=cast.lead, now=moment())


def test_a_mixed_selection_is_given_as_far_as_they_may_have_it(
    cast: Cast, mixed: list[Ticket]
) -> None:
    act = give(cast, mixed)
    assert becomes_of(act) == {"changed": 2, "refused": 1}
    assert look_ahead(act).refusals() == {mixed[0].pk: "not_a_member"}
    let_it_begin(act)
    do_bulk_acts()
    states = act.items.order_by("ticket").values_list("state", "why")
    assert list(states) == [("refused", "not_a_member"), ("done", ""), ("done", "")]


def test_where_all_would_refuse_it_is_refused_at_once(cast: Cast, mixed: list[Ticket]) -> None:
    with pytest.raises(Refused) as refusal:
        give(cast, mixed[:1])
    assert refusal.value.faults[0].code == "not_a_member"
    assert not BulkAct.objects.exists()


def test_what_is_foreseen_is_what_the_ticket_says(cast: Cast) -> None:
    """Closing without a reason: only where somebody has been reached."""
    tickets, now = [make_ticket(cast.group) for _ in range(4)], moment()
    tried = [(1, False, now - timedelta(days=1)), (1, False, now), (3, False, now)]
    for number, reached, at in ((0, True, now), *tried):
        log_contact(
            locked(tickets[number].pk),
            channel="phone",
            reached=reached,
            body="",
            by=acting(cast.agent),
            now=at,
        )
    act = plan(cast, tickets, "close", outcome="not_actionable")
    assert becomes_of(act) == {"changed": 1, "refused": 3}
    let_it_begin(act)
    do_bulk_acts()
    states = act.items.order_by("ticket").values_list("state", "why")
    assert list(states) == [("done", ""), *[("refused", "required")] * 3]
    act = plan(cast, tickets[1:], "close", outcome="unreachable", reason="No answer")
    found = {tickets[2].pk: "no_attempts", tickets[3].pk: "few_attempts"}
    assert look_ahead(act).refusals() == found


def test_tickets_of_another_customer_are_not_merged(cast: Cast) -> None:
    customer = make_customer()
    into, one = (make_ticket(cast.group, customer=customer) for _ in range(2))
    other = make_ticket(cast.group)
    act = plan(cast, [other, one, into], "merge", into=into.ref)
    assert becomes_of(act) == {"changed": 1, "same": 1, "refused": 1}
    assert look_ahead(act).refusals() == {other.pk: "other_customer"}


def test_tickets_that_are_read_at_receipts_are_not_merged(cast: Cast) -> None:
    into, one = (make_ticket(cast.group) for _ in range(2))
    Ticket.objects.update(customer=None, contactable="receipt")
    act = plan(cast, [make_ticket(cast.group), one], "merge", into=into.ref)
    assert look_ahead(act).refusals() == {one.pk: "receipts_apart"}


def test_it_takes_as_many_queries_for_many_as_for_one(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    acts = []
    for number in (1, 9):
        tickets = [make_ticket(cast.group) for _ in range(number)]
        acts.append(plan(cast, tickets, "close", outcome="spam", reason="Ad"))
    for act in acts:
        with django_assert_num_queries(4):
            look_ahead(act)


def test_over_the_api_each_is_named(cast: Cast, mixed: list[Ticket]) -> None:
    lead = api(cast.lead)
    said = {"assignee": cast.agent.pk}
    refs = [ticket.ref for ticket in mixed]
    made = lead.post("/api/v1/bulk-acts", {"verb": "assign", "said": said, "tickets": refs})
    assert made.status_code == 201
    assert made.json()["foreseen"]["refused"] == 1
    assert made.json()["would_refuse"] == [{"ticket": mixed[0].ref, "why": "not_a_member"}]


def test_what_one_may_only_read_is_named_too(cast: Cast) -> None:
    theirs, own = make_ticket(make_group("far")), make_ticket(cast.group)
    act = plan(cast, [theirs, own])
    assert look_ahead(act).refusals() == {theirs.pk: "forbidden"}
