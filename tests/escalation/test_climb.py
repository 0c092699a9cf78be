from datetime import timedelta

import pytest

from cxloop.kernel.models import Letter
from tests.escalation.climbing import (
    AT_DUE,
    HALF,
    HEARD,
    HOUR,
    clock_of,
    entries,
    make_default_ladder,
    make_ladder,
    raised,
    sweep,
    sweep_through,
    told,
)
from tests.makers import NOW, make_policy, make_ticket
from tickets.escalation.models import Escalation, Notice
from tickets.sla.actions.look import leave_for
from tickets.sla.models import Clock
from tickets.work.actions.move import close_ticket, wait
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


def reach(ticket: Ticket, person, hours: float) -> None:
    log_contact(
        locked(ticket.pk),
        channel="phone",
        reached=True,
        body="",
        by=acting(person),
        now=NOW + hours * HOUR,
    )


def test_it_tells_the_owner_the_lead_the_manager_and_the_admin_each_at_their_time(ticket):
    sweep_through(72, step=0.5)
    rows = Escalation.objects.filter(ticket=ticket).order_by("rung")
    assert [(row.due_at - NOW) / HOUR for row in rows] == [24, 36, 48, 72]
    assert [(row.raised_at - NOW) / HOUR for row in rows] == [24, 36, 48.5, 72]
    assert [told(ticket, rung) for rung in (1, 2, 3, 4)] == [
        {"Agent"}, {"Lead"}, {"Manager"}, {"Admin"},
    ]  # fmt: skip
    assert not any(row.skipped for row in rows)
    assert clock_of(ticket).next_action_at is None


def test_it_notes_the_breach_at_the_due_time_and_when_it_was_found(ticket):
    sweep_through(48)
    assert clock_of(ticket).state == "running"
    now = sweep(48.01)
    clock = clock_of(ticket)
    assert (clock.state, clock.breached_at, clock.detected_at) == ("breached", clock.due_at, now)
    (breach,) = entries(ticket, "breached")
    assert breach["due_at"] == clock.due_at.isoformat()
    assert breach["late_by_us"] is False


def test_it_says_in_the_history_who_was_told_and_by_which_ladder(ticket):
    sweep(24)
    (said,) = entries(ticket, "escalated")
    assert (said["clock"], said["cycle"], said["rung"], said["when"]) == ("follow_up", 1, 1, HALF)
    assert said["ladder"] == {"slug": "default", "version": 1}
    assert [one["name"] for one in said["told"]] == ["Agent"]
    assert ticket.timeline.get(kind="escalated").actor_kind == "clock"


def test_it_looks_again_when_the_next_rung_comes(ticket):
    sweep(0)
    assert clock_of(ticket).next_action_at == NOW + 24 * HOUR
    sweep(24)
    assert clock_of(ticket).next_action_at == NOW + 36 * HOUR
    assert not Clock.objects.to_look_at(NOW + 35 * HOUR).exists()


def test_after_a_standstill_every_rung_is_recorded_and_only_the_highest_is_heard(ticket):
    sweep(0)
    sweep(73)
    assert raised(ticket) == {1: "superseded", 2: "superseded", 3: "superseded", 4: HEARD}
    assert Notice.objects.count() == 1
    assert told(ticket, 4) == {"Admin"}
    assert len(entries(ticket, "escalated")) == 1
    rows = Escalation.objects.filter(ticket=ticket).order_by("rung")
    assert [row.late_by_us for row in rows] == [True] * 4
    assert entries(ticket, "breached")[0]["late_by_us"] is True
    assert clock_of(ticket).detected_at == NOW + 73 * HOUR


def test_after_a_standstill_the_oldest_comes_first(ticket, cast):
    sweep(0)
    older = make_ticket(cast.group, policy=ticket.promise.policy, received_at=NOW - HOUR)
    sweep(0)
    due = Clock.objects.to_look_at(NOW + 73 * HOUR)
    assert [clock.promise_id for clock in due] == [older.pk, ticket.pk]


def test_sweeping_again_changes_nothing(ticket):
    sweep(50)
    before = list(Escalation.objects.values()), list(Letter.objects.values())
    Clock.objects.update(next_action_at=NOW)
    sweep(50.1)
    assert (list(Escalation.objects.values()), list(Letter.objects.values())) == before


