"""On the desk a ticket is put away, linked, split, taken for spam, and all of it back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from cxloop.kernel.moment import moment
from desk.forms.beside import preset_until
from tests.cast import Cast
from tests.desk.browsing import browse, sent, text_of, ticket_of_today
from tests.desk.test_page_ticket import act, kinds
from tests.makers import make_feedback, make_ticket
from tickets.work.actions.join import join_feedback
from tickets.work.actor import CUSTOMER
from tickets.work.door import locked
from tickets.work.models import Ticket, TicketFeedback

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    made = ticket_of_today(cast.group, assignee=cast.agent)
    Ticket.objects.filter(pk=made.pk).update(next_due_at=moment() + timedelta(days=2))
    return made


@pytest.mark.parametrize(
    "preset, now, until",
    [
        ("hours", "2026-11-20T09:00", "2026-11-20T13:00"),
        ("tomorrow", "2026-11-20T09:00", "2026-11-20T23:00"),  # it is Friday in Seoul
        ("tomorrow", "2026-11-20T16:00", "2026-11-21T23:00"),  # there it is Saturday already
        ("monday", "2026-11-20T09:00", "2026-11-22T23:00"),
        ("monday", "2026-11-22T23:30", "2026-11-29T23:00"),  # on a Monday the next one
    ],
)
def test_what_a_button_means(preset: str, now: str, until: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    with timezone.override("Asia/Seoul"):
        assert preset_until(preset, at) == datetime.fromisoformat(until).replace(tzinfo=UTC)


def test_it_is_put_away_out_of_ones_own_queue_and_back(cast: Cast, ticket: Ticket) -> None:
    agent, page = browse(cast.agent), f"/tickets/{ticket.ref}"
    assert ticket.ref in text_of(agent.get("/queue"))
    sent(act(agent, ticket, "snooze", preset="tomorrow"), page)
    assert ticket.ref not in text_of(agent.get("/queue?tab=mine"))
    assert ticket.ref in text_of(agent.get("/queue?tab=groups"))
    assert "The promises run on." in text_of(agent.get(page))
    sent(act(agent, ticket, "wake"), page)
    assert ticket.ref in text_of(agent.get("/queue?tab=mine"))
    assert kinds(ticket)[-2:] == ["snoozed", "woken"]


def test_a_time_that_is_no_time_is_refused_where_it_stands(cast: Cast, ticket: Ticket) -> None:
    agent = browse(cast.agent)
    for said in ({}, {"until": "2020-01-01T09:00"}, {"until": "soon"}, {"preset": "never"}):
        assert act(agent, ticket, "snooze", **said).status_code == 422, said
    Ticket.objects.filter(pk=ticket.pk).update(next_due_at=moment() + timedelta(hours=1))
    response = act(agent, ticket, "snooze", preset="monday")
    assert response.status_code == 409
    assert "Answer first" in text_of(response)


def test_tickets_are_linked_and_seen_from_both(cast: Cast, ticket: Ticket) -> None:
    other = make_ticket(cast.group)
    agent, page = browse(cast.agent), f"/tickets/{ticket.ref}"
    sent(act(agent, ticket, "link", to=f" {other.ref.lower()}"), page)
    assert other.ref in text_of(agent.get(page))
    assert f"Linked with {ticket.ref}" in text_of(agent.get(f"/tickets/{other.ref}"))
    response = act(agent, ticket, "link", to="T-999999")
    assert response.status_code == 422
    assert "There is no such ticket, as far as you may see." in text_of(response)
    sent(act(agent, ticket, "unlink", to=other.ref), page)
    assert "Unlink" not in text_of(agent.get(page))


def test_what_one_may_not_see_is_not_shown_as_linked(cast: Cast, ticket: Ticket) -> None:
    far = make_ticket(cast.other_group, customer=ticket.customer)
    sent(act(browse(cast.admin), ticket, "link", to=far.ref), f"/tickets/{ticket.ref}")
    page = browse(cast.agent).get(f"/tickets/{ticket.ref}")
    assert page.context["links"] == []
    assert [
        one.pk for one in browse(cast.admin).get(f"/tickets/{ticket.ref}").context["links"]
    ] == [far.pk]


def test_one_of_two_is_split_off(cast: Cast, ticket: Ticket) -> None:
    agent, page = browse(cast.agent), f"/tickets/{ticket.ref}"
    assert "Give it a ticket of its own" not in text_of(agent.get(page))
    second = make_feedback(nps=3, comment="And the bill", judged=True, received_at=moment())
    join_feedback(locked(ticket.pk), second, CUSTOMER, now=moment())
    assert text_of(agent.get(page)).count("Give it a ticket of its own") == 2
    sent(act(agent, ticket, "split", feedback=str(second.pk)), page)
    made = TicketFeedback.objects.get(pk=second.pk).ticket
    assert f"One feedback has its own ticket: {made.ref}" in text_of(agent.get(page))
    assert f"Split from {ticket.ref}" in text_of(agent.get(f"/tickets/{made.ref}"))
    only = TicketFeedback.objects.get(ticket=ticket)
    response = act(agent, ticket, "split", feedback=str(only.pk))
    assert response.status_code == 409
    assert "It is the last feedback of this ticket" in text_of(response)


def test_spam_and_no_spam(cast: Cast, ticket: Ticket) -> None:
    agent, page = browse(cast.agent), f"/tickets/{ticket.ref}"
    sent(act(agent, ticket, "spam"), page)
    assert "Closed as spam." in text_of(agent.get(page))
    sent(act(agent, ticket, "not-spam"), page)
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert kinds(ticket)[-2:] == ["closed", "not_spam"]


def test_readers_are_offered_none_of_it(cast: Cast, ticket: Ticket) -> None:
    page = text_of(browse(cast.viewer).get(f"/tickets/{ticket.ref}"))
    for said in ("Put it away", "It is spam", "Linked tickets"):
        assert said not in page
