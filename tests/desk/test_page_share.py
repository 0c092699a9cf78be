"""On the desk a ticket is shared with a second group, to read or to note, and no longer."""

import pytest

from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, sent, text_of, ticket_of_today
from tests.desk.test_page_ticket import act
from tests.makers import make_member
from tickets.work.models import Ticket, TicketShare, TimelineEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return ticket_of_today(cast.group, assignee=cast.agent)


def page_of(ticket: Ticket) -> str:
    return f"/tickets/{ticket.ref}"


def share(cast: Cast, ticket: Ticket, right: str) -> None:
    said = {"add": "billing", "right": right}
    sent(act(browse(cast.agent), ticket, "share", **said), page_of(ticket))


def test_it_is_shown_with_whom_and_for_what(cast: Cast, ticket: Ticket) -> None:
    share(cast, ticket, "note")
    page = browse(cast.viewer).get(page_of(ticket))
    assert "Shared with other groups Billing to read and write notes" in text_of(page)
    assert "Stop sharing" not in text_of(page)


def test_another_right_is_given_by_sharing_again(cast: Cast, ticket: Ticket) -> None:
    share(cast, ticket, "note")
    share(cast, ticket, "read")
    assert TicketShare.objects.get().right == "read"
    assert "May only read from now on: Billing" in text_of(browse(cast.agent).get(page_of(ticket)))


def test_it_is_no_longer_shared(cast: Cast, ticket: Ticket) -> None:
    share(cast, ticket, "note")
    agent = browse(cast.agent)
    assert "Stop sharing" in text_of(agent.get(page_of(ticket)))
    sent(act(agent, ticket, "share", remove="billing"), page_of(ticket))
    assert not TicketShare.objects.exists()
    assert browse(cast.outsider).get(page_of(ticket)).status_code == 404


def test_to_read_they_are_offered_nothing(cast: Cast, ticket: Ticket) -> None:
    share(cast, ticket, "read")
    outsider = browse(cast.outsider)
    assert "Keep the note" not in text_of(outsider.get(page_of(ticket)))
    answer = outsider.post(f"{page_of(ticket)}/note", {"body": "Hello"})
    assert answer.status_code == 403
    assert "You may read this ticket, not write on it." in text_of(answer)


def test_to_note_they_are_offered_the_note_alone(cast: Cast, ticket: Ticket) -> None:
    share(cast, ticket, "note")
    outsider = browse(cast.outsider)
    page = text_of(outsider.get(page_of(ticket)))
    assert "you may write notes, for colleagues only" in page
    for other in ("Send to the customer", "Take it", "macro", "Close for good"):
        assert other not in page
    sent(act(outsider, ticket, "note", body="We know them."), page_of(ticket))
    assert "We know them." in text_of(browse(cast.agent).get(page_of(ticket)))
    assert act(outsider, ticket, "reply", body="Dear customer").status_code == 403
    assert not TimelineEntry.objects.filter(ticket=ticket, kind="reply").exists()


def test_a_blank_note_is_refused_where_it_stands(cast: Cast, ticket: Ticket) -> None:
    share(cast, ticket, "note")
    answer = act(browse(cast.outsider), ticket, "note", body=" ")
    assert answer.status_code == 422
    assert "Write something first." in text_of(answer) or "This is wanted here." in text_of(answer)


def test_their_draft_is_kept(cast: Cast, ticket: Ticket) -> None:
    share(cast, ticket, "note")
    outsider = browse(cast.outsider)
    sent(outsider.post(f"{page_of(ticket)}/draft/note", {"body": "Half a"}), page_of(ticket))
    assert "Half a" in text_of(outsider.get(page_of(ticket)))
    assert outsider.post(f"{page_of(ticket)}/draft/reply", {"body": "x"}).status_code == 403


def test_readers_of_that_group_are_offered_nothing(cast: Cast, ticket: Ticket) -> None:
    share(cast, ticket, "note")
    reader = browse(make_member(cast.other_group, "viewer"))
    assert "Keep the note" not in text_of(reader.get(page_of(ticket)))


def test_a_group_that_has_it_by_now_is_not_shown_as_one_more(cast: Cast, ticket: Ticket) -> None:
    share(cast, ticket, "read")
    Ticket.objects.filter(pk=ticket.pk).update(group=cast.other_group)
    assert browse(cast.outsider).get(page_of(ticket)).context["shared"] == []


def test_it_costs_the_page_no_more(cast: Cast, ticket: Ticket) -> None:
    share(cast, ticket, "note")
    for person in (cast.agent, cast.outsider):
        assert cost_of(browse(person), page_of(ticket)) <= 38
