"""What raw SQL tries and PostgreSQL refuses."""

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from cxloop.kernel.append_only import allow_erasing
from tests.makers import make_policy
from tickets.sla.actions.begin import Start, make_promises, start_clocks
from tickets.sla.models import Kind, Promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(now: datetime) -> int:
    promise = make_promises([Promise(policy=make_policy(), opened_at=now)])[0]
    return start_clocks([Start(promise, Kind.FOLLOW_UP, now)], now=now)[0].pk


def refused(sql: str, constraint: str) -> None:
    with (
        pytest.raises(DatabaseError, match=constraint),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


CLOCK_ATTEMPTS = [
    (
        "state = 'met', met_at = due_at + interval '1 second', next_action_at = NULL",
        "met_is_in_time",
    ),
    ("state = 'met', next_action_at = NULL", "met_is_in_time"),
    ("state = 'met', met_at = now(), due_at = NULL, next_action_at = NULL", "met_is_in_time"),
    (
        "state = 'breached', breached_at = now(), detected_at = now(), due_at = NULL",
        "breached_at_is_the_due_time",
    ),
    (
        "state = 'breached', breached_at = due_at + interval '1 hour', detected_at = now()",
        "breached_at_is_the_due_time",
    ),
    ("state = 'breached', breached_at = due_at", "breached_at_is_the_due_time"),
    ("breached_at = due_at", "breached_at_is_the_due_time"),
    ("state = 'paused', paused_at = now()", "paused_clock_has_no_due_time"),
    ("due_at = NULL", "running_clock_has_a_due_time"),
    ("state = 'void', voided_at = now(), next_action_at = NULL", "void_has_a_reason"),
    ("state = 'sleeping'", "known_clock_state"),
    ("met_at = due_at, next_action_at = NULL", "running_clock_has_a_due_time"),
]


@pytest.mark.parametrize(("change", "constraint"), CLOCK_ATTEMPTS)
def test_a_clock_cannot_lie(clock: int, change: str, constraint: str) -> None:
    refused(f"UPDATE sla_clock SET {change} WHERE id = {clock}", constraint)


def test_an_ended_clock_is_not_looked_at(clock: int) -> None:
    refused(
        f"UPDATE sla_clock SET state = 'met', met_at = due_at WHERE id = {clock}",
        "ended_clock_is_not_looked_at",
    )


def test_a_promise_cannot_run_twice(clock: int) -> None:
    copy = (
        "INSERT INTO sla_clock (promise_id, kind, cycle, policy_id, state, started_at, target_s,"
        " due_at, void_reason, attempts, last_error)"
        " SELECT promise_id, kind, {cycle}, policy_id, state,"
        f" started_at, target_s, due_at, '', 0, '' FROM sla_clock WHERE id = {clock}"
    )
    refused(copy.format(cycle=1), "one_clock_a_cycle")
    refused(copy.format(cycle=2), "one_running_clock_a_kind")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE sla_clockevent SET at = at - interval '1 day'",
        "DELETE FROM sla_clockevent",
        "UPDATE sla_policyversion SET follow_up_s = 999999",
        "DELETE FROM sla_policyversion",
    ],
)
def test_history_is_never_rewritten(clock: int, sql: str) -> None:
    refused(sql, "is history")


def test_not_even_while_erasing(clock: int) -> None:
    allow_erasing()
    refused("UPDATE sla_clockevent SET at = at - interval '1 day'", "is history")
