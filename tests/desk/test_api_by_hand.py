"""Tickets by hand over REST: from feedback that no rule took, and from what an agent heard."""

from functools import partial
from typing import Any

import pytest
from rest_framework.response import Response

from accounts.models import User
from cxloop.kernel.moment import moment
from feedback.intake.models import Arrival, Channel, Customer, Feedback
from tests.cast import Cast, api
from tests.desk.asking import at_once, faults, refusal
from tests.makers import (
    make_customer,
    make_feedback,
    make_policy,
    make_source,
    make_ticket,
)
from tickets.sla.models import Clock
from tickets.work.actions.triage import FALLBACK_POLICY
from tickets.work.by_hand import ticket_from_feedback
from tickets.work.models import Ticket, Triage
from tickets.work.sweeps import triage_arrivals

pytestmark = pytest.mark.django_db

TICKETS = "/api/v1/tickets"
CALL = {
    "channel": "phone",
    "group": "care",
    "comment": "The sofa arrived torn.",
    "customer": {"name": "Kim", "phone": "+82 10 1234"},
}


@pytest.fixture(autouse=True)
def policy(db: None) -> None:
    make_policy(FALLBACK_POLICY)


@pytest.fixture
def said(cast: Cast, now: Any) -> Feedback:
    """Neutral words that no rule took."""
    row = make_feedback(make_source(owners=(cast.group,)), nps=7, comment="Hm.", judged=True)
    Triage.objects.create(feedback=row, decision="none", reason="to be read", at=now)
    return row


def from_feedback(person: User | None, said: Feedback, **body: Any) -> Response:
    given = {"group": "care", "reason": "She sounds hurt."}
    return api(person).post(f"/api/v1/feedback/{said.pk}/ticket", given | body)


def record(person: User | None, **body: Any) -> Response:
    return api(person).post(TICKETS, CALL | body)


class TestFromFeedback:
    def test_it_opens_with_a_reason(self, cast: Cast, said: Feedback) -> None:
        response = from_feedback(cast.agent, said, priority="high")
        assert response.status_code == 201
        shown = response.json()
        assert (shown["priority"], shown["assignee"]["name"]) == ("high", "Agent")
        assert shown["timeline"][0]["reason"]["by_hand"] == "She sounds hurt."
        assert [row["id"] for row in shown["feedback"]] == [str(said.pk)]

    def test_its_time_runs_from_the_receipt(self, cast: Cast, said: Feedback) -> None:
        from_feedback(cast.agent, said)
        assert {clock.started_at for clock in Clock.objects.all()} == {said.received_at}

    def test_once_is_enough(self, cast: Cast, said: Feedback) -> None:
        from_feedback(cast.agent, said)
        assert refusal(from_feedback(cast.lead, said)) == (409, "has_ticket")

    def test_not_before_the_rules_were_asked(self, cast: Cast) -> None:
        fresh = make_feedback(make_source(owners=(cast.group,)), nps=7)
        assert refusal(from_feedback(cast.agent, fresh)) == (409, "pending")

    def test_strangers_find_nothing_and_readers_may_not(self, cast: Cast, said: Feedback) -> None:
        assert refusal(from_feedback(None, said)) == (401, "unknown_key")
        assert refusal(from_feedback(cast.outsider, said)) == (404, "not_found")
        assert refusal(from_feedback(cast.viewer, said)) == (403, "forbidden")
        assert refusal(from_feedback(cast.auditor, said)) == (403, "forbidden")

    REFUSED = [
        ({"reason": " "}, "/reason"),
        ({"group": "none-such"}, "/group"),
        ({"group": "billing"}, "/group"),
        ({"policy": "none-such"}, "/policy"),
        ({"priority": "top"}, "/priority"),
        ({"tags": []}, "/tags"),
    ]

    @pytest.mark.parametrize("body, pointer", REFUSED)
    def test_it_refuses_with_a_pointer(self, cast: Cast, said: Feedback, body, pointer) -> None:
        assert [place for place, _ in faults(from_feedback(cast.agent, said, **body))] == [pointer]

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_open_one(self, cast: Cast, said: Feedback) -> None:
        body = {"group": "care", "reason": "Both saw it."}
        acts = [partial(ticket_from_feedback, p, said.pk, body) for p in (cast.agent, cast.lead)]
        assert at_once(*acts) == ["Conflict", "Ticket"]


