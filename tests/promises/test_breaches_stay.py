"""A broken promise stays on record, whatever is done afterwards."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from cxloop.kernel.letters import bury_letter
from cxloop.kernel.models import Letter
from tests.cast import Cast
from tests.makers import NOW, make_feedback, make_root_cause, make_ticket
from tickets.sla.actions.look import settle
from tickets.sla.models import Clock
from tickets.sla.policies import archive_policy, revise_policy
from tickets.work.actions.assign import assign_ticket, hand_over
from tickets.work.actions.customer_message import receive_message
from tickets.work.actions.join import join_feedback
from tickets.work.actions.label import change_priority
from tickets.work.actions.move import (
    close_ticket,
    merge_tickets,
    reopen_ticket,
    resolve_ticket,
    wait,
)
from tickets.work.actions.talk import log_contact, reply, strike_dead_letters
from tickets.work.actor import Actor, acting
from tickets.work.models import Priority, Ticket

pytestmark = pytest.mark.django_db

FOUND = NOW + timedelta(hours=50)
LATER = NOW + timedelta(hours=60)
Act = Callable[[Ticket, Actor, Cast], object]


@pytest.fixture
def broken(cast: Cast) -> Ticket:
    """Nobody answered within 48 hours; that was found two hours later."""
    ticket = make_ticket(cast.group)
    for clock in Clock.objects.select_for_update():
        settle(clock, FOUND)
    return ticket


def breach_of(ticket: Ticket) -> tuple[str, datetime | None, datetime | None]:
    clock = Clock.objects.get(promise=ticket.pk, kind="follow_up", cycle=1)
    return clock.state, clock.breached_at, clock.detected_at


def call(ticket: Ticket, by: Actor, cast: Cast) -> None:
    log_contact(ticket, channel="phone", reached=True, body="", by=by, now=LATER)


def resolve(ticket: Ticket, by: Actor, cast: Cast) -> None:
    resolve_ticket(ticket, root_cause=make_root_cause(), body="Sorry.", by=by, now=LATER)


def reopen(ticket: Ticket, by: Actor, cast: Cast) -> None:
    resolve(ticket, by, cast)
    reopen_ticket(ticket, reason="still nothing", by=by, now=LATER)


def merge(ticket: Ticket, by: Actor, cast: Cast) -> None:
    other = make_ticket(cast.group, customer=ticket.customer)
    merge_tickets(ticket, into=other, by=by, now=LATER)


def merge_into_it(ticket: Ticket, by: Actor, cast: Cast) -> None:
    other = make_ticket(cast.group, customer=ticket.customer)
    merge_tickets(other, into=ticket, by=by, now=LATER)


def bounce(ticket: Ticket, by: Actor, cast: Cast) -> None:
    reply(ticket, body="Sorry.", by=by, now=LATER)
    letter = Letter.objects.get(kind="reply")
    bury_letter(letter, "550", now=LATER)
    strike_dead_letters([letter], LATER)


def hear_earlier_words(ticket: Ticket, by: Actor, cast: Cast) -> None:
    earlier = make_feedback(nps=1, customer=ticket.customer, received_at=NOW - timedelta(hours=9))
    join_feedback(ticket, earlier, by, now=LATER)


def widen_the_policy(ticket: Ticket, by: Actor, cast: Cast) -> None:
    revise_policy(ticket.promise.policy.policy, {"follow_up_s": 999_999}, by=by.user, now=LATER)


ACTS: dict[str, Act] = {
    "reassigning": lambda t, by, cast: assign_ticket(t, assignee=cast.lead, by=by, now=LATER),
    "handing over": lambda t, by, cast: hand_over(t, group=cast.other_group, by=by, now=LATER),
    "a call": call,
    "waiting": lambda t, by, cast: wait(t, until=None, by=by, now=LATER),
    "a priority": lambda t, by, cast: change_priority(t, priority=Priority.LOW, by=by, now=LATER),
    "resolving": resolve,
    "reopening": reopen,
    "closing": lambda t, by, cast: close_ticket(t, outcome="spam", reason="x", by=by, now=LATER),
    "merging": merge,
    "merging into it": merge_into_it,
    "a letter that bounced": bounce,
    "the customer's word": lambda t, by, cast: receive_message(
        t, text="Hello?", received_at=LATER, now=LATER
    ),
    "an earlier feedback": hear_earlier_words,
    "a new policy": widen_the_policy,
    "no policy": lambda t, by, cast: archive_policy(t.promise.policy.policy, now=LATER),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_no_act_moves_it(broken: Ticket, cast: Cast, act: Act) -> None:
    before = breach_of(broken)
    assert before == ("breached", NOW + timedelta(hours=48), FOUND)
    act(broken, acting(cast.agent), cast)
    assert breach_of(broken) == before


@pytest.mark.parametrize(
    "change",
    [
        "breached_at = breached_at + interval '1 day', due_at = due_at + interval '1 day'",
        "detected_at = detected_at - interval '1 hour'",
        "state = 'met', met_at = due_at, breached_at = NULL, detected_at = NULL,"
        " next_action_at = NULL",
        "state = 'void', voided_at = now(), void_reason = 'x', breached_at = NULL,"
        " detected_at = NULL, next_action_at = NULL",
    ],
)
def test_no_sql_by_hand_moves_it(broken: Ticket, change: str) -> None:
    with (
        pytest.raises(IntegrityError, match="stays on record"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE sla_clock SET {change} WHERE kind = 'follow_up'")


def test_no_sql_by_hand_removes_it(broken: Ticket) -> None:
    with (
        pytest.raises(IntegrityError, match="is history"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM sla_clockevent")
