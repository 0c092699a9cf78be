"""Who waited for a ticket that a colleague was at takes it up as it is by then."""

import threading

import pytest
from django.db import connection, connections, transaction

from tests.cast import Cast
from tests.makers import make_ticket
from tests.services import wait_until
from tickets.work.door import locked
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        # Within a transaction it is read once otherwise.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])


def test_handed_over_and_given_to_somebody_else(cast: Cast) -> None:
    number = make_ticket(cast.group).pk
    found: list[Ticket | Exception] = []

    def take_up() -> None:
        try:
            with transaction.atomic():
                found.append(locked(number))
        except Exception as error:
            found.append(error)
        finally:
            connections.close_all()

    waiter = threading.Thread(target=take_up)
    with transaction.atomic():
        ticket = locked(number)
        ticket.group, ticket.assignee = cast.other_group, cast.outsider
        ticket.save(update_fields=["group", "assignee"])
        waiter.start()
        wait_until(somebody_waits, seconds=60)
    waiter.join()
    (taken,) = found
    assert isinstance(taken, Ticket), taken
    assert (taken.group, taken.assignee) == (cast.other_group, cast.outsider)
