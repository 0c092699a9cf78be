"""Eight sweepers, people at work, and a row that cannot be handled, all at the same time."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from tests.accounts.at_once import at_once
from tests.cast import Cast
from tests.escalation.climbing import (
    HEARD,
    HOUR,
    elsewhere,
    keep_office_hours,
    make_default_ladder,
    raised,
)
from tests.makers import NOW, make_member, make_person, make_policy, make_ticket
from tickets.escalation.actions.ladders import revise_ladder
from tickets.escalation.ladder_lock import let_nobody_climb, may_climb
from tickets.escalation.models import Escalation, Ladder, Notice
from tickets.escalation.rungs import DEFAULT_RUNGS
from tickets.escalation.sweeps import climb_ladders
from tickets.sla.about import mark_of
from tickets.sla.models import Clock, ClockEvent
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def overdue(cast: Cast) -> list[Ticket]:
    """Forty promises, an hour too late; each has its own owner, so that all hear singly."""
    now = moment()
    make_default_ladder()
    policy = make_policy(acknowledge_s=None, resolve_s=None)
    owners = [make_member(cast.group, "agent", make_person()) for _ in range(40)]
    return [
        make_ticket(cast.group, policy=policy, assignee=owner, received_at=now - 49 * HOUR)
        for owner in owners
    ]


def revise(rungs: list) -> Ladder:
    return revise_ladder(Ladder.objects.get(), {"rungs": rungs}, now=moment())


def due_again() -> None:
    Clock.objects.update(try_after=None)


def test_eight_sweepers_raise_each_rung_once(overdue):
    assert at_once(lambda _: climb_ladders(), range(8), hands=8) == ["ok"] * 8
    due_again()
    # Whoever hears of more than twenty in pieces hears of the rest when the hour is over.
    climb_ladders(clock=lambda: moment() + HOUR)
    per_ticket = {1: "superseded", 2: "superseded", 3: HEARD}
    assert all(raised(ticket) == per_ticket for ticket in overdue)
    breaches = Counter(ClockEvent.objects.values_list("clock", "kind"))
    assert set(breaches.values()) == {1}
    assert Notice.objects.count() == len(overdue)
    assert not Notice.objects.filter(letter=None).exists()
    assert Letter.objects.filter(kind="escalation").count() <= 8
    kinds = Counter(ticket.timeline.filter(kind="escalated").count() for ticket in overdue)
    assert kinds == {1: len(overdue)}


def test_eight_sweepers_bring_each_warning_forward_once(cast):
    make_default_ladder()
    policy = make_policy(acknowledge_s=None, resolve_s=None)
    owners = [make_member(cast.group, "agent", make_person()) for _ in range(12)]
    tickets = [make_ticket(cast.group, policy=policy, assignee=owner) for owner in owners]
    for owner in owners:
        keep_office_hours(owner)
    last_minute = NOW + 8 * HOUR - timedelta(seconds=30)

    def sweep_then(_number: int) -> None:
        climb_ladders(clock=lambda: last_minute)

    assert at_once(sweep_then, range(8), hands=8) == ["ok"] * 8
    due_again()
    climb_ladders(clock=lambda: last_minute)
    assert [raised(ticket) for ticket in tickets] == [{1: HEARD}] * len(tickets)
    told = Letter.objects.filter(kind="escalation").values_list("to", flat=True)
    assert Counter(told) == Counter(owner.email for owner in owners)


def test_no_letter_is_left_about_what_was_put_right_beside_the_sweepers(overdue, cast):
    def act(number: int) -> None:
        if number % 2:
            climb_ladders()
            return
        with transaction.atomic():
            by, ticket = acting(cast.agent), locked(overdue[number].pk)
            log_contact(ticket, channel="phone", reached=True, body="", by=by, now=moment())

    assert at_once(act, range(40), hands=16) == ["ok"] * 40
    due_again()
    Notice.objects.update(try_after=None)
    climb_ladders(clock=lambda: moment() + HOUR)
    put_right = [mark_of(clock.pk) for clock in Clock.objects.filter(met_at__isnull=False)]
    assert len(put_right) == 20
    assert not Letter.objects.unsent().about(put_right).exists()
    assert not Notice.objects.waiting().exists()


def test_sweeps_and_people_at_work_never_wait_in_a_circle(overdue, cast):
    def act(number: int) -> None:
        if number % 2:
            climb_ladders()
            return
        with transaction.atomic():
            ticket = locked(overdue[number].pk)
            by = acting(cast.agent)
            log_contact(ticket, channel="phone", reached=True, body="", by=by, now=moment())

    assert at_once(act, range(40), hands=16) == ["ok"] * 40
    due_again()
    climb_ladders()
    assert Clock.objects.filter(state="breached").count() == len(overdue)
    assert not Clock.objects.failing().exists()
    assert set(raised(overdue[39])) == {1, 2, 3}


def test_a_ticket_somebody_works_on_is_not_waited_for(overdue):
    busy = overdue[0]
    with transaction.atomic():
        locked(busy.pk)
        elsewhere(climb_ladders)
    assert raised(busy) == {}
    assert raised(overdue[1])[3] == HEARD
    clock = Clock.objects.get(promise=busy.pk)
    assert clock.try_after < moment() + timedelta(seconds=1)
    assert (clock.state, clock.last_error) == ("running", "")
    due_again()
    climb_ladders()
    assert raised(busy)[3] == HEARD


def test_a_clock_somebody_works_on_is_not_waited_for(overdue):
    with transaction.atomic():
        Clock.objects.select_for_update(no_key=True).get(promise=overdue[0].pk)
        elsewhere(climb_ladders)
    assert raised(overdue[0]) == {}
    assert raised(overdue[1])[3] == HEARD


def test_a_note_being_added_keeps_nobody_from_climbing(overdue):
    """Whoever refers to a row locks its key; plain FOR UPDATE would skip it for ever."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM work_ticket FOR KEY SHARE")
        cursor.execute("SELECT 1 FROM sla_clock FOR KEY SHARE")
        elsewhere(climb_ladders)
    assert raised(overdue[0])[3] == HEARD


