"""Tickets that have to do with each other are linked; one that holds two matters is split."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from cxloop.kernel.errors import Conflict, Refused
from tests.cast import Cast, api
from tests.desk.asking import at_once
from tests.makers import make_customer, make_feedback, make_ticket
from tickets.sla.models import Clock
from tickets.work.actions.join import join_feedback
from tickets.work.actions.link import link_tickets, links_of, split_ticket, unlink_tickets
from tickets.work.actions.talk import reply
from tickets.work.actor import CUSTOMER, acting
from tickets.work.door import locked
from tickets.work.models import Ticket, TicketFeedback, TicketLink, TicketShare
from tickets.work.verbs import say

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return make_ticket(cast.group, customer=make_customer(), assignee=cast.agent, tags=["late"])


def due_times(ticket: Ticket) -> dict[str, datetime | None]:
    clocks = Clock.objects.filter(promise=ticket.pk)
    return dict(clocks.values_list("kind", "due_at"))


class TestLink:
    def test_it_is_seen_from_both(self, cast, ticket, now):
        other = make_ticket(cast.group)
        for _ in range(2):
            link_tickets(other, ticket, by=acting(cast.agent), now=now)
        assert links_of(ticket).get() == links_of(other).get()
        assert ticket.timeline.get(kind="linked").reason == {"with": other.ref}
        assert other.timeline.get(kind="linked").reason == {"with": ticket.ref}
        for _ in range(2):
            unlink_tickets(ticket, other, by=acting(cast.agent), now=now)
        assert not TicketLink.objects.exists()
        assert other.timeline.filter(kind="unlinked").count() == 1

    def test_not_with_itself(self, cast, ticket, now):
        with pytest.raises(Refused):
            link_tickets(ticket, ticket, by=acting(cast.agent), now=now)

    def test_over_the_api_both_must_be_theirs_to_work(self, cast, ticket):
        near, far = make_ticket(cast.group), make_ticket(cast.other_group)
        agent, where = api(cast.agent), f"/api/v1/tickets/{ticket.ref}"
        linked = agent.post(f"{where}/link", {"to": near.ref})
        assert (linked.status_code, linked.json()["links"]) == (200, [near.ref])
        assert agent.get(f"/api/v1/tickets/{near.ref}").json()["links"] == [ticket.ref]
        for ref in (far.ref, "T-999999", "nonsense", "T-" + "9" * 30):
            answer = agent.post(f"{where}/link", {"to": ref})
            assert answer.json()["errors"][0]["code"] == "unknown_ticket"
        TicketShare.objects.create(ticket=far, group=cast.group)
        assert agent.post(f"{where}/link", {"to": far.ref}).status_code == 403
        assert agent.post(f"{where}/unlink", {"to": near.ref}).json()["links"] == []
        for body in ({}, {"to": 7.5}, {"to": None}, []):
            assert agent.post(f"{where}/link", body).status_code in (400, 422), body

    def test_impossible_links_are_refused_by_the_database(self, cast, ticket, now):
        other = make_ticket(cast.group)
        link_tickets(ticket, other, by=acting(cast.agent), now=now)
        for low, high in ((other, ticket), (ticket, ticket), (ticket, other)):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO work_ticketlink (low_id, high_id, since) VALUES (%s, %s, now())",
                    [low.pk, high.pk],
                )


@pytest.mark.django_db(transaction=True)
def test_two_who_link_from_both_ends_at_once_wait_in_no_circle(cast: Cast) -> None:
    one, two = make_ticket(cast.group), make_ticket(cast.group)
    said = at_once(
        lambda: say("link", by=cast.agent, ref=one.ref, raw={"to": two.ref}),
        lambda: say("link", by=cast.lead, ref=two.ref, raw={"to": one.ref}),
    )
    assert said == ["int", "int"]
    assert TicketLink.objects.count() == 1


class TestSplit:
    def test_it_has_clocks_of_its_own_from_its_own_receipt(self, cast, ticket, now):
        second = make_feedback(
            nps=3, comment="And the bill", customer=ticket.customer, received_at=now + HOUR
        )
        join_feedback(locked(ticket.pk), second, CUSTOMER, now=now + 2 * HOUR)
        before = due_times(ticket)
        made = split_ticket(locked(ticket.pk), second.pk, by=acting(cast.agent), now=now + 3 * HOUR)
        assert TicketFeedback.objects.get(pk=second.pk).ticket == made
        assert made.subject == "And the bill"
        assert (made.customer, made.assignee, made.tags) == (
            ticket.customer,
            cast.agent,
            ["late"],
        )
        assert due_times(made)["follow_up"] == now + 49 * HOUR
        assert made.next_due_at is not None
        assert due_times(ticket) == before
        assert "feedback_joined" in set(ticket.timeline.values_list("kind", flat=True))
        entry = ticket.timeline.get(kind="split")
        assert entry.reason == {"into": made.ref, "feedback": str(second.pk)}
        opened = made.timeline.get(kind="opened")
        assert opened.reason == {"split_from": ticket.ref, "feedback": str(second.pk)}
        assert made.linked_to == ticket

    def test_who_was_told_that_we_have_it_is_not_promised_that_again(self, cast, ticket, now):
        second = make_feedback(nps=3, customer=ticket.customer, received_at=now)
        join_feedback(locked(ticket.pk), second, CUSTOMER, now=now)
        reply(locked(ticket.pk), body="We have it.", by=acting(cast.agent), now=now)
        made = split_ticket(locked(ticket.pk), second.pk, by=acting(cast.agent), now=now + 9 * HOUR)
        states = dict(Clock.objects.filter(promise=made.pk).values_list("kind", "state"))
        assert states["acknowledge"] == "met"
        assert states["follow_up"] == "running"

    def test_the_last_one_stays(self, cast, ticket, now):
        only = TicketFeedback.objects.get(ticket=ticket)
        with pytest.raises(Conflict) as refused:
            split_ticket(ticket, only.pk, by=acting(cast.agent), now=now)
        assert refused.value.code == "last_feedback"

    def test_what_stands_elsewhere_is_refused(self, cast, ticket, now):
        elsewhere = TicketFeedback.objects.get(ticket=make_ticket(cast.group))
        with pytest.raises(Refused) as refused:
            split_ticket(ticket, elsewhere.pk, by=acting(cast.agent), now=now)
        assert refused.value.faults[0].code == "not_on_ticket"

    def test_over_the_api(self, cast, ticket, now):
        second = make_feedback(nps=3, customer=ticket.customer)
        join_feedback(locked(ticket.pk), second, CUSTOMER, now=now)
        agent, where = api(cast.agent), f"/api/v1/tickets/{ticket.ref}"
        answer = agent.post(f"{where}/split", {"feedback": str(second.pk)})
        assert answer.status_code == 200, answer.json()
        assert len(answer.json()["feedback"]) == 1
        made = Ticket.objects.latest("pk")
        assert agent.get(f"/api/v1/tickets/{made.ref}").json()["linked_to"] == ticket.ref
        again = agent.post(f"{where}/split", {"feedback": str(second.pk)})
        assert again.status_code == 422
        assert agent.post(f"{where}/split", {"feedback": "x"}).status_code == 422
