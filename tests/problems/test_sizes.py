"""sizes_of, and what it costs to do nothing …"""

from decimal import Decimal
from typing import Any

import pytest

from tests.cast import Cast
from tests.makers import NOW, make_customer, make_member
from tests.problems.making import DAY, make_problem, put, ticket_at
from tickets.problems.cost import Cost, Size, Spent, cost_of_doing_nothing, main_currency
from tickets.problems.figures import sizes_of
from tickets.problems.models import Problem
from tickets.problems.shown import board_for
from tickets.recovery.actions.gestures import add_gesture, break_gesture
from tickets.recovery.actions.limits import write_limit
from tickets.recovery.models import Gesture
from tickets.work.actions.move import close_ticket
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


def size(problem: Problem, reader: Any) -> Size:
    return sizes_of([problem], reader, now=NOW)[problem.pk]


def gesture(cast: Cast, ticket: Ticket, amount: int, currency: str = "EUR") -> Gesture:
    facts = {"kind": "refund", "explanation": "", "amount": Decimal(amount), "currency": currency}
    return add_gesture(locked(ticket.pk), **facts, by=acting(cast.agent), now=NOW)


def limits(cast: Cast) -> None:
    for currency in ("EUR", "KRW"):
        write_limit(group=None, currency=currency, amount=Decimal(9999), by=cast.admin, now=NOW)


def test_nothing_is_nothing(cast: Cast) -> None:
    assert size(make_problem(cast), cast.lead) == Size()


def test_people_count_once_whatever_they_are_called(cast: Cast) -> None:
    eve = make_customer(value=Decimal("100.50"))
    claim = make_customer(trusted=False, joined_to=eve, value=Decimal(7))
    problem = make_problem(cast)
    tickets = [ticket_at(cast, NOW, customer=one) for one in (eve, claim, eve, make_customer())]
    put(problem, *tickets, by=cast.agent)
    found = size(problem, cast.lead)
    assert (found.tickets, found.customers, found.open, found.new) == (4, 2, 4, 4)
    assert found.value == found.value_at_risk == Decimal("100.50")


def test_who_was_won_back_is_not_at_risk(cast: Cast) -> None:
    eve, ada = (make_customer(value=Decimal(value)) for value in (100, 20))
    won, lost, other = (ticket_at(cast, NOW, customer=one) for one in (eve, ada, ada))
    problem = make_problem(cast)
    put(problem, won, lost, other, by=cast.agent)
    facts = {"status": "closed", "outcome": "recovered", "closed_at": NOW, "answered_at": NOW}
    Ticket.objects.filter(pk__in=[won.pk, lost.pk]).update(**facts)
    found = size(problem, cast.lead)
    assert (found.value, found.value_at_risk, found.open) == (120, 20, 1)


def test_amounts_stand_by_currency_and_what_was_not_given_does_not(cast: Cast) -> None:
    limits(cast)
    problem, ticket = make_problem(cast), ticket_at(cast, NOW)
    put(problem, ticket, by=cast.agent)
    gesture(cast, ticket, 30)
    gesture(cast, ticket, 12)
    gesture(cast, ticket, 5000, "KRW")
    broken = gesture(cast, ticket, 700)
    broken.recovery.ticket = locked(ticket.pk)
    break_gesture(broken, by=acting(cast.agent), now=NOW)
    spent = {"EUR": Spent(Decimal(42), 2), "KRW": Spent(Decimal(5000), 1)}
    assert size(problem, cast.lead).spent == spent


def test_merged_tickets_and_spam_do_not_count(cast: Cast) -> None:
    problem, spam, merged = make_problem(cast), ticket_at(cast, NOW), ticket_at(cast, NOW)
    put(problem, spam, merged, ticket_at(cast, NOW), by=cast.agent)
    close_ticket(locked(spam.pk), outcome="spam", reason="pills", by=acting(cast.agent), now=NOW)
    facts = {"status": "closed", "outcome": "merged", "closed_at": NOW}
    Ticket.objects.filter(pk=merged.pk).update(merged_into=spam.pk, **facts)
    assert size(problem, cast.lead).tickets == 1


def test_nobody_counts_what_they_do_not_see(cast: Cast) -> None:
    problem = make_problem(cast, group=None)
    limits(cast)
    make_member(cast.other_group, "agent", cast.agent)
    here = ticket_at(cast, NOW, customer=make_customer(value=Decimal(5)))
    there = ticket_at(cast, NOW, group=cast.other_group, customer=make_customer(value=Decimal(9)))
    put(problem, here, there, by=cast.agent)
    gesture(cast, there, 30)
    assert (size(problem, cast.lead).value, size(problem, cast.lead).spent) == (5, {})
    assert (size(problem, cast.outsider).value, size(problem, cast.outsider).tickets) == (9, 1)
    assert size(problem, cast.auditor).value == size(problem, cast.admin).value == 14


def test_it_takes_as_many_statements_for_many_as_for_one(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    limits(cast)
    problems = [make_problem(cast, title=f"Problem {n}") for n in range(5)]
    for problem in problems:
        ticket = ticket_at(cast, NOW, customer=make_customer(value=Decimal(5)))
        put(problem, ticket, by=cast.agent)
        gesture(cast, ticket, 10)
    for many in (problems[:1], problems):
        with django_assert_num_queries(3):
            sizes_of(many, cast.lead, now=NOW)


def test_the_cost_is_told_with_its_parts() -> None:
    spent = {"EUR": Spent(Decimal(50), 2), "KRW": Spent(Decimal(9000), 1)}
    size = Size(tickets=10, new=8, value=Decimal(900), value_at_risk=Decimal(300), spent=spent)
    assert cost_of_doing_nothing(size, "EUR") == Cost(
        weekly_tickets=Decimal("2.00"),
        mean_cost=Decimal("5.00"),
        weekly_cost=Decimal("10.00"),
        value_at_risk=Decimal("300.00"),
        total=Decimal("310.00"),
        currency="EUR",
        others=("KRW",),
    )


def test_the_currency_is_that_of_most_gestures_not_of_most_money() -> None:
    sizes = [
        Size(spent={"EUR": Spent(Decimal(10), 2), "KRW": Spent(Decimal(90_000), 1)}),
        Size(spent={"KRW": Spent(Decimal(5_000), 1), "EUR": Spent(Decimal(1), 1)}),
    ]
    assert main_currency(sizes) == "EUR"
    assert main_currency([Size()]) == ""
    assert main_currency([Size(spent={"USD": Spent(gestures=1), "EUR": Spent(gestures=1)})]) == (
        "EUR"
    )


def test_the_board_begins_with_what_costs_most_to_leave_alone(cast: Cast) -> None:
    limits(cast)
    cheap, dear, done = (make_problem(cast, title=one) for one in ("cheap", "dear", "done"))
    for problem, amount in ((cheap, 1), (dear, 100), (done, 9000)):
        ticket = ticket_at(cast, NOW - DAY)
        put(problem, ticket, by=cast.agent)
        gesture(cast, ticket, amount)
    Problem.objects.filter(pk=done.pk).update(state="fixed", fixed_on=NOW.date())
    found, most = board_for(cast.lead, now=NOW)
    assert ([one.title for one, _, _ in found], most) == (["dear", "cheap", "done"], 0)
