"""Who is failed again soon after …"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AccessGroup
from cxloop.kernel.moment import moment
from feedback.intake.models import Customer, Feedback
from tests.cast import Cast
from tests.makers import NOW, make_customer, make_feedback, make_policy, make_ticket
from tests.recovery.asking import LATER, answer, ask_all, make_asked, question_on, resolve
from tickets.recovery.actions.repair import repair_of
from tickets.rules.actions import write_rule
from tickets.work.actions.customer_message import receive_message
from tickets.work.actions.move import close_ticket, reopen_ticket
from tickets.work.actions.open import Terms, open_from_feedback
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Priority, Ticket, TicketFeedback, Triage
from tickets.work.sweeps import triage_arrivals

pytestmark = pytest.mark.django_db

MONTH = 30 * 86_400


@pytest.fixture
def care(cast: Cast) -> AccessGroup:
    make_policy("standard", again_within_s=MONTH)
    for order, group in enumerate((cast.group, cast.other_group)):
        rule(group, order=order, tag=group.slug)
    return cast.group


def rule(group: AccessGroup, *, order: int, tag: str) -> None:
    then = {"ticket": True, "group": group.slug, "policy": "standard", "assign": "round_robin"}
    when = {"fact": "tags", "op": "contains", "value": tag}
    raw = {"name": group.slug, "order": order, "when": when, "then": then}
    write_rule(raw, known_policies={"standard"}, by=None, now=datetime.now(UTC))


def earlier(
    cast: Cast, customer: Customer, *, days: int, unhappy: bool = False, **facts: Any
) -> Ticket:
    """Closed since, or what follows would join it."""
    at = moment() - timedelta(days=days)
    ticket = make_ticket(cast.group, customer=customer)
    if unhappy:
        resolve(ticket, by=cast.agent)
        ask_all()
        answer(question_on(ticket), solved=False)
    ended = {"status": "closed", "outcome": "not_actionable", "closed_at": at, "created_at": at}
    Ticket.objects.filter(pk=ticket.pk).update(**ended | facts)
    return ticket


def say(customer: Customer | None, *, tag: str = "care", **facts: Any) -> Feedback:
    given = {"nps": 1, "comment": "Again", "tags": [tag], "received_at": moment()}
    return make_feedback(customer=customer, **given | facts)


def ticket_of(feedback: Feedback) -> Ticket:
    triage_arrivals()
    return Ticket.objects.get(pk=TicketFeedback.objects.get(feedback=feedback).ticket_id)


def test_has_a_lead_and_a_higher_priority(care: AccessGroup, cast: Cast) -> None:
    customer = make_customer()
    earlier(cast, customer, days=20, unhappy=True)
    ticket = ticket_of(say(customer))
    assert (ticket.failure_number, ticket.is_again, ticket.priority_word) == (3, True, "high")
    assert ticket.assignee in (cast.lead, cast.manager)
    opened, given = ticket.timeline.order_by("pk")
    assert opened.reason["again"] == 3
    assert given.reason["why"] == "a failure again: to somebody who leads the group"
    assert repair_of(ticket, now=NOW).number == 3


def test_a_cycle_that_no_unhappy_answer_began_is_no_failure(care: AccessGroup, cast: Cast) -> None:
    customer = make_customer()
    thanked = make_asked(cast, customer=customer)
    answer(thanked, solved=True, score=5)
    receive_message(locked(thanked.ticket_id), text="Thanks!", received_at=LATER, now=moment())
    close_ticket(locked(thanked.ticket_id), outcome="not_actionable", reason="-", **act(cast))
    by_mistake = earlier(cast, customer, days=1)
    reopen_ticket(locked(by_mistake.pk), reason="a slip", **act(cast))
    close_ticket(locked(by_mistake.pk), outcome="not_actionable", reason="-", **act(cast))
    assert set(Ticket.objects.values_list("cycle", flat=True)) == {2}
    assert ticket_of(say(customer)).failure_number == 3
    assert repair_of(locked(thanked.ticket_id), now=NOW).number == 1


def act(cast: Cast) -> dict[str, Any]:
    return {"by": acting(cast.agent), "now": moment()}


@pytest.mark.parametrize(
    ("days", "facts", "number"),
    [
        (31, {}, 2),
        (5, {"outcome": "spam"}, 1),
    ],
)
def test_unless_it_was_long_ago_or_none(
    care: AccessGroup, cast: Cast, days: int, facts: dict[str, Any], number: int
) -> None:
    customer = make_customer()
    earlier(cast, customer, days=days, **facts)
    ticket = ticket_of(say(customer))
    found = (ticket.failure_number, ticket.is_again, ticket.priority_word)
    assert found == (number, False, "normal")
    assert ticket.assignee == cast.agent


def test_whom_nobody_knows_has_no_number(care: AccessGroup) -> None:
    ticket = ticket_of(say(None, contactable="none"))
    assert (ticket.failure_number, ticket.is_again) == (None, False)


def test_two_in_one_pass_are_told_apart(care: AccessGroup, cast: Cast) -> None:
    customer = make_customer()
    first, second = say(customer), say(customer, tag="billing")
    assert [ticket_of(one).failure_number for one in (first, second)] == [1, 2]
    assert ticket_of(second).is_again


def test_where_nobody_who_leads_is_present_it_goes_to_whose_turn_it_is(
    care: AccessGroup, cast: Cast
) -> None:
    customer = make_customer()
    earlier(cast, customer, days=1)
    for person in (cast.lead, cast.manager):
        type(person).objects.filter(pk=person.pk).update(away_until=moment() + timedelta(days=1))
    ticket = ticket_of(say(customer))
    assert (ticket.assignee, ticket.is_again) == (cast.agent, True)


def test_a_policy_may_know_of_no_such_thing(cast: Cast) -> None:
    customer = make_customer()
    earlier(cast, customer, days=1)
    said = make_feedback(nps=1, customer=customer, judged=True, received_at=moment())
    Triage.objects.create(feedback=said, decision="none", reason="-", at=NOW)
    terms = Terms(cast.group, make_policy("lenient"), Priority.NORMAL)
    opened = open_from_feedback(said, terms, reason="-", by=acting(cast.agent), now=NOW)
    assert (opened.failure_number, opened.is_again) == (2, False)


def test_looking_back_costs_one_statement_for_all(care: AccessGroup, cast: Cast) -> None:
    counts = []
    for size in (1, 4):
        for _ in range(size):
            customer = make_customer()
            earlier(cast, customer, days=1)
            say(customer)
        with CaptureQueriesContext(connection) as asked:
            triage_arrivals()
        counts.append(
            sum('MAX("work_ticket"."created_at")' in q["sql"] for q in asked.captured_queries)
        )
    assert counts == [1, 1]


def test_an_unhappy_answer_makes_it_more_serious(cast: Cast) -> None:
    policy = make_policy(again_within_s=MONTH)
    question = make_asked(cast, policy=policy)
    answer(question, solved=False, now=LATER + timedelta(days=1))
    ticket = Ticket.objects.get(pk=question.ticket_id)
    assert (ticket.cycle, ticket.priority_word) == (2, "high")
    entry = ticket.timeline.get(kind="priority")
    assert entry.reason["why"] == "not put right: the priority is one higher"