class TestFromContact:
    @pytest.fixture(autouse=True)
    def source(self, cast: Cast) -> None:
        make_source("desk", channel=Channel.HAND)

    def test_the_words_are_feedback_first(self, cast: Cast) -> None:
        response = record(cast.agent)
        assert response.status_code == 201, response.json()
        shown = response.json()
        (said,) = shown["feedback"]
        assert (said["channel"], said["source"]) == ("hand", "desk")
        assert (said["comment"], said["context"]) == (CALL["comment"], {"heard_by": "phone"})
        assert (said["contactable"], said["customer"]["trusted"]) == ("phone", True)
        assert (said["ticket"], said["triage"]["decision"]) == (shown["ref"], "none")
        assert (shown["subject"], shown["status"]) == (CALL["comment"], "open")

    def test_no_rule_opens_a_second_one(self, cast: Cast) -> None:
        record(cast.agent, score={"type": "nps", "value": 0})
        assert not Arrival.objects.exists()
        triage_arrivals()
        assert Ticket.objects.count() == 1

    def test_the_contact_was_the_call_itself(self, cast: Cast) -> None:
        contact = {"channel": "phone", "outcome": "reached", "body": "I promised a new one."}
        shown = record(cast.agent, contact=contact).json()
        clocks = {clock["kind"]: clock["state"] for clock in shown["clocks"]}
        assert clocks["follow_up"] == "met"
        assert shown["timeline"][-1]["text"] == "I promised a new one."

    def test_without_a_contact_the_promise_runs(self, cast: Cast) -> None:
        shown = record(cast.agent, contact=None).json()
        assert {c["state"] for c in shown["clocks"] if c["kind"] == "follow_up"} == {"running"}

    def test_what_a_server_told_of_a_customer_stands(self, cast: Cast) -> None:
        known = make_customer("kim@example.com", external_id="C-1", identity="id:C-1", name="Kim")
        make_ticket(cast.group, customer=known)
        record(cast.agent, customer={"id": "C-1", "email": "other@example.com", "company": "Acme"})
        known.refresh_from_db()
        assert (known.email, known.company) == ("kim@example.com", "Acme")
        assert Customer.objects.count() == 1

    def test_a_guess_shows_nobody_whom_others_serve(self, cast: Cast) -> None:
        known = make_customer("kim@example.com", external_id="C-1", identity="id:C-1", name="Kim")
        make_ticket(cast.other_group, customer=known)
        for guess in ({"id": "C-1", "name": "?"}, {"id": "C-1", "email": "mine@example.com"}):
            shown = record(cast.agent, customer=guess).json()["customer"]
            assert shown["trusted"] is False
            assert "kim" not in str(shown).lower()
        known.refresh_from_db()
        assert known.email == "kim@example.com"

    def test_nobody_records_for_a_group_they_do_not_work_in(self, cast: Cast) -> None:
        assert refusal(record(None)) == (401, "unknown_key")
        assert refusal(record(cast.viewer)) == (403, "forbidden")
        assert refusal(record(cast.auditor)) == (403, "forbidden")
        assert faults(record(cast.outsider)) == [("/group", "unknown_group")]
        assert record(cast.admin).status_code == 201
        assert Feedback.objects.count() == 1

    REFUSED = [
        ({"channel": "pigeon"}, "/channel"),
        ({"comment": " "}, ""),
        ({"comment": "x" * 10_001}, "/comment"),
        ({"customer": {"email": "x"}}, "/customer/email"),
        ({"score": {"type": "nps", "value": 11}}, "/score/value"),
        ({"contact": {"channel": "phone", "outcome": "maybe"}}, "/contact/outcome"),
        ({"contact": {"channel": "phone"}}, "/contact/outcome"),
        ({"contact": "phone"}, "/contact"),
        ({"source": "none-such"}, "/source"),
        ({"backdated": True, "occurred_at": "2020-01-01T00:00:00Z"}, "/backdated"),
        ({"context": "x"}, "/context"),
        ({"subject": "x"}, "/subject"),
    ]

    @pytest.mark.parametrize("body, pointer", REFUSED)
    def test_it_refuses_with_a_pointer_and_keeps_nothing(self, cast, body, pointer) -> None:
        assert [place for place, _ in faults(record(cast.agent, **body))] == [pointer]
        assert not Feedback.objects.exists()

    def test_when_it_happened_moves_nothing(self, cast: Cast) -> None:
        before = moment()
        record(cast.agent, occurred_at="2020-01-01T00:00:00Z")
        assert Feedback.objects.get().received_at >= before
