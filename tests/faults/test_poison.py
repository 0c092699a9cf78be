"""The poison is written past the keys, by names that a migration may change."""

from collections.abc import Callable

import pytest
from django.db import connection

from tests.cast import Cast
from tests.faults.poison import POISONS, Poison
from tests.makers import make_feedback, make_source, make_ticket
from tickets.kudos.sweeps import find_praise
from tickets.problems.sweeps import gather_tickets, tell_customers, watch_fixes
from tickets.recovery.sweeps import note_late_gestures, remind_of_questions

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(cast: Cast) -> None:
    make_ticket(cast.group, feedback=make_feedback(make_source("shop"), nps=1))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")


@pytest.mark.parametrize("poison", POISONS, ids=[poison.queue for poison in POISONS])
def test_it_can_be_put_in_and_taken_out(house: None, poison: Poison) -> None:
    def seen() -> list[tuple[int]]:
        whatever_its_error = poison.seen.replace("last_error <> ''", "true")
        cursor.execute(whatever_its_error.replace("try_after IS NOT NULL", "true"))
        return list(cursor.fetchall())

    with connection.cursor() as cursor:
        cursor.execute(poison.put)
        assert seen() == [(1,)]
        cursor.execute(poison.take)
        assert seen() == [(0,)]


@pytest.mark.parametrize(
    "queue, sweep",
    [
        ("gestures", note_late_gestures),
        ("questions to remind of", remind_of_questions),
        ("problems", gather_tickets),
        ("watches", watch_fixes),
        ("people to tell", tell_customers),
        ("praise", find_praise),
    ],
)
def test_its_sweep_puts_it_off(house: None, queue: str, sweep: Callable[[], object]) -> None:
    (poison,) = [one for one in POISONS if one.queue == queue]
    with connection.cursor() as cursor:
        cursor.execute(poison.put)
        sweep()
        cursor.execute(poison.seen)
        assert cursor.fetchall() == [(1,)]
        cursor.execute(poison.take)
