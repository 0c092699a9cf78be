"""Who sees what, as an admin asks it."""

import pytest

from feedback.intake.models import Feedback
from tests.cast import Cast
from tests.desk.browsing import browse, text_of
from tests.makers import make_ticket
from tickets.work.models import TicketShare

pytestmark = pytest.mark.django_db

WHERE = "/admin/access"


def asked(cast: Cast, person: str, ref: str) -> str:
    return text_of(browse(cast.admin).get(WHERE, {"person": person, "ref": ref}))


def test_it_answers_with_a_reason(cast: Cast) -> None:
    ticket = make_ticket(cast.group)
    said = asked(cast, cast.viewer.email, ticket.ref)
    assert "Yes, but only to read: Viewer sees it and may not work it." in said
    assert f"In the group Care as Viewer: reads its tickets, {ticket.ref} among them." in said
    assert "Yes: Agent sees it and may work it." in asked(cast, cast.agent.email, ticket.ref)
    assert "Admin: sees everything" in asked(cast, cast.admin.email, ticket.ref)
    refused = asked(cast, cast.outsider.email, ticket.ref)
    assert "No: Outsider does not find it." in refused
    assert "they are not in it, nor in a group that it is shared with" in refused
    TicketShare.objects.create(ticket=ticket, group=cast.other_group)
    assert "is shared with the group Billing" in asked(cast, cast.outsider.email, ticket.ref)


def test_it_answers_for_feedback_and_customers_too(cast: Cast) -> None:
    ticket = make_ticket(cast.group)
    heard = Feedback.objects.get()
    for ref in (heard.pk, ticket.customer_id):
        assert "Yes: Agent sees it" in asked(cast, cast.agent.email, str(ref))
        assert "No: Outsider does not find it." in asked(cast, cast.outsider.email, str(ref))


def test_it_says_what_it_does_not_know(cast: Cast) -> None:
    ticket = make_ticket(cast.group)
    assert "There is nobody of this address." in asked(cast, "nobody@house.example", ticket.ref)
    for ref in ("T-1", "x\0", "T-9999999999999999999"):
        assert "There is no such ticket" in asked(cast, cast.agent.email, ref)
    assert "There is nobody" in asked(cast, "\0", "T-1")


def test_it_begins_without_a_question(cast: Cast) -> None:
    page = browse(cast.auditor).get(WHERE)
    assert page.status_code == 200
    assert "Yes" not in text_of(page)
