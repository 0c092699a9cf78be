from datetime import datetime, timedelta

import pytest

from tests.makers import make_policy
from tickets.sla.actions.begin import (
    Start,
    bring_forward,
    make_promises,
    owe_contact,
    start_clocks,
    start_next_cycle,
)
from tickets.sla.actions.change import follow_status, shorten_to
from tickets.sla.actions.end import Standing, meet_clocks, strike_contact, void_clocks
from tickets.sla.actions.look import read_clock, settle
from tickets.sla.models import Clock, Kind, Promise

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def promise(now: datetime) -> Promise:
    promise = make_promises([Promise(policy=make_policy(), opened_at=now)])[0]
    start_clocks([Start(promise, kind, now) for kind in Kind], now=now)
    return promise


def clock_of(promise: Promise, kind: Kind = Kind.FOLLOW_UP, cycle: int = 1) -> Clock:
    clock = Clock.objects.get(promise=promise, kind=kind, cycle=cycle)
    reading = read_clock(clock)
    assert (clock.state, clock.due_at) == (reading.state, reading.due_at)
    return clock


def test_it_runs_48_hours_from_the_receipt(promise: Promise, now: datetime) -> None:
    clock = clock_of(promise)
    assert clock.due_at == now + 48 * HOUR
    assert clock.next_action_at == now


def test_no_clock_starts_without_a_target(now: datetime) -> None:
    policy = make_policy(acknowledge_s=None, resolve_s=None)
    promise = make_promises([Promise(policy=policy, opened_at=now)])[0]
    start_clocks([Start(promise, kind, now) for kind in Kind], now=now)
    assert list(promise.clocks.values_list("kind", flat=True)) == ["follow_up"]


def test_one_contact_meets_all_that_run(promise: Promise, now: datetime) -> None:
    at = now + HOUR
    meet_clocks(promise, [Kind.ACKNOWLEDGE, Kind.FOLLOW_UP], at=at, now=at, contact=7)
    assert clock_of(promise, Kind.ACKNOWLEDGE).state == "met"
    assert clock_of(promise).met_at == at
    assert clock_of(promise).next_action_at is None
    assert clock_of(promise, Kind.RESOLVE).state == "running"


def test_contact_after_the_due_time_finds_a_breach(promise: Promise, now: datetime) -> None:
    late = now + 49 * HOUR
    meet_clocks(promise, [Kind.FOLLOW_UP], at=late, now=late, contact=7)
    clock = clock_of(promise)
    assert (clock.state, clock.met_at) == ("breached", late)
    assert clock.breached_at == now + 48 * HOUR
    assert clock.detected_at == late


def test_a_dead_letter_strikes_only_what_it_met(promise: Promise, now: datetime) -> None:
    meet_clocks(promise, [Kind.ACKNOWLEDGE], at=now, now=now, contact=1)
    meet_clocks(promise, [Kind.FOLLOW_UP], at=now, now=now, contact=2)
    strike_contact(promise, 2, now=now + HOUR)
    assert clock_of(promise).state == "running"
    assert clock_of(promise).due_at == now + 48 * HOUR
    assert clock_of(promise).next_action_at == now + HOUR
    assert clock_of(promise, Kind.ACKNOWLEDGE).state == "met"


def test_a_letter_that_dies_after_the_due_time_leaves_a_breach(
    promise: Promise, now: datetime
) -> None:
    meet_clocks(promise, [Kind.FOLLOW_UP], at=now, now=now, contact=2)
    strike_contact(promise, 2, now=now + 60 * HOUR)
    clock = clock_of(promise)
    assert (clock.state, clock.breached_at) == ("breached", now + 48 * HOUR)
    assert clock.detected_at == now + 60 * HOUR


@pytest.mark.parametrize(
    ("after_hours", "state"), [(-1, "breached"), (47, "met"), (50, "breached")]
)
def test_another_contact_counts_from_when_it_was_made(
    promise: Promise, now: datetime, after_hours: int, state: str
) -> None:
    other = Standing(3, now + after_hours * HOUR)
    meet_clocks(promise, [Kind.FOLLOW_UP], at=now, now=now, contact=2)
    strike_contact(promise, 2, standing=[other], now=now + 60 * HOUR)
    clock = clock_of(promise)
    assert clock.state == state
    assert clock.met_at == (None if after_hours < 0 else other.at)


def test_a_pause_stops_the_due_time_until_resumed(promise: Promise, now: datetime) -> None:
    before = clock_of(promise, Kind.RESOLVE).due_at
    assert before
    follow_status(promise, "waiting", now=now + HOUR)
    assert clock_of(promise, Kind.RESOLVE).due_at is None
    follow_status(promise, "open", now=now + 5 * HOUR)
    assert clock_of(promise, Kind.RESOLVE).due_at == before + 4 * HOUR


def test_pausing_after_the_due_time_does_not_save_it(promise: Promise, now: datetime) -> None:
    follow_status(promise, "waiting", now=now + 200 * HOUR)
    assert clock_of(promise, Kind.RESOLVE).state == "breached"


def test_void_says_why(promise: Promise, now: datetime) -> None:
    void_clocks(promise, Kind, reason="spam", now=now)
    assert (clock_of(promise).state, clock_of(promise).void_reason) == ("void", "spam")


def test_void_after_the_due_time_stays_a_breach(promise: Promise, now: datetime) -> None:
    void_clocks(promise, Kind, reason="spam", now=now + 50 * HOUR)
    clock = clock_of(promise)
    assert (clock.state, clock.void_reason, clock.next_action_at) == ("breached", "spam", None)


def test_an_earlier_receipt_may_be_late_already(promise: Promise, now: datetime) -> None:
    bring_forward(promise, Kind.FOLLOW_UP, received_at=now - 50 * HOUR, now=now)
    assert clock_of(promise).state == "breached"


@pytest.mark.parametrize(
    ("due_after_hours", "falls_due_after_hours"), [(30, 30), (60, 48), (1, 48)]
)
def test_it_takes_over_an_earlier_due_time_that_is_still_ahead(
    promise: Promise, now: datetime, due_after_hours: int, falls_due_after_hours: int
) -> None:
    due_at = now + due_after_hours * HOUR
    shorten_to(promise, Kind.FOLLOW_UP, due_at=due_at, now=now + 2 * HOUR)
    assert clock_of(promise).due_at == now + falls_due_after_hours * HOUR


def test_the_next_cycle_begins_only_after_the_last_ended(promise: Promise, now: datetime) -> None:
    again = Start(promise, Kind.FOLLOW_UP, now + HOUR)
    assert start_next_cycle(again, now=now + HOUR) is None
    meet_clocks(promise, [Kind.FOLLOW_UP], at=now, now=now, contact=1)
    owe_contact(again, now=now + HOUR)
    assert clock_of(promise, cycle=2).due_at == now + 49 * HOUR
    assert clock_of(promise).state == "met"


def test_a_clock_keeps_the_policy_it_started_under(promise: Promise, now: datetime) -> None:
    assert clock_of(promise).policy == promise.policy


def test_settling_twice_notes_one_breach(promise: Promise, now: datetime) -> None:
    late = now + 50 * HOUR
    assert settle(clock_of(promise), late)
    assert not settle(clock_of(promise), late + HOUR)
    assert clock_of(promise).detected_at == late
    assert clock_of(promise).events.filter(kind="breached").count() == 1
