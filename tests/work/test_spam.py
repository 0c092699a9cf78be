"""A ticket is closed as spam, and opened again where that was wrong."""

from datetime import datetime, timedelta

import pytest

from cxloop.kernel.errors import Conflict
from tests.cast import Cast, api
from tests.makers import make_customer, make_root_cause, make_ticket
from tickets.escalation.sweeps import climb_ladders
from tickets.sla.models import Clock, Kind
from tickets.work.actions.move import close_ticket, resolve_ticket, wait
from tickets.work.actions.spam import mark_spam, not_spam
from tickets.work.actions.talk import reply
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return make_ticket(cast.group, customer=make_customer())


def last(ticket: Ticket, kind: Kind) -> Clock:
    return Clock.objects.filter(promise=ticket.pk, kind=kind).latest("cycle")


def spam(ticket: Ticket, cast: Cast, now: datetime) -> None:
    mark_spam(locked(ticket.pk), by=acting(cast.agent), now=now)


def no_spam(ticket: Ticket, cast: Cast, now: datetime) -> Ticket:
    not_spam(locked(ticket.pk), reason="She called.", by=acting(cast.agent), now=now)
    return locked(ticket.pk)


def test_it_is_closed_and_what_ran_is_void(cast: Cast, ticket: Ticket, now: datetime) -> None:
    spam(ticket, cast, now)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome) == ("closed", "spam")
    assert last(ticket, Kind.FOLLOW_UP).state == "void"


def test_back_again_the_promise_runs_from_the_receipt(
    cast: Cast, ticket: Ticket, now: datetime
) -> None:
    due_at = last(ticket, Kind.FOLLOW_UP).due_at
    spam(ticket, cast, now + HOUR)
    found = no_spam(ticket, cast, now + 20 * HOUR)
    clock = last(ticket, Kind.FOLLOW_UP)
    assert (clock.cycle, clock.state, clock.due_at) == (2, "running", due_at)
    assert (found.status, found.outcome, found.cycle) == ("open", "", 1)
    assert found.next_due_at is not None
    assert found.timeline.get(kind="not_spam").reason == {"reason": "She called."}


def test_held_for_spam_past_the_due_time_it_is_a_breach_of_that_time(
    cast: Cast, ticket: Ticket, now: datetime
) -> None:
    due_at = last(ticket, Kind.FOLLOW_UP).due_at
    spam(ticket, cast, now + HOUR)
    no_spam(ticket, cast, now + 60 * HOUR)
    climb_ladders(clock=lambda: now + 60 * HOUR)
    clock = last(ticket, Kind.FOLLOW_UP)
    assert (clock.state, clock.breached_at) == ("breached", due_at)


def test_what_was_kept_stays_kept_and_what_was_broken_is_promised_anew(
    cast: Cast, ticket: Ticket, now: datetime
) -> None:
    reply(locked(ticket.pk), body="Sorry.", by=acting(cast.agent), now=now)
    spam(ticket, cast, now + 200 * HOUR)
    assert last(ticket, Kind.RESOLVE).state == "breached"
    no_spam(ticket, cast, now + 210 * HOUR)
    assert last(ticket, Kind.FOLLOW_UP).cycle == 1
    again = last(ticket, Kind.RESOLVE)
    assert (again.cycle, again.state, again.started_at) == (2, "running", now + 210 * HOUR)
    assert Clock.objects.get(promise=ticket.pk, kind="resolve", cycle=1).state == "breached"


def test_what_stood_still_for_the_customer_does_not_count(
    cast: Cast, ticket: Ticket, now: datetime
) -> None:
    due_at = last(ticket, Kind.RESOLVE).due_at
    assert due_at is not None
    wait(locked(ticket.pk), until=None, by=acting(cast.agent), now=now + HOUR)
    assert last(ticket, Kind.RESOLVE).state == "paused"
    spam(ticket, cast, now + 11 * HOUR)
    no_spam(ticket, cast, now + 12 * HOUR)
    assert last(ticket, Kind.RESOLVE).due_at == due_at + 10 * HOUR


def test_resolved_before_it_can_be_resolved_again(
    cast: Cast, ticket: Ticket, now: datetime
) -> None:
    cause = make_root_cause()
    resolve_ticket(
        locked(ticket.pk), root_cause=cause, body="Done.", by=acting(cast.agent), now=now
    )
    spam(ticket, cast, now)
    found = no_spam(ticket, cast, now + HOUR)
    assert found.cycle == 2
    resolve_ticket(found, root_cause=cause, body="Done.", by=acting(cast.agent), now=now + HOUR)


def test_what_was_closed_otherwise_is_reopened_otherwise(
    cast: Cast, ticket: Ticket, now: datetime
) -> None:
    close_ticket(ticket, outcome="not_actionable", reason="x", by=acting(cast.agent), now=now)
    with pytest.raises(Conflict) as refused:
        no_spam(ticket, cast, now)
    assert refused.value.code == "not_spam"


def test_over_the_api(cast: Cast, ticket: Ticket) -> None:
    agent, where = api(cast.agent), f"/api/v1/tickets/{ticket.ref}"
    assert agent.post(f"{where}/not-spam", {}).status_code == 409
    assert agent.post(f"{where}/spam", {}).json()["outcome"] == "spam"
    assert agent.post(f"{where}/spam", {}).status_code == 409
    assert agent.post(f"{where}/not-spam", {}).json()["status"] == "open"
    assert agent.post(f"{where}/spam", {"why": "x"}).status_code == 422
