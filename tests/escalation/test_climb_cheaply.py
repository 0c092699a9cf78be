import pytest
from django.db import connection, transaction

from tests.escalation.climbing import HOUR, keep_office_hours, sweep, wake
from tests.makers import NOW, make_ticket
from tickets.escalation.models import Escalation
from tickets.sla.models import Clock

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("many", [2, 40])
def test_it_takes_as_many_statements_for_two_clocks_as_for_forty(
    ticket, cast, many, django_assert_max_num_queries
):
    for person in (cast.agent, cast.admin):
        keep_office_hours(person)
    for _ in range(many):
        make_ticket(cast.group, policy=ticket.promise.policy, assignee=cast.agent)
    wake(NOW)
    with django_assert_max_num_queries(35):
        sweep(50)
    assert Escalation.objects.count() == 3 * (many + 1)


def test_it_finds_what_is_due_by_the_partial_index(ticket):
    """Ten thousand clocks that are not due cost nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sla_promise (policy_id, opened_at, quiet)"
            " SELECT policy_id, opened_at, quiet FROM sla_promise, generate_series(1, 10000)"
        )
        cursor.execute(
            "INSERT INTO sla_clock (promise_id, policy_id, kind, cycle, state, started_at,"
            " target_s, due_at, void_reason, next_action_at)"
            " SELECT p.id, p.policy_id, 'follow_up', 1, 'running', %s, 1, %s, '',"
            " CASE WHEN p.id %% 2 = 0 THEN %s END FROM sla_promise p"
            " LEFT JOIN sla_clock c ON c.promise_id = p.id WHERE c.id IS NULL",
            [NOW, NOW + HOUR, NOW + HOUR],
        )
        cursor.execute("ANALYZE sla_clock")
    due = Clock.objects.to_look_at(NOW).select_for_update(skip_locked=True, no_key=True)
    with transaction.atomic():
        plan = due[:500].explain()
    assert "clock_to_look_at" in plan
    assert "Seq Scan" not in plan
