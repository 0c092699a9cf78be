import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxloop.kernel.due import drain
from feedback.intake.models import Arrival
from tests.makers import NOW, make_feedback, make_source

pytestmark = pytest.mark.django_db(transaction=True)


def make_arrivals(number: int) -> list[Arrival]:
    source = make_source()
    for place in range(number):
        make_feedback(source, nps=1, received_at=NOW + timedelta(seconds=place))
    return list(Arrival.objects.waiting(NOW))


def settle(rows: list[Arrival], now: datetime) -> None:
    Arrival.objects.filter(pk__in=[row.pk for row in rows]).delete()


def test_it_takes_all_that_is_due_in_order() -> None:
    make_arrivals(7)
    seen: list[datetime] = []

    def note(rows: list[Arrival], now: datetime) -> None:
        seen.extend(row.received_at for row in rows)
        settle(rows, now)

    assert drain(Arrival.objects.waiting, note, batch=3) == 7
    assert seen == sorted(seen)
    assert len(seen) == 7


def test_a_broken_row_does_not_stop_the_others() -> None:
    poison = make_arrivals(5)[2]

    def choke(rows: list[Arrival], now: datetime) -> None:
        if poison in rows:
            raise ValueError("cannot swallow that")
        settle(rows, now)

    drain(Arrival.objects.waiting, choke, batch=10)
    stuck = Arrival.objects.get()
    assert (stuck.pk, stuck.attempts) == (poison.pk, 1)
    assert stuck.last_error == "ValueError: cannot swallow that"
    assert stuck.try_after > NOW
    assert drain(Arrival.objects.waiting, choke) == 0


def test_a_row_beyond_a_limit_of_postgresql_does_not_stop_the_others() -> None:
    """PostgreSQL calls that operational, as if it were away."""
    poison = make_arrivals(5)[2]

    def choke(rows: list[Arrival], now: datetime) -> None:
        with connection.cursor() as cursor:
            if poison in rows:
                cursor.execute(
                    "SELECT string_agg(md5(n::text), ' ')::tsvector FROM "
                    "generate_series(1, 50000) AS n"
                )
        settle(rows, now)

    drain(Arrival.objects.waiting, choke, batch=10)
    stuck = Arrival.objects.get()
    assert (stuck.pk, stuck.attempts) == (poison.pk, 1)
    assert "too long for tsvector" in stuck.last_error


def test_half_an_act_is_undone() -> None:
    make_arrivals(2)

    def die_halfway(rows: list[Arrival], now: datetime) -> None:
        settle(rows, now)
        raise ValueError("too late")

    drain(Arrival.objects.waiting, die_halfway)
    assert Arrival.objects.count() == 2


def test_eight_sweepers_take_each_row_once() -> None:
    make_arrivals(200)
    taken: list[object] = []

    def take(rows: list[Arrival], now: datetime) -> None:
        taken.extend(row.pk for row in rows)
        settle(rows, now)

    def sweep() -> None:
        drain(Arrival.objects.waiting, take, batch=5)
        connection.close()

    sweepers = [threading.Thread(target=sweep) for _ in range(8)]
    for sweeper in sweepers:
        sweeper.start()
    for sweeper in sweepers:
        sweeper.join()
    assert len(taken) == len(set(taken)) == 200


def test_it_seeks_each_batch_from_where_the_last_one_ended() -> None:
    make_arrivals(7)
    seen: list[int] = []

    def note(rows: list[Arrival], now: datetime) -> None:
        seen.append(len(rows))
        settle(rows, now)

    with CaptureQueriesContext(connection) as asked:
        assert drain(Arrival.objects.waiting, note, batch=3, along="received_at") == 7
    sought = [query["sql"] for query in asked if "SKIP LOCKED" in query["sql"]]
    assert seen == [3, 3, 1]
    assert [">= '2026" in one for one in sought] == [False, True, True, False]


def test_what_waited_longest_and_came_in_between_is_taken_too() -> None:
    source = make_arrivals(4)[0].feedback.source
    seen: list[datetime] = []

    def note(rows: list[Arrival], now: datetime) -> None:
        if not seen:
            make_feedback(source, nps=1, received_at=NOW - timedelta(days=1))
        seen.extend(row.received_at for row in rows)
        settle(rows, now)

    assert drain(Arrival.objects.waiting, note, batch=2, along="received_at") == 5
    assert seen[-1] == NOW - timedelta(days=1)


def test_many_that_came_at_one_instant_are_all_taken() -> None:
    source = make_source()
    for _ in range(7):
        make_feedback(source, nps=1, received_at=NOW)
    assert drain(Arrival.objects.waiting, settle, batch=3, along="received_at") == 7
    assert not Arrival.objects.exists()
