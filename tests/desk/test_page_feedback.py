import pytest

from feedback.intake.models import Channel, Feedback
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, nonce_of, sent, text_of, ticket_of_today
from tests.makers import NOW, make_feedback, make_policy, make_source
from tickets.sla.models import Clock
from tickets.work.models import Ticket, TicketFeedback, Triage

pytestmark = pytest.mark.django_db


def unread(cast: Cast, words: str = "Hm.") -> Feedback:
    source = make_source(owners=(cast.group,))
    row = make_feedback(source, nps=8, comment=words, judged=True)
    Triage.objects.create(feedback=row, decision="none", reason="to be read", at=NOW)
    return row


def test_the_list_shows_what_one_may_see_and_why_it_is_no_ticket(cast: Cast) -> None:
    unread(cast, "Fine, mostly")
    page = text_of(browse(cast.agent).get("/feedback"))
    assert "Fine, mostly" in page
    assert "to be read" in page
    assert "Fine, mostly" not in text_of(browse(cast.outsider).get("/feedback"))
    assert "Fine, mostly" not in text_of(browse(cast.agent).get("/feedback?class=negative"))


def test_a_ticket_of_another_group_is_not_named(cast: Cast) -> None:
    row = unread(cast)
    ticket = ticket_of_today(cast.other_group)
    TicketFeedback.objects.create(feedback=row, ticket=ticket, received_at=NOW, linked_at=NOW)
    for address in ("/feedback", f"/feedback/{row.pk}"):
        assert ticket.ref not in text_of(browse(cast.agent).get(address))
    assert ticket.ref in text_of(browse(cast.admin).get(f"/feedback/{row.pk}"))


def test_it_becomes_a_ticket_by_hand_once(cast: Cast) -> None:
    make_policy("standard")
    row, agent = unread(cast), browse(cast.agent)
    page = agent.get(f"/feedback/{row.pk}")
    said = {"group": "care", "policy": "standard", "priority": "high", "nonce": nonce_of(page)}
    blank = agent.post(f"/feedback/{row.pk}/ticket", said)
    assert blank.status_code == 422
    opened = agent.post(f"/feedback/{row.pk}/ticket", {**said, "reason": "It hides a fault"})
    ticket = Ticket.objects.get()
    sent(opened, f"/tickets/{ticket.ref}")
    assert "It hides a fault" in text_of(agent.get(f"/tickets/{ticket.ref}"))
    again = agent.post(f"/feedback/{row.pk}/ticket", {**said, "reason": "Once more", "nonce": ""})
    assert again.status_code == 409


def test_a_call_is_recorded_as_feedback_and_kept_promise(cast: Cast) -> None:
    make_policy("standard")
    make_source("calls", channel=Channel.HAND, owners=(cast.group,))
    agent = browse(cast.agent)
    said = {
        **{"group": "care", "policy": "standard", "priority": "normal", "channel": "phone"},
        **{"comment": "The lid leaks", "customer_name": "Mina", "customer_phone": "+82 10 1234"},
        **{"score_type": "csat", "score": "1", "reached": "on"},
        "nonce": nonce_of(agent.get("/tickets/new")),
    }
    opened = agent.post("/tickets/new", said)
    ticket = Ticket.objects.get()
    sent(opened, f"/tickets/{ticket.ref}")
    assert (ticket.subject, ticket.assignee) == ("The lid leaks", cast.agent)
    assert Clock.objects.get(promise=ticket.pk, kind="follow_up").state == "met"
    sent(agent.post("/tickets/new", said), "/queue")
    assert Ticket.objects.count() == 1


def test_what_is_wrong_with_a_call_is_said_at_its_field(cast: Cast) -> None:
    make_policy("standard")
    make_source("calls", channel=Channel.HAND)
    said = {"group": "care", "policy": "standard", "priority": "normal", "channel": "phone"}
    said |= {"comment": "The lid leaks", "customer_email": "not an address", "score": "9"}
    response = browse(cast.agent).post("/tickets/new", {**said, "score_type": "csat"})
    assert response.status_code == 422
    assert {"customer_email", "score"} <= response.context["form"].errors.keys()
    assert "The lid leaks" in response.content.decode()


def test_the_list_costs_the_same_for_one_and_for_many(cast: Cast) -> None:
    agent = browse(cast.agent)
    unread(cast)
    cost = cost_of(agent, "/feedback")
    for _ in range(4):
        unread(cast)
    assert cost_of(agent, "/feedback") == cost <= 12
