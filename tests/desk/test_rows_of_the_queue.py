"""A row of the queue says …"""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from cxloop.kernel.moment import moment
from desk.beside import MOST_FAILURES, beside
from desk.models import TicketSeen
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, text_of
from tests.makers import NOW, make_customer, make_feedback, make_member, make_source, make_ticket
from tickets.work.actions.customer_message import receive_message
from tickets.work.actions.move import close_ticket
from tickets.work.actions.talk import note
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return make_ticket(cast.group, assignee=cast.agent)


def is_unread(ticket: Ticket, person: User) -> bool:
    return beside([ticket], person)[ticket.pk].unread


def failures(ticket: Ticket, person: User) -> int:
    return beside([ticket], person)[ticket.pk].failures


class TestUnread:
    def test_that_nobody_has_looked_yet(self, cast: Cast, ticket: Ticket) -> None:
        page = browse(cast.agent).get("/queue").content.decode()
        assert '<tr class="unread">' in page
        assert "unread</span>" in page

    def test_no_more_once_somebody_has_looked_themselves(self, cast: Cast, ticket: Ticket) -> None:
        browse(cast.agent).get(f"/tickets/{ticket.ref}")
        assert not is_unread(ticket, cast.agent)
        assert is_unread(ticket, cast.lead)
        assert '<tr class="unread">' not in browse(cast.agent).get("/queue").content.decode()

    def test_when_something_happens_after_the_look(self, cast: Cast, ticket: Ticket) -> None:
        browse(cast.agent).get(f"/tickets/{ticket.ref}")
        receive_message(locked(ticket.pk), text="Well?", received_at=moment(), now=moment())
        assert is_unread(ticket, cast.agent)
        browse(cast.agent).get(f"/tickets/{ticket.ref}")
        assert not is_unread(ticket, cast.agent)

    def test_though_its_clock_was_slow(self, cast: Cast, ticket: Ticket) -> None:
        """Whoever had read an earlier time before the look, and wrote after it."""
        browse(cast.agent).get(f"/tickets/{ticket.ref}")
        note(ticket, body="Hm.", by=acting(cast.lead), now=NOW - timedelta(days=1))
        assert is_unread(ticket, cast.agent)

    def test_nothing_of_what_one_did_oneself(self, cast: Cast, ticket: Ticket) -> None:
        browse(cast.agent).get(f"/tickets/{ticket.ref}")
        note(ticket, body="Hm.", by=acting(cast.agent), now=moment())
        assert not is_unread(ticket, cast.agent)

    def test_nothing_of_what_is_over_or_was_imported(self, cast: Cast, ticket: Ticket) -> None:
        old = make_ticket(cast.group, quiet=True)
        by = acting(cast.lead)
        close_ticket(ticket, outcome="spam", reason="an advertisement", by=by, now=moment())
        assert not is_unread(old, cast.agent)
        assert not is_unread(ticket, cast.agent)

    def test_still_when_only_the_open_page_refreshed_itself(self, cast: Cast, ticket: Ticket):
        """It may stand behind others, where nobody looks."""
        path = f"/tickets/{ticket.ref}?after=0"
        browse(cast.agent).get(path, headers={"HX-Request": "true"})
        browse(cast.agent).head(f"/tickets/{ticket.ref}")
        assert is_unread(ticket, cast.agent)

    def test_by_one_statement_a_look(self, cast: Cast, ticket: Ticket) -> None:
        for _ in range(3):
            browse(cast.agent).get(f"/tickets/{ticket.ref}")
        seen = TicketSeen.objects.get()
        assert (seen.person, seen.ticket) == (cast.agent, ticket)

    def test_nothing_to_strangers_who_tried(self, cast: Cast, ticket: Ticket) -> None:
        assert browse(cast.outsider).get(f"/tickets/{ticket.ref}").status_code == 404
        assert not TicketSeen.objects.exists()


class TestFailures:
    def heard(self, ticket: Ticket, *, days: int, nps: int = 1, **facts: Any) -> None:
        at = NOW - timedelta(days=days)
        given = {"customer": ticket.customer, "judged": True, "received_at": at}
        make_feedback(nps=nps, **given | facts)

    def test_how_often_this_customer_was_disappointed_before(self, cast: Cast, ticket: Ticket):
        owned = make_source(owners=(cast.group,))
        self.heard(ticket, days=3, source=owned)
        self.heard(ticket, days=2, source=owned)
        self.heard(ticket, days=1, source=owned, nps=10)
        self.heard(ticket, days=-1, source=owned)
        assert failures(ticket, cast.agent) == 2
        page = text_of(browse(cast.agent).get("/queue"))
        assert "earlier failures: 2" in page

    def test_what_was_said_under_a_claim_too(self, cast: Cast, ticket: Ticket) -> None:
        claim = make_customer(trusted=False, identity=None, joined_to=ticket.customer)
        self.heard(ticket, days=3, source=make_source(owners=(cast.group,)), customer=claim)
        assert failures(ticket, cast.agent) == 1

    def test_only_what_the_reader_may_see(self, cast: Cast, ticket: Ticket) -> None:
        self.heard(ticket, days=3, source=make_source(owners=(cast.other_group,)))
        assert failures(ticket, cast.agent) == 0
        assert failures(ticket, cast.admin) == 1
        make_member(cast.other_group, "viewer", cast.agent)
        assert failures(ticket, cast.agent) == 1

    def test_no_further_than_anybody_counts(self, cast: Cast, ticket: Ticket) -> None:
        source = make_source(owners=(cast.group,))
        for day in range(1, MOST_FAILURES + 3):
            self.heard(ticket, days=day, source=source)
        assert beside([ticket], cast.agent)[ticket.pk].failures_said == f"{MOST_FAILURES}+"


def test_what_the_customer_is_worth(cast: Cast) -> None:
    make_ticket(cast.group, assignee=cast.agent, customer=make_customer(value="1240.50"))
    assert "1,240.50" in text_of(browse(cast.agent).get("/queue"))


def test_it_all_at_the_cost_of_few_questions(cast: Cast) -> None:
    agent = browse(cast.agent)
    path = "/queue?tab=groups"
    make_ticket(cast.group)
    few = cost_of(agent, path)
    source = make_source(owners=(cast.group,))
    for _ in range(6):
        ticket = make_ticket(cast.group)
        make_feedback(source, nps=1, customer=ticket.customer, judged=True)
    assert cost_of(agent, path) == few <= 10
