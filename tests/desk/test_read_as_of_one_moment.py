"""A ticket changes while it is being read: what is shown of it stood together."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tests.accounts.at_once import at_once
from tests.cast import Cast, api
from tests.makers import make_ticket
from tickets.work.models import Ticket, TicketShare

pytestmark = pytest.mark.django_db(transaction=True)


def meddling(act: Callable[[], object], *, before: str) -> Any:
    """Runs the act once, elsewhere, as the first statement on that table is about to run."""
    undone = [act]

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        if before in sql and undone:
            at_once(lambda act: act(), [undone.pop()])
        return execute(sql, *rest)

    return connection.execute_wrapper(watch)


@pytest.mark.parametrize("address", ["/api/v1/tickets/{}", "/api/v1/tickets"])
def test_what_is_written_meanwhile_is_not_seen_by_halves(cast: Cast, address: str) -> None:
    ticket = make_ticket(cast.group)

    def share_and_rename() -> None:
        Ticket.objects.filter(pk=ticket.pk).update(subject="Shared")
        TicketShare.objects.create(ticket=ticket, group=cast.other_group)

    shares = '"work_ticketshare"."ticket_id" IN'
    with meddling(share_and_rename, before=shares):
        read = api(cast.admin).get(address.format(ticket.ref)).json()
    shown = read["results"][0] if "results" in read else read
    assert (shown["subject"], shown["shared_with"]) == (ticket.subject, [])
    assert api(cast.admin).get(f"/api/v1/tickets/{ticket.ref}").json()["subject"] == "Shared"