def test_a_row_that_cannot_be_handled_stops_no_other(overdue):
    sick = Clock.objects.get(promise=overdue[0].pk)
    without_events = Clock.objects.create(
        promise=sick.promise,
        kind="resolve",
        policy=sick.policy,
        state="running",
        started_at=sick.started_at,
        target_s=sick.target_s,
        due_at=sick.due_at,
        next_action_at=sick.started_at,
    )
    climb_ladders()
    assert all(raised(ticket)[3] == HEARD for ticket in overdue)
    (failing,) = Clock.objects.failing()
    assert (failing, failing.attempts) == (without_events, 1)
    assert "without events" in failing.last_error
    assert failing.try_after > moment()


def test_a_row_that_is_well_again_forgets_its_failure(overdue):
    clocks = Clock.objects.filter(promise=overdue[0].pk)
    clocks.update(attempts=3, last_error="ValueError: then")
    climb_ladders()
    assert clocks.get().attempts == 0
    assert not Clock.objects.failing().exists()


def test_while_a_ladder_is_changed_nobody_climbs(overdue):
    with transaction.atomic():
        let_nobody_climb()
        elsewhere(climb_ladders)
    assert not Escalation.objects.exists()
    assert Clock.objects.filter(try_after__isnull=False).count() == len(overdue)


def test_a_ladder_waits_for_those_who_climb(overdue):
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert may_climb()
            revising = pool.submit(elsewhere, revise, DEFAULT_RUNGS[:3])
            with pytest.raises(TimeoutError):
                revising.result(timeout=1)
        assert revising.result(timeout=60).version == 2


def test_a_ladder_is_changed_beside_sweepers_and_people_at_work(overdue, cast):
    def act(number: int) -> None:
        if number % 3 == 0:
            climb_ladders()
        elif number % 3 == 1:
            revise(DEFAULT_RUNGS[number % 2 :])
        else:
            with transaction.atomic():
                ticket = locked(overdue[number].pk)
                by = acting(cast.agent)
                log_contact(ticket, channel="phone", reached=True, body="", by=by, now=moment())

    assert at_once(act, range(30), hands=10) == ["ok"] * 30
    due_again()
    climb_ladders()
    whens = Escalation.objects.values_list("clock", "what__when")
    assert set(Counter((clock, str(when)) for clock, when in whens).values()) == {1}
