"""Stopped midway …"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from accounts.models import User
from tests.cast import Cast
from tests.makers import NOW
from tests.problems.announcing import (
    A_PORTION,
    confirmed,
    draft,
    letters,
    sweep,
    sweep_all,
    told_problem,
)
from tests.problems.test_tell_customers import why
from tickets.problems.actions.announce import stop_announcement
from tickets.problems.actions.problems import archive_problem
from tickets.problems.door import announcement_to_change, changing
from tickets.problems.models import Announcement, Told
from tickets.work.models import TimelineEntry

pytestmark = pytest.mark.django_db

HELD_UP = """
INSERT INTO kernel_letter (key, kind, "to", subject, body, reply_to, "references", automatic,
    secret, message_id, state, written_at, leave_at, death_noticed)
VALUES (%s, 'announcement', '', '', '', '', '', true, false, 'held up', 'waiting', now(), now(),
    false)
"""


@pytest.mark.django_db(transaction=True)
def test_who_stops_it_in_the_middle_of_a_portion_waits_for_that_and_no_more(cast: Cast) -> None:
    """The third letter is held up by somebody who writes one of its key, and then does not."""
    with transaction.atomic():
        made = confirmed(cast, told_problem(cast, 9))
    third = Told.objects.order_by("ticket")[2].customer_id
    with ThreadPoolExecutor(2) as pool, closing(connection.copy()) as another:
        with another.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(HELD_UP, [f"announcement:{made.problem_id}:{third}"])
            sweeping = pool.submit(alone, lambda: sweep(NOW))
            wait_for_waiting(1)
            stopping = pool.submit(alone, lambda: stop_by_hand(cast.manager, made))
            wait_for_waiting(2)
            assert not letters(), "nothing of the portion is there before all of it is"
            cursor.execute("ROLLBACK")
        assert sweeping.result() == 1
        assert stopping.result() == A_PORTION
    sweep_all(NOW + timedelta(minutes=5))
    sweep(NOW + timedelta(minutes=10))
    assert len(letters()) == TimelineEntry.objects.filter(kind="announced").count()
    assert len(letters()) == Told.objects.filter(state="written").count() == A_PORTION
    assert why() == {"stopped": 9 - A_PORTION}
    made.refresh_from_db()
    assert (made.state, made.stopped_by) == ("stopped", cast.manager)


def alone(act: Callable[[], int]) -> int:
    try:
        return act()
    finally:
        connections.close_all()


def stop_by_hand(person: User, made: Announcement) -> int:
    """How many had been written by then."""
    with changing(person, made.problem_id) as (problem, now):
        stop_announcement(announcement_to_change(problem, made.pk), by=person, now=now)
        return len(letters())


def wait_for_waiting(number: int) -> None:
    """Until so many sessions wait for a lock."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
    asked += "AND datname = current_database()"
    until = time.monotonic() + 20
    found = 0
    while found < number and time.monotonic() < until:
        time.sleep(0.02)
        with connection.cursor() as cursor:
            cursor.execute(asked)
            (found,) = cursor.fetchone()
    assert found == number


def test_it_stops_where_its_problem_is_archived(cast: Cast) -> None:
    """Of an archived problem nothing can be stopped any more."""
    problem = told_problem(cast, 9)
    made = confirmed(cast, problem)
    draft(cast, problem)
    sweep(NOW)
    archive_problem(problem, by=cast.lead, now=NOW)
    sweep_all()
    assert len(letters()) == A_PORTION
    assert why() == {"stopped": 9 - A_PORTION}
    made.refresh_from_db()
    assert (made.state, made.stopped_by) == ("stopped", cast.lead)
    kinds = problem.entries.order_by("pk").values_list("kind", flat=True)
    assert list(kinds)[-2:] == ["announcement_stopped", "archived"]
