"""Two tickets are merged from the page of one: chosen, foreseen, confirmed, undone."""

from datetime import timedelta

import pytest
from django.test import Client

from cxloop.kernel.moment import moment
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, nonce_of, sent, text_of, ticket_of_today
from tickets.work.models import BulkAct, Ticket
from tickets.work.sweeps import do_bulk_acts

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return ticket_of_today(cast.group, tags=["late"])


@pytest.fixture
def other(cast: Cast, ticket: Ticket) -> Ticket:
    return ticket_of_today(cast.group, customer=ticket.customer)


def page_of(ticket: Ticket, into: Ticket | None = None) -> str:
    return f"/tickets/{ticket.ref}/merge" + (f"?into={into.ref}" if into else "")


def confirm(client: Client, ticket: Ticket, into: Ticket) -> None:
    nonce = nonce_of(client.get(page_of(ticket, into)))
    said = {"nonce": nonce, "into": into.ref}
    sent(client.post(page_of(ticket), said), f"/tickets/{ticket.ref}")


def let_the_moment_pass() -> None:
    BulkAct.objects.update(starts_at=moment() - timedelta(seconds=1))
    do_bulk_acts()


def test_it_offers_the_other_open_tickets_of_the_customer(
    cast: Cast, ticket: Ticket, other: Ticket
) -> None:
    stranger = ticket_of_today(cast.group)
    theirs = ticket_of_today(cast.other_group, customer=ticket.customer)
    for page in (page_of(ticket), f"/tickets/{ticket.ref}"):
        shown = browse(cast.agent).get(page).content.decode()
        assert page_of(ticket, other) in shown
        assert page_of(ticket, stranger) not in shown
        assert page_of(ticket, theirs) not in shown


def test_it_tells_what_would_happen_and_does_nothing(
    cast: Cast, ticket: Ticket, other: Ticket
) -> None:
    page = text_of(browse(cast.agent).get(page_of(ticket, other)))
    for said in (
        f"Merge {ticket.ref} into {other.ref}",
        f"1 piece moves to {other.ref}",
        "Tags late",
        f"What was written stays in the history of {ticket.ref}",
        "Follow up",
        "earlier",
    ):
        assert said in page
    ticket.refresh_from_db()
    assert (ticket.status, ticket.timeline.count()) == ("new", 1)


def test_a_number_alone_names_the_other(cast: Cast, ticket: Ticket, other: Ticket) -> None:
    page = browse(cast.agent).get(f"{page_of(ticket)}?into={other.pk}")
    assert f"Merge {ticket.ref} into {other.ref}" in text_of(page)


def test_confirmed_it_waits_and_then_is_done(cast: Cast, ticket: Ticket, other: Ticket) -> None:
    agent = browse(cast.agent)
    confirm(agent, ticket, other)
    assert "nothing has changed yet" in text_of(agent.get(f"/tickets/{ticket.ref}"))
    ticket.refresh_from_db()
    assert ticket.status == "new"
    let_the_moment_pass()
    page = text_of(agent.get(f"/tickets/{ticket.ref}"))
    assert f"it goes on as {other.ref}" in page
    assert "nothing has changed yet" not in page


def test_undone_it_never_happens(cast: Cast, ticket: Ticket, other: Ticket) -> None:
    agent = browse(cast.agent)
    confirm(agent, ticket, other)
    undo = f"/bulk/{BulkAct.objects.get().pk}/undo"
    sent(agent.post(undo, {"from": "ticket"}), f"/tickets/{ticket.ref}")
    assert "Undone: nothing was changed." in text_of(agent.get(f"/tickets/{ticket.ref}"))
    assert do_bulk_acts() == 0


def test_only_who_said_it_is_offered_to_undo_it(cast: Cast, ticket: Ticket, other: Ticket) -> None:
    confirm(browse(cast.agent), ticket, other)
    assert "nothing has changed yet" not in text_of(browse(cast.lead).get(f"/tickets/{ticket.ref}"))


def test_what_was_refused_in_the_end_is_said_on_the_ticket(
    cast: Cast, ticket: Ticket, other: Ticket
) -> None:
    agent = browse(cast.agent)
    confirm(agent, ticket, other)
    closed = {"status": "closed", "outcome": "spam", "closed_at": moment()}
    Ticket.objects.filter(pk=other.pk).update(**closed)
    let_the_moment_pass()
    assert "It was not done." in text_of(agent.get(f"/tickets/{ticket.ref}"))


def test_sent_twice_it_is_said_once(cast: Cast, ticket: Ticket, other: Ticket) -> None:
    agent = browse(cast.agent)
    said = {"nonce": nonce_of(agent.get(page_of(ticket, other))), "into": other.ref}
    for _ in range(2):
        sent(agent.post(page_of(ticket), said), f"/tickets/{ticket.ref}")
    assert BulkAct.objects.count() == 1


@pytest.mark.parametrize(
    ("into", "expected", "status"),
    [
        ("T-99999", "There is no such ticket", 422),
        ("{ticket}", "cannot be merged into itself", 422),
        ("{stranger}", "belong to different customers", 409),
        ("nonsense <b>", "There is no such ticket", 422),
        ("", "This is wanted here.", 422),
    ],
)
def test_what_cannot_be_merged_is_refused_with_the_reason(
    cast: Cast, ticket: Ticket, into: str, expected: str, status: int
) -> None:
    named = into.format(ticket=ticket.ref, stranger=ticket_of_today(cast.group).ref)
    agent = browse(cast.agent)
    for answer in (
        agent.get(page_of(ticket), {"into": named}),
        agent.post(page_of(ticket), {"into": named}),
    ):
        assert (answer.status_code, expected in text_of(answer)) == (status, True)
    assert not BulkAct.objects.exists()


def test_it_costs_the_same_however_long_the_history_is(
    cast: Cast, ticket: Ticket, other: Ticket
) -> None:
    agent = browse(cast.agent)
    cost = cost_of(agent, page_of(ticket, other))
    for _ in range(5):
        sent(
            agent.post(
                f"/tickets/{ticket.ref}/note",
                {"nonce": nonce_of(agent.get(f"/tickets/{ticket.ref}")), "body": "Looked."},
            ),
            f"/tickets/{ticket.ref}",
        )
        ticket_of_today(cast.group, customer=ticket.customer)
    assert cost_of(agent, page_of(ticket, other)) <= cost
