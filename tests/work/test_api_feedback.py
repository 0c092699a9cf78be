"""Feedback over REST: through its ticket, through the groups that own its source, or by the secret
key of the source itself."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from feedback.intake.models import Feedback, SourceKey
from tests.cast import Cast, api
from tests.makers import (
    make_customer,
    make_feedback,
    make_policy,
    make_source,
    make_source_key,
    make_ticket,
)
from tickets.rules.actions import write_rule
from tickets.work.actions.triage import FALLBACK_POLICY
from tickets.work.models import TicketShare, Triage
from tickets.work.shown import show_feedback
from tickets.work.sweeps import triage_arrivals

pytestmark = pytest.mark.django_db

FEEDBACK = "/api/v1/feedback"


def by_key(clear: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {clear}")
    return client


def listed(client: APIClient, query: Any = None) -> list[str]:
    response = client.get(FEEDBACK, query or {})
    assert response.status_code == 200, response.json()
    return [row["id"] for row in response.json()["results"]]


def status_of(person: User, feedback: Any) -> int:
    return api(person).get(f"{FEEDBACK}/{feedback.pk}").status_code


class TestWho:
    def test_the_groups_that_own_its_source_see_it(self, cast: Cast) -> None:
        said = make_feedback(make_source(owners=(cast.group,)), nps=9)
        for person in (cast.agent, cast.viewer, cast.admin, cast.auditor):
            assert listed(api(person)) == [str(said.pk)]
            assert status_of(person, said) == 200
        assert listed(api(cast.outsider)) == []
        assert status_of(cast.outsider, said) == 404

    def test_who_sees_its_ticket_sees_it(self, cast: Cast) -> None:
        said = make_feedback(nps=1, judged=True)
        ticket = make_ticket(cast.group, feedback=said)
        assert listed(api(cast.viewer)) == [str(said.pk)]
        assert status_of(cast.outsider, said) == 404
        TicketShare.objects.create(ticket=ticket, group=cast.other_group)
        assert status_of(cast.outsider, said) == 200

    def test_a_ticket_handed_over_is_no_way_to_it_any_more(self, cast: Cast) -> None:
        said = make_feedback(nps=1, judged=True)
        ticket = make_ticket(cast.group, feedback=said)
        body = {"group": cast.other_group.slug}
        api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/assign", body)
        assert status_of(cast.agent, said) == 404
        assert status_of(cast.outsider, said) == 200

    def test_a_server_reads_what_its_own_source_heard(self, cast: Cast) -> None:
        mine, other = make_source("shop"), make_source("app")
        said, not_mine = make_feedback(mine, nps=3), make_feedback(other, nps=3)
        client = by_key(make_source_key(mine, SourceKey.Kind.SECRET))
        assert listed(client) == [str(said.pk)]
        assert client.get(f"{FEEDBACK}/{said.pk}").status_code == 200
        assert client.get(f"{FEEDBACK}/{not_mine.pk}").status_code == 404

    def test_a_server_reads_no_tickets(self, cast: Cast) -> None:
        client = by_key(make_source_key(make_source(), SourceKey.Kind.SECRET))
        assert client.get("/api/v1/tickets").status_code == 401

    def test_a_publishable_key_reads_nothing(self, cast: Cast) -> None:
        response = by_key(make_source_key(make_source())).get(FEEDBACK)
        assert (response.status_code, response.json()["code"]) == (403, "wrong_key")

    def test_a_revoked_key_reads_nothing(self, cast: Cast, now: Any) -> None:
        client = by_key(make_source_key(make_source(), SourceKey.Kind.SECRET))
        assert client.get(FEEDBACK).status_code == 200
        SourceKey.objects.update(revoked_at=now)
        assert client.get(FEEDBACK).status_code == 401

    @pytest.mark.parametrize("key", ["", "sk_none-such", "pat_none-such", "nonsense"])
    def test_strangers_are_told_that_a_key_is_needed(self, db: None, key: str) -> None:
        client = by_key(key) if key else APIClient()
        response = client.get(FEEDBACK)
        assert (response.status_code, response.json()["code"]) == (401, "unknown_key")
        assert response["Content-Type"] == "application/problem+json"


class TestShown:
    @pytest.fixture
    def client(self, cast: Cast) -> APIClient:
        return api(cast.admin)

    def test_what_was_said_stands_as_it_was_said(self, client: APIClient, now: Any) -> None:
        said = make_feedback(
            make_source("shop"),
            nps=3,
            comment="배송이 안 왔어요",
            customer=make_customer(external_id="C-81"),
            scores=[{"key": "delivery", "type": "csat", "value": 2, "class": "negative"}],
            context={"order_id": "A-1"},
            tags=["checkout"],
        )
        shown = client.get(f"{FEEDBACK}/{said.pk}").json()
        assert shown["source"] == "shop"
        assert shown["received_at"] == "2026-11-20T09:00:00Z"
        assert shown["score"] == {"type": "nps", "value": 3, "class": "negative"}
        assert shown["scores"][0]["key"] == "delivery"
        assert shown["customer"]["external_id"] == "C-81"
        assert (shown["comment"], shown["context"]) == ("배송이 안 왔어요", {"order_id": "A-1"})
        assert (shown["triage"]["decision"], shown["ticket"]) == ("pending", None)

    def test_its_triage_names_the_rule_and_the_ticket(self, client: APIClient, cast, now) -> None:
        then = {"ticket": True, "group": "care", "policy": FALLBACK_POLICY}
        rule = {"name": "All", "when": {"always": True}, "then": then}
        written = write_rule(rule, known_policies={FALLBACK_POLICY}, by=None, now=now)
        make_policy(FALLBACK_POLICY)
        said = make_feedback(nps=3, customer=make_customer())
        triage_arrivals()
        shown = client.get(f"{FEEDBACK}/{said.pk}").json()
        assert shown["triage"]["decision"] == "ticket"
        assert shown["triage"]["rule"] == {"id": written.rule_id, "version": 1, "name": "All"}
        assert shown["ticket"].startswith("T-")

    def test_decision_and_ticket_are_read_in_one_moment(
        self, cast: Cast, now: Any, django_assert_num_queries: Any
    ) -> None:
        ticket = make_ticket(cast.group)
        rows = Feedback.objects.select_related("source", "customer")
        said = rows.get(pk=ticket.feedback_links.get().pk)
        Triage.objects.create(feedback=said, decision="none", reason="By hand.", at=now)
        with django_assert_num_queries(3):  # and whether it was held, which ends before either
            (shown,) = show_feedback([said])
        assert (shown["triage"]["decision"], shown["ticket"]) == ("none", ticket.ref)

    def test_where_no_rule_took_it_the_reason_says_why(self, client: APIClient, now: Any) -> None:
        said = make_feedback(nps=9, judged=True)
        Triage.objects.create(feedback=said, decision="none", reason="Praise is kept.", at=now)
        shown = client.get(f"{FEEDBACK}/{said.pk}").json()["triage"]
        assert shown["decision"] == "none"
        assert (shown["reason"], shown["rule"]) == ("Praise is kept.", None)

    def test_what_is_no_id_is_nothing(self, client: APIClient) -> None:
        for name in ("1", "x", "01a2b3c4-0000-7000-8000-000000000000"):
            assert client.get(f"{FEEDBACK}/{name}").status_code == 404


class TestList:
    def test_the_newest_stands_first_and_pages_follow(self, cast: Cast, now: Any) -> None:
        rows = [make_feedback(received_at=now - timedelta(hours=n)) for n in range(5)]
        client = api(cast.admin)
        page = client.get(FEEDBACK, {"page_size": 2}).json()
        ids = [row["id"] for row in page["results"]]
        while page["next"]:
            page = client.get(page["next"]).json()
            ids += [row["id"] for row in page["results"]]
        assert ids == [str(row.pk) for row in rows]

    CASES = [
        ("source=shop", {"bad"}),
        ("source=shop,app", {"bad", "good"}),
        ("source=none-such", set()),
        ("class=negative", {"bad"}),
        ("class=positive,unscored", {"good", "mute"}),
        ("ticket=true", {"bad"}),
        ("ticket=false", {"good", "mute"}),
        ("received_after=2026-11-20T09:00:00Z", {"bad", "good"}),
        ("received_before=2026-11-20T18:00:00+09:00", {"mute"}),
    ]

    @pytest.mark.parametrize("query, expected", CASES, ids=[case[0] for case in CASES])
    def test_each_filter_finds_its_own(self, cast: Cast, now: Any, query, expected) -> None:
        rows = {
            "bad": make_feedback(make_source("shop"), nps=1, judged=True),
            "good": make_feedback(make_source("app"), nps=10),
            "mute": make_feedback(received_at=now - timedelta(days=1)),
        }
        make_ticket(cast.group, feedback=rows["bad"])
        name, _, value = query.partition("=")
        assert set(listed(api(cast.admin), {name: value})) == {
            str(rows[name].pk) for name in expected
        }

    REFUSED = [("class", "bad"), ("ticket", "1"), ("received_after", "now"), ("q", "x")]

    @pytest.mark.parametrize("name, value", REFUSED)
    def test_what_it_does_not_know_it_refuses_by_name(self, cast: Cast, name, value) -> None:
        response = api(cast.admin).get(FEEDBACK, {name: value})
        assert response.status_code == 422
        assert response.json()["errors"][0]["pointer"] == f"/{name}"

    def test_a_post_goes_to_the_room_that_hears(self, cast: Cast) -> None:
        client = by_key(make_source_key(make_source(), SourceKey.Kind.SECRET))
        body = {"score": {"type": "nps", "value": 2}}
        assert client.post(FEEDBACK, body, format="json").status_code == 201
