"""A ladder is changed at once, and its clocks are woken some at a time, none of them missed …"""

import pytest
from django.db import transaction

from cxloop.kernel.moment import moment
from tests.accounts.at_once import at_once
from tests.cast import Cast
from tests.escalation.climbing import (
    HALF,
    HEARD,
    HOUR,
    clock_of,
    elsewhere,
    make_default_ladder,
    make_ladder,
    raised,
    sweep,
    told,
    wake,
)
from tests.makers import NOW, make_policy, make_ticket
from tickets.escalation import sweeps
from tickets.escalation.actions import wake as waking
from tickets.escalation.actions.ladders import revise_ladder
from tickets.escalation.models import Escalation, Ladder, LadderChange
from tickets.escalation.rungs import DEFAULT_RUNGS
from tickets.escalation.sweeps import climb_ladders, wake_changed
from tickets.sla.models import Clock
from tickets.work.door import locked
from tickets.work.models import Ticket

EARLIER = {"percent": 10}
pytestmark = pytest.mark.django_db


@pytest.fixture
def tickets(cast: Cast) -> list[Ticket]:
    """Five, each looked at and left until its half."""
    make_ladder(None, (HALF, ["lead"]))
    policy = make_policy(acknowledge_s=None, resolve_s=None)
    found = [make_ticket(cast.group, policy=policy, assignee=cast.agent) for _ in range(5)]
    LadderChange.objects.all().delete()
    sweep(0)
    return found


@pytest.fixture
def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "AT_ONCE", 2)


def revise(hours: float, when=EARLIER) -> None:
    rung = {"clock": "follow_up", "when": when, "tell": ["lead"]}
    revise_ladder(Ladder.objects.get(), {"rungs": [rung]}, now=NOW + hours * HOUR)


def awake(tickets: list[Ticket], hours: float) -> list[bool]:
    return [clock_of(ticket).next_action_at == NOW + hours * HOUR for ticket in tickets]


def test_a_change_costs_the_same_however_many_tickets_are_open(
    tickets: list[Ticket], django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(8):
        revise(1)
    assert not any(awake(tickets, 1))


def test_it_goes_on_where_it_stood(tickets: list[Ticket], two_at_once: None) -> None:
    revise(1)
    waking.wake_clocks([LadderChange.objects.get()], NOW + 2 * HOUR)
    assert awake(tickets, 1) == [True, True, False, False, False]
    wake(NOW + 2 * HOUR)
    assert all(awake(tickets, 1))
    assert not LadderChange.objects.exists()


def test_a_rung_that_came_meanwhile_is_raised_once_and_late_by_us(tickets: list[Ticket]) -> None:
    """Changed before a tenth had passed, woken after it."""
    revise(1)
    sweep(10)
    rows = Escalation.objects.values_list("rung", "skipped", "late_by_us", "due_at")
    assert set(rows) == {(1, HEARD, True, NOW + 4.8 * HOUR)}
    sweep(24)
    assert {len(raised(ticket)) for ticket in tickets} == {1}
    assert told(tickets[4], 1) == {"Lead"}


def test_a_clock_that_was_due_before_is_not_put_off(tickets: list[Ticket]) -> None:
    Clock.objects.filter(promise=tickets[0].pk).update(next_action_at=NOW + HOUR / 2)
    revise(1)
    wake(NOW + HOUR)
    assert awake(tickets[:1], 0.5) == [True]


def test_of_two_changes_each_wakes_them(tickets: list[Ticket], two_at_once: None) -> None:
    revise(1)
    waking.wake_clocks([LadderChange.objects.get()], NOW + HOUR)
    revise(2, {"percent": 5})
    sweep(2.5)
    assert [raised(ticket) for ticket in tickets] == [{1: HEARD}] * 5


@pytest.mark.django_db(transaction=True)
def test_a_ticket_somebody_works_on_is_waited_for_by_nobody_and_not_forgotten(
    tickets: list[Ticket], two_at_once: None
) -> None:
    revise(1)
    with transaction.atomic():
        locked(tickets[1].pk)
        elsewhere(wake_changed)
    assert awake(tickets, 1) == [True, False, False, False, False]
    change = LadderChange.objects.get()
    assert (change.walked_to, change.last_error) == (tickets[1].pk - 1, "")
    assert change.try_after is not None
    wake(change.try_after)
    assert all(awake(tickets, 1))


def test_a_whole_house_is_woken_only_as_fast_as_it_is_looked_at(
    tickets: list[Ticket], two_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "MANY", 2)
    monkeypatch.setattr(sweeps, "STEPS", 1)
    revise(1)
    clock = lambda: NOW + 2 * HOUR  # noqa: E731
    assert (wake_changed(clock=clock), wake_changed(clock=clock)) == (1, 0)
    assert awake(tickets, 1) == [True, True, False, False, False]
    climb_ladders(clock=clock)
    assert wake_changed(clock=clock) == 1


@pytest.mark.django_db(transaction=True)
def test_beside_those_who_climb_no_rung_is_missed_or_doubled(cast: Cast, two_at_once: None) -> None:
    now = moment()
    make_default_ladder()
    policy = make_policy(acknowledge_s=None, resolve_s=None)
    for _ in range(12):
        make_ticket(cast.group, policy=policy, received_at=now - 30 * HOUR)
    climb_ladders()

    def act(number: int) -> None:
        if number % 3 == 0:
            changes = {"rungs": [{**DEFAULT_RUNGS[0], "when": {"percent": 20 + number}}]}
            revise_ladder(Ladder.objects.get(), changes, now=moment())
        (climb_ladders, wake_changed)[number % 2]()

    assert at_once(act, range(18), hands=6) == ["ok"] * 18
    LadderChange.objects.update(try_after=None)
    while wake_changed():
        pass
    Clock.objects.update(try_after=None)
    climb_ladders()
    assert not LadderChange.objects.exists()
    heights = Escalation.objects.values_list("clock", "what__when__percent")
    assert len(heights) == len(set(heights))
    last = Ladder.objects.get().rungs[0]["when"]["percent"]
    assert sum(height == last for _, height in heights) == 12