def test_two_minutes_are_no_delay_of_ours(ticket):
    sweep(0)
    sweep(24 + 120 / 3600)
    sweep(36 + 121 / 3600)
    rows = Escalation.objects.filter(ticket=ticket).order_by("rung")
    assert [row.late_by_us for row in rows] == [False, True]


def test_what_came_in_late_is_no_delay_of_ours(cast):
    """Received 30 hours before anybody could open a ticket from it."""
    make_default_ladder()
    policy = make_policy(acknowledge_s=None, resolve_s=None)
    ticket = make_ticket(cast.group, policy=policy, received_at=NOW - 30 * HOUR)
    Clock.objects.update(next_action_at=NOW)
    sweep(0.01)
    (row,) = Escalation.objects.filter(ticket=ticket)
    assert (row.due_at, row.late_by_us) == (NOW - 6 * HOUR, False)


def test_a_contact_ends_the_climb(ticket, cast):
    sweep(24)
    reach(ticket, cast.agent, 30)
    sweep_through(80)
    assert raised(ticket) == {1: HEARD}
    assert clock_of(ticket).state == "met"


def test_late_contact_ends_the_climb_and_the_breach_stays(ticket, cast):
    sweep(49)
    reach(ticket, cast.agent, 50)
    sweep_through(80)
    assert 4 not in raised(ticket)
    assert clock_of(ticket).state == "breached"


def test_a_void_promise_climbs_no_further(ticket, cast):
    sweep(49)
    close_ticket(
        locked(ticket.pk), outcome="spam", reason="spam", by=acting(cast.agent), now=NOW + 50 * HOUR
    )
    sweep_through(80)
    assert 4 not in raised(ticket)


def test_a_paused_clock_has_no_rungs(cast):
    make_default_ladder()
    policy = make_policy(acknowledge_s=None, follow_up_s=10**7, resolve_s=48 * 3600)
    ticket = make_ticket(cast.group, policy=policy)
    wait(locked(ticket.pk), until=None, by=acting(cast.agent), now=NOW + HOUR)
    sweep_through(80)
    assert raised(ticket, "resolve") == {}
    assert clock_of(ticket, "resolve").next_action_at is None


def test_a_breach_that_an_act_noted_first_is_told_all_the_same(cast):
    make_default_ladder()
    policy = make_policy(acknowledge_s=None, follow_up_s=10**7, resolve_s=48 * 3600)
    ticket = make_ticket(cast.group, policy=policy)
    sweep(0)
    wait(locked(ticket.pk), until=None, by=acting(cast.agent), now=NOW + 49 * HOUR)
    assert clock_of(ticket, "resolve").state == "breached"
    sweep(49.1)
    Clock.objects.update(next_action_at=NOW)
    sweep(49.2)
    assert told(ticket, 1, "resolve") == {"Lead"}
    assert len(entries(ticket, "breached")) == 1


def test_without_any_ladder_the_breach_is_noted_all_the_same(cast):
    ticket = make_ticket(cast.group, policy=make_policy(acknowledge_s=None, resolve_s=None))
    sweep(0)
    assert clock_of(ticket).next_action_at == NOW + 48 * HOUR
    sweep(48.01)
    assert clock_of(ticket).state == "breached"
    assert not Escalation.objects.exists()


def test_a_group_climbs_its_own_ladder(ticket, cast):
    make_ladder(cast.group, (AT_DUE, ["owner"]))
    other = make_ticket(cast.other_group, policy=ticket.promise.policy, assignee=cast.outsider)
    sweep(49)
    assert told(ticket, 1) == {"Agent"}
    assert raised(other) == {1: "superseded", 2: "superseded", 3: HEARD}


def test_a_ticket_that_is_being_worked_on_is_left_for_a_second(ticket):
    now = NOW + 24 * HOUR
    clock = clock_of(ticket)
    leave_for([clock], now + timedelta(seconds=1))
    assert not Clock.objects.to_look_at(now).exists()
    assert Clock.objects.to_look_at(now + timedelta(seconds=1)).exists()
    sweep(24.01)
    clock.refresh_from_db()
    assert (raised(ticket), clock.try_after) == ({1: HEARD}, None)
