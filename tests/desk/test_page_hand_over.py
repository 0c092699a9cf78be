"""On the desk a ticket is handed over, accepted, taken, sent back, and told of where it is gone."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import AccessGroup
from cxloop.kernel.moment import moment
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, nonce_of, sent, text_of, ticket_of_today
from tests.desk.test_page_ticket import act, kinds
from tickets.work.actions.accept import accept
from tickets.work.actions.assign import hand_over
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Handover, Ticket, TicketShare

pytestmark = pytest.mark.django_db

SUMMARY = "The invoice is wrong; the parcel was right."
SAID = {"group": "billing", "reason": "expertise", "summary": SUMMARY}


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return ticket_of_today(cast.group, assignee=cast.agent)


@pytest.fixture
def handed(cast: Cast, ticket: Ticket) -> Ticket:
    by = acting(cast.agent)
    hand_over(ticket, group=cast.other_group, summary=SUMMARY, by=by, now=moment())
    return locked(ticket.pk)


def page_of(ticket: Ticket) -> str:
    return f"/tickets/{ticket.ref}"


class TestGive:
    def test_every_group_is_offered_with_the_reasons(self, cast: Cast, ticket: Ticket) -> None:
        page = browse(cast.agent).get(page_of(ticket)).content.decode()
        assert '<option value="billing">Billing</option>' in page
        assert "It needs their expertise" in page

    def test_the_giver_is_told_in_words_where_it_is(self, cast: Cast, ticket: Ticket) -> None:
        agent = browse(cast.agent)
        gone = f"{page_of(ticket)}/handed-over"
        sent(act(agent, ticket, "hand-over", **SAID), gone)
        page = agent.get(gone)
        assert page.status_code == 200
        said = text_of(page)
        assert f"{ticket.ref} is with Billing now" in said
        assert SUMMARY in said
        assert 'href="/queue"' in page.content.decode()
        assert "Parcel never arrived" not in said

    def test_whoever_comes_back_to_it_is_told_too(self, cast: Cast, handed: Ticket) -> None:
        sent(browse(cast.agent).get(page_of(handed)), f"{page_of(handed)}/handed-over")

    def test_nobody_else_is(self, cast: Cast, handed: Ticket) -> None:
        for person in (cast.lead, cast.viewer):
            client = browse(person)
            assert client.get(page_of(handed)).status_code == 404
            assert client.get(f"{page_of(handed)}/handed-over").status_code == 404

    def test_an_open_page_hears_only_that_it_is_gone(self, cast: Cast, handed: Ticket) -> None:
        answer = browse(cast.agent).get(page_of(handed), headers={"HX-Request": "true"})
        assert answer.status_code == 404

    def test_once_it_is_handed_on_by_others_it_is_gone(self, cast: Cast, handed: Ticket) -> None:
        third = AccessGroup.objects.create(slug="press", name="Press", created_at=moment())
        hand_over(handed, group=third, by=acting(cast.outsider), now=moment())
        assert browse(cast.agent).get(page_of(handed)).status_code == 404

    def test_who_still_sees_it_goes_back_to_it(self, cast: Cast, ticket: Ticket) -> None:
        TicketShare.objects.create(ticket=ticket, group=cast.group)
        agent = browse(cast.agent)
        sent(act(agent, ticket, "hand-over", **SAID), page_of(ticket))
        sent(agent.get(f"{page_of(ticket)}/handed-over"), page_of(ticket))

    def test_nothing_typed_is_lost_when_it_is_refused(self, cast: Cast, ticket: Ticket) -> None:
        for wrong in ({"group": ""}, {"reason": ""}, {"summary": " "}, {"group": "nowhere"}):
            said = {**SAID, **wrong}
            response = act(browse(cast.agent), ticket, "hand-over", **said)
            assert response.status_code == 422, wrong
            assert said["summary"].strip() in text_of(response)
        assert not Handover.objects.exists()

    @pytest.mark.parametrize("who", ["agent", "admin"])
    def test_the_same_copy_sent_twice_hands_over_once(
        self, cast: Cast, ticket: Ticket, who: str
    ) -> None:
        """Whether its sender still sees it or not."""
        client = browse(getattr(cast, who))
        nonce = nonce_of(client.get(page_of(ticket)))
        for _ in range(2):
            answer = client.post(f"{page_of(ticket)}/hand-over", {"nonce": nonce, **SAID})
            assert answer.status_code == 303
        assert kinds(ticket).count("handed_over") == 1


class TestTakeBack:
    def test_its_giver_takes_it_back_from_where_it_went(self, cast: Cast, handed: Ticket) -> None:
        agent = browse(cast.agent)
        gone = f"{page_of(handed)}/handed-over"
        assert "Take it back" in text_of(agent.get(gone))
        sent(agent.post(f"{gone}/take-back"), page_of(handed))
        assert "Took the hand-over to Billing back" in text_of(agent.get(page_of(handed)))

    def test_too_late_they_are_told_so(self, cast: Cast, handed: Ticket) -> None:
        accept(handed, by=acting(cast.outsider), now=moment())
        agent = browse(cast.agent)
        gone = f"{page_of(handed)}/handed-over"
        assert "Take it back" not in text_of(agent.get(gone))
        sent(agent.post(f"{gone}/take-back"), gone)
        assert "somebody was faster" in text_of(agent.get(gone))


class TestReceive:
    def test_it_says_by_whom_why_and_until_when(self, cast: Cast, handed: Ticket) -> None:
        said = text_of(browse(cast.outsider).get(page_of(handed)))
        for words in ("Waiting to be accepted by Billing until", "Agent, Care", SUMMARY):
            assert words in said

    def test_late_it_says_so_in_words(self, cast: Cast, handed: Ticket) -> None:
        then = moment() - timedelta(hours=5)
        Handover.objects.update(at=then, accept_by=then + timedelta(hours=1))
        said = text_of(browse(cast.outsider).get(page_of(handed)))
        assert "Billing should have accepted it by" in said

    def test_it_is_accepted(self, cast: Cast, handed: Ticket) -> None:
        client = browse(cast.outsider)
        sent(self.act(client, handed, "accept"), page_of(handed))
        said = text_of(client.get(page_of(handed)))
        assert "Accepted by Billing" in said
        assert "Waiting to be accepted" not in said

    def test_it_is_taken_and_so_accepted(self, cast: Cast, handed: Ticket) -> None:
        client = browse(cast.outsider)
        sent(self.act(client, handed, "assign", assignee=cast.outsider.pk), page_of(handed))
        assert Handover.objects.get().accepted_by == cast.outsider

    def test_it_is_sent_back_with_a_reason(self, cast: Cast, handed: Ticket) -> None:
        client = browse(cast.outsider)
        assert self.act(client, handed, "send-back", reason=" ").status_code == 422
        answer = self.act(client, handed, "send-back", reason="Not an invoice of ours.")
        sent(answer, "/queue")
        agent = browse(cast.agent)
        said = text_of(agent.get(page_of(handed)))
        assert "Sent back from Billing to Care" in said
        assert "Not an invoice of ours." in said
        assert "A hand-over" in text_of(agent.get("/news"))

    def test_what_a_colleague_has_accepted_is_said(self, cast: Cast, handed: Ticket) -> None:
        client = browse(cast.outsider)
        nonce = nonce_of(client.get(page_of(handed)))
        Handover.objects.update(accepted_at=moment(), accepted_by=cast.outsider)
        said = {"nonce": nonce, "reason": "Not ours."}
        answer = client.post(f"{page_of(handed)}/send-back", said)
        assert answer.status_code == 409
        assert "somebody was faster" in text_of(answer)

    def test_readers_see_that_it_waits_and_no_button(self, cast: Cast, handed: Ticket) -> None:
        page = text_of(browse(cast.auditor).get(page_of(handed)))
        assert "Waiting to be accepted by Billing until" in page
        assert "Send it back" not in page

    def act(self, client: Client, ticket: Ticket, verb: str, **said: Any) -> Any:
        return act(client, ticket, verb, **said)


class TestQueue:
    def test_an_operator_finds_what_is_to_be_accepted(self, cast: Cast, handed: Ticket) -> None:
        other = ticket_of_today(cast.other_group)
        client = browse(cast.outsider)
        answer = client.get("/queue", {"tab": "groups", "q": "is:handed-over"})
        assert answer.headers["Location"].endswith("?tab=groups&handed_over=true")
        page = text_of(client.get(answer.headers["Location"]))
        assert handed.ref in page
        assert other.ref not in page
        assert "To be accepted" in page

    def test_its_row_says_so(self, cast: Cast, handed: Ticket) -> None:
        page = browse(cast.outsider).get("/queue?tab=groups").content.decode()
        assert '<span class="tag handed">to be accepted</span>' in page


def test_an_admin_sets_the_time_to_accept(cast: Cast) -> None:
    admin = browse(cast.admin)
    said = {"name": "Billing", "accept_within_s": "30 min"}
    sent(admin.post("/admin/groups/billing", said), "/admin/groups/billing")
    assert AccessGroup.objects.get(slug="billing").accept_within_s == 1800
    page = text_of(admin.get("/admin/groups/billing"))
    assert "Time to accept what is handed over to it: 4 hours → 30 minutes" in page
    for wrong in ("soon", "10 s", "60 d"):
        answer = admin.post("/admin/groups/billing", {**said, "accept_within_s": wrong})
        assert answer.status_code == 422, wrong


def test_it_costs_the_page_no_more(cast: Cast, handed: Ticket) -> None:
    assert cost_of(browse(cast.outsider), page_of(handed)) <= 39
