"""A revised policy takes over the promises that run: go_on …"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cxloop.kernel.errors import Conflict
from tests.cast import Cast, api
from tests.makers import NOW, make_policy, make_ticket
from tickets.sla.actions.look import read_clock, settle
from tickets.sla.explain import add_up
from tickets.sla.forecast_move import Forecast, forecast_move
from tickets.sla.models import Calendar, Clock, Policy, PolicyVersion
from tickets.sla.policies import revise_calendar, revise_policy, write_calendar
from tickets.work.actions.move import wait
from tickets.work.actions.move_policy import confirm_move, go_on
from tickets.work.actions.talk import reply
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import PolicyMove, Ticket

pytestmark = pytest.mark.django_db
H = 3600
OFFICE = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def at(hours: float) -> datetime:
    """Hours after the receipt, a Friday at 09:00."""
    return NOW + timedelta(hours=hours)


def policy_of(ticket: Ticket) -> Policy:
    return ticket.promise.policy.policy


def revise(ticket: Ticket, changes: dict[str, Any], hours: float) -> PolicyVersion:
    return revise_policy(policy_of(ticket), changes, by=None, now=at(hours))


def move(version: PolicyVersion, cast: Cast, hours: float) -> PolicyMove:
    confirm_move(version.policy, version=version.version, by=cast.admin, now=at(hours))
    for _ in range(20):
        due = list(PolicyMove.objects.to_go_on(at(hours) + timedelta(minutes=1)))
        go_on(due, at(hours))
    return PolicyMove.objects.get(version=version)


def clock(ticket: Ticket, kind: str = "follow_up") -> Clock:
    found = Clock.objects.get(promise=ticket.pk, kind=kind)
    assert (found.state, found.due_at) == (read_clock(found).state, read_clock(found).due_at)
    return found


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return make_ticket(cast.group, policy=make_policy(acknowledge_s=None))


def test_without_a_word_nothing_moves(ticket: Ticket) -> None:
    revise(ticket, {"follow_up_s": 24 * H}, 10)
    assert clock(ticket).due_at == at(48)


def test_what_runs_goes_on_by_the_new_target(ticket: Ticket, cast: Cast) -> None:
    newest = revise(ticket, {"follow_up_s": 24 * H}, 10)
    done = move(newest, cast, 12)
    assert clock(ticket).due_at == at(24)
    assert (clock(ticket).policy.version, clock(ticket).moved_to) == (1, newest)
    assert (done.moved, done.finished_at) == (2, at(12))
    ticket.refresh_from_db()
    assert ticket.next_due_at == at(24)
    entry = ticket.timeline.latest("pk")
    assert (entry.kind, entry.reason["policy"]["version"]) == ("promised_anew", 2)


def test_what_would_have_passed_is_due_at_once_and_breaks(ticket: Ticket, cast: Cast) -> None:
    newest = revise(ticket, {"follow_up_s": 4 * H}, 10)
    move(newest, cast, 12)
    assert clock(ticket).due_at == at(12)
    assert clock(ticket).state == "running"


def test_a_paused_clock_takes_the_new_target_when_it_goes_on(ticket: Ticket, cast: Cast) -> None:
    by = acting(cast.agent)
    reply(locked(ticket.pk), body="Which colour?", by=by, now=at(1))
    wait(locked(ticket.pk), until=None, by=by, now=at(10))
    move(revise(ticket, {"resolve_s": 100 * H}, 11), cast, 12)
    assert clock(ticket, "resolve").state == "paused"
    assert read_clock(clock(ticket, "resolve")).remaining_s == 90 * H


def test_a_broken_promise_stays_broken(ticket: Ticket, cast: Cast) -> None:
    newest = revise(ticket, {"follow_up_s": 96 * H}, 50)
    move(newest, cast, 60)
    assert (clock(ticket).state, clock(ticket).breached_at) == ("breached", at(48))


def test_what_has_counted_stays_counted_in_other_hours(cast: Cast) -> None:
    """8 of 16 open hours on Friday; then the office opens on Saturdays too."""
    office = write_calendar(
        slug="office", name="Office", zone="UTC", weekly=OFFICE, by=None, now=NOW
    )
    policy = make_policy(calendar=office, acknowledge_s=None, resolve_s=None, follow_up_s=16 * H)
    ticket = make_ticket(cast.group, policy=policy)
    assert clock(ticket).due_at == at(80)
    weekly = OFFICE | {"sat": ["10:00-20:00"]}
    revise_calendar(Calendar.objects.get(), {"weekly": weekly}, by=None, now=at(9))
    newest = policy.policy.versions.select_related("policy").latest("version")
    move(newest, cast, 9)
    assert clock(ticket).due_at == datetime.fromisoformat("2026-11-21T18:00Z")
    events = [row.as_event() for row in clock(ticket).events.order_by("position")]
    summed = add_up(events, policy.hours(), now=at(100))
    assert summed.counted_s == 16 * H
    assert [span.counted_s for span in summed.spans] == [8 * H, 8 * H]


def test_a_next_cycle_is_promised_by_the_newest(ticket: Ticket, cast: Cast) -> None:
    newest = revise(ticket, {"follow_up_s": 24 * H}, 10)
    move(newest, cast, 12)
    assert locked(ticket.pk).promise.policy == newest


class TestForecast:
    def test_it_says_what_would_happen_and_does_nothing(self, ticket: Ticket, cast: Cast) -> None:
        """Of four tickets one moves, one would break, one is broken and would not have been."""
        policy = ticket.promise.policy
        for hours in (40, 45):
            make_ticket(cast.group, policy=policy, received_at=at(hours))
        newest = revise(ticket, {"follow_up_s": 60 * H, "resolve_s": 2 * H}, 49)
        before = list(Clock.objects.order_by("pk").values())
        assert forecast_move(newest, now=at(50)) == Forecast(
            running=6, move=6, break_at_once=3, stay_broken=0
        )
        settle(clock(ticket), at(50))
        found = forecast_move(newest, now=at(50))
        assert (found.running, found.stay_broken) == (5, 1)
        assert len(before) == Clock.objects.count()

    def test_it_comes_true(self, ticket: Ticket, cast: Cast) -> None:
        newest = revise(ticket, {"follow_up_s": 24 * H}, 10)
        found = forecast_move(newest, now=at(12))
        assert move(newest, cast, 12).moved == found.running
        assert forecast_move(newest, now=at(12)) == Forecast(0, 0, 0, 0)


class TestPartByPart:
    def test_it_may_stop_anywhere_and_go_on(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tickets.work.actions.move_policy.AT_ONCE", 2)
        policy = make_policy(acknowledge_s=None)
        tickets = [make_ticket(cast.group, policy=policy) for _ in range(5)]
        newest = revise(tickets[0], {"follow_up_s": 24 * H}, 1)
        confirm_move(newest.policy, version=2, by=cast.admin, now=at(2))
        go_on(list(PolicyMove.objects.all()), at(2))
        assert PolicyMove.objects.get().moved == 4
        with transaction.atomic():
            go_on(list(PolicyMove.objects.all()), at(2))
            transaction.set_rollback(True)
        done = move(newest, cast, 2)
        assert done.moved == 10
        assert {clock(ticket).due_at for ticket in tickets} == {at(24)}
        assert Clock.objects.filter(moved_to=newest).count() == 10

    def test_the_same_confirmation_again_is_the_same_move(self, ticket: Ticket, cast: Cast) -> None:
        newest = revise(ticket, {"follow_up_s": 24 * H}, 1)
        for _ in range(2):
            move(newest, cast, 2)
        assert clock(ticket).events.filter(kind="moved").count() == 1

    def test_who_was_told_of_another_version_confirms_nothing(
        self, ticket: Ticket, cast: Cast
    ) -> None:
        revise(ticket, {"follow_up_s": 24 * H}, 1)
        with pytest.raises(Conflict, match="newest"):
            confirm_move(policy_of(ticket), version=1, by=cast.admin, now=at(2))


def test_over_rest_it_is_told_first_and_then_confirmed(ticket: Ticket, cast: Cast) -> None:
    revise(ticket, {"follow_up_s": 24 * H}, 1)
    address = f"/api/v1/sla-policies/{policy_of(ticket).slug}/running"
    told = api(cast.admin).get(address).json()
    assert told["version"] == 2
    assert told["forecast"]["running"] in (0, 2)
    assert told["confirmed"] is None
    confirmed = api(cast.admin).post(address, {"version": 2}).json()["confirmed"]
    assert (confirmed["moved"], confirmed["finished_at"]) == (0, None)
    assert confirmed["confirmed_by"]["name"] == "Admin"
    assert api(cast.admin).post(address, {"version": 7}).json()["code"] == "outdated"
    assert api(cast.auditor).post(address, {"version": 2}).status_code == 403
    assert api(cast.agent).get(address).status_code == 403


def test_a_move_names_its_policy(ticket: Ticket) -> None:
    event = clock(ticket).events.get()
    event.pk, event.position, event.kind = None, 2, "moved"
    with pytest.raises(IntegrityError, match="move_names_its_policy"), transaction.atomic():
        event.save(force_insert=True)
