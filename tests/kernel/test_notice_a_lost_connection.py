"""Without asking: every request would pay for the question."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def witness(db: None) -> Iterator[psycopg.Connection[Any]]:
    """A connection of its own that sees what the other one is doing."""
    wanted = connection.get_connection_params() | {"autocommit": True, "cursor_factory": None}
    with psycopg.connect(**wanted) as server:
        yield server
    connection.close()


def number_of_ours() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid() AS the_last_question")
        return int(cursor.fetchone()[0])


def test_an_idle_connection_is_not_asked(witness: psycopg.Connection[Any]) -> None:
    number = number_of_ours()
    assert connection.is_usable()
    asked = witness.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [number])
    ((last,),) = asked.fetchall()
    assert "the_last_question" in last


def test_one_that_was_closed_is_found_out(witness: psycopg.Connection[Any]) -> None:
    number = number_of_ours()
    witness.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
    assert not connection.is_usable()
    with pytest.raises(OperationalError):
        number_of_ours()
    assert not connection.is_usable()


def test_the_next_request_has_a_new_one(witness: psycopg.Connection[Any]) -> None:
    number = number_of_ours()
    witness.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
    connection.close_if_unusable_or_obsolete()
    assert number_of_ours() != number
