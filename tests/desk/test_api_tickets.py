"""Lists of tickets over REST: who sees which, narrowed how, in which order."""

from datetime import timedelta
from itertools import chain
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.makers import make_customer, make_feedback, make_source, make_ticket
from tickets.sla.models import Clock
from tickets.work import finding
from tickets.work.actions.talk import note, reply
from tickets.work.actor import acting
from tickets.work.models import Priority, Ticket, TicketShare

pytestmark = pytest.mark.django_db

TICKETS = "/api/v1/tickets"


def listed(person: User, query: Any = None) -> list[str]:
    response = api(person).get(TICKETS, query or {})
    assert response.status_code == 200, response.json()
    return [row["ref"] for row in response.json()["results"]]


def set_facts(ticket: Ticket, **facts: Any) -> Ticket:
    Ticket.objects.filter(pk=ticket.pk).update(**facts)
    ticket.refresh_from_db()
    return ticket


class TestWho:
    def test_each_sees_the_tickets_of_their_groups(self, cast: Cast) -> None:
        mine, other = make_ticket(cast.group), make_ticket(cast.other_group)
        assert listed(cast.agent) == [mine.ref]
        assert listed(cast.viewer) == [mine.ref]
        assert listed(cast.outsider) == [other.ref]
        assert listed(cast.admin) == listed(cast.auditor) == [mine.ref, other.ref]

    def test_a_shared_ticket_is_seen_by_both(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        TicketShare.objects.create(ticket=ticket, group=cast.other_group)
        assert listed(cast.outsider) == [ticket.ref]

    def test_a_filter_never_widens_what_is_seen(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group, subject="Parcel")
        for query in ({"group": "care"}, {"q": "parcel"}, {"status": "new"}, {"q": ticket.ref}):
            assert listed(cast.outsider, query) == []

    def test_a_stranger_is_told_that_a_key_is_needed(self) -> None:
        assert api(None).get(TICKETS).status_code == 401

    def test_one_who_was_switched_off_sees_nothing(self, cast: Cast) -> None:
        client = api(cast.agent)
        User.objects.filter(pk=cast.agent.pk).update(is_active=False)
        assert client.get(TICKETS).status_code == 401


class TestNarrow:
    @pytest.fixture
    def tickets(self, cast: Cast, now: Any) -> dict[str, Ticket]:
        vip = make_customer("vip@example.com", external_id="C-81", identity="id:C-81")
        shop = make_source("shop")
        said = make_feedback(shop, nps=1, comment="배송이 늦었어요", customer=vip, judged=True)
        late = make_ticket(cast.group, customer=vip, feedback=said, tags=["late"])
        mine = make_ticket(cast.group, assignee=cast.agent, subject="Broken lamp")
        done = set_facts(
            make_ticket(cast.group, subject="Old chair"),
            status="closed",
            outcome="spam",
            closed_at=now,
            next_due_at=None,
        )
        old = make_ticket(cast.group, quiet=True, received_at=now - timedelta(days=400))
        set_facts(late, priority=Priority.URGENT)
        return {"late": late, "mine": mine, "done": done, "old": old}

    CASES = [
        ("status=closed", {"done"}),
        ("status=new,closed", {"late", "mine", "done", "old"}),
        ("status=new&status=closed&imported=false", {"late", "mine", "done"}),
        ("group=care", {"late", "mine", "done", "old"}),
        ("group=billing", set()),
        ("group=none-such", set()),
        ("assignee=me", {"mine"}),
        ("assignee=none", {"late", "done", "old"}),
        ("assignee=me,none", {"late", "mine", "done", "old"}),
        ("assignee=999999999999999999", set()),
        ("priority=urgent", {"late"}),
        ("priority=normal,low", {"mine", "done", "old"}),
        ("source=shop", {"late"}),
        ("customer=C-81", {"late"}),
        ("tag=late", {"late"}),
        ("tag=Late", set()),
        ("imported=true", {"old"}),
        ("due_before=2026-01-01T00:00:00Z", {"old"}),
        ("created_after=2026-11-20T18:00:00+09:00", {"late", "mine", "done"}),
        ("created_after=2026-11-20T09:00:01Z", set()),
        ("q=lamp", {"mine"}),
        ("q=LAM", {"mine"}),
        ("q=broken chair", set()),
        ("q=배송", {"late"}),
        ("q=vip@example.com", {"late"}),
        ("q=C-81", {"late"}),
        ("q=", {"late", "mine", "done", "old"}),
        ("q=!!!", set()),
        ("q=' | 'lamp", {"mine"}),
        ("breached=false", {"late", "mine", "done", "old"}),
        ("breached=true", set()),
    ]

    @pytest.mark.parametrize("query, expected", CASES, ids=[case[0] for case in CASES])
    def test_each_filter_finds_its_own(self, cast, tickets, query, expected) -> None:
        said: dict[str, list[str]] = {}
        for pair in query.split("&"):
            name, _, value = pair.partition("=")
            said.setdefault(name, []).append(value)
        assert set(listed(cast.agent, said)) == {tickets[name].ref for name in expected}

    WORDS = [case for case in CASES if case[0].startswith("q=")]

    @pytest.mark.parametrize("query, expected", WORDS, ids=[case[0] for case in WORDS])
    def test_words_that_are_common_find_the_same(
        self, cast, tickets, query, expected, monkeypatch
    ) -> None:
        """From one ticket on: in a house of a million it is two thousand."""
        monkeypatch.setattr(finding, "MOST_NAMED", 0)
        found = set(listed(cast.agent, {"q": query.removeprefix("q=")}))
        assert found == {tickets[name].ref for name in expected}

    def test_by_our_own_id_of_the_customer(self, cast, tickets) -> None:
        late = tickets["late"]
        assert listed(cast.agent, {"customer": str(late.customer_id)}) == [late.ref]

    def test_a_broken_promise_is_found_mended_or_not(self, cast, tickets, now) -> None:
        due = now + timedelta(hours=48)
        clock = Clock.objects.filter(promise=tickets["mine"].pk, kind="follow_up")
        clock.update(state="breached", breached_at=due, detected_at=due)
        assert listed(cast.agent, {"breached": "true"}) == [tickets["mine"].ref]
        clock.update(met_at=due, next_action_at=None)
        assert listed(cast.agent, {"breached": "true"}) == [tickets["mine"].ref]

    def test_the_words_of_the_talk_are_found_too(self, cast, tickets, now) -> None:
        note(tickets["mine"], body="Ask the carrier", by=acting(cast.agent), now=now)
        assert listed(cast.agent, {"q": "carrier"}) == [tickets["mine"].ref]

    REFUSED = [
        ("status", "opne"),
        ("status", ""),
        ("priority", "3"),
        ("assignee", "agent"),
        ("assignee", "-1"),
        ("assignee", str(2**63)),
        ("assignee", "٣"),
        ("breached", "maybe"),
        ("due_before", "2026-11-20T09:00:00"),
        ("due_before", "tomorrow"),
        ("created_after", "0001-01-01T00:00:00+23:59"),
        ("ordering", "password"),
        ("ordering", "group__members__password"),
        ("q", "x" * 501),
        ("page", "2"),
        ("limit", "2"),
        ("group__members__email", "a"),
    ]

    @pytest.mark.parametrize("name, value", REFUSED)
    def test_what_it_does_not_know_it_refuses_by_name(self, cast, name, value) -> None:
        response = api(cast.agent).get(TICKETS, {name: value})
        assert response.status_code == 422
        assert [fault["pointer"] for fault in response.json()["errors"]] == [f"/{name}"]

    HOSTILE = [
        ("page_size", "1e9"),
        ("page_size", "-1"),
        ("page_size", "9" * 400),
        ("cursor", "x"),
        ("cursor", "WzFlOTksMSwwXQ"),
        ("cursor", "W251bGwsMTcwMTQxMTgzNDYwNDY5MjMxNzMxNjg3MzAzNzE1ODg0MTA1NzI4LDBd"),
        ("cursor", "\x00"),
        ("q", "\x00' & !"),
        ("q", "'" * 300),
        ("q", "\\"),
        ("tag", "\x00"),
        ("customer", "\x00"),
        ("group", "\x00"),
        ("source", "' OR 1=1 --"),
        ("\x00", "\x00"),
    ]

    @pytest.mark.parametrize("name, value", HOSTILE)
    def test_hostile_values_are_answered_calmly(self, cast, name, value) -> None:
        make_ticket(cast.group)
        assert api(cast.agent).get(TICKETS, {name: value}).status_code in (200, 400, 422)


class TestOrder:
    @pytest.fixture
    def tickets(self, cast: Cast, now: Any) -> list[Ticket]:
        """Three with deadlines, two of them alike, and three without any."""
        hours = [5, 3, None, 3, None, None]
        dues = [now + timedelta(hours=hour) if hour else None for hour in hours]
        return [
            set_facts(
                make_ticket(cast.group),
                next_due_at=due,
                priority=1 + place % 4,
                created_at=now - timedelta(days=place),
            )
            for place, due in enumerate(dues)
        ]

    ORDERS = [
        ("", [1, 3, 0, 2, 4, 5]),
        ("next_due_at", [1, 3, 0, 2, 4, 5]),
        ("-next_due_at", [5, 4, 2, 0, 3, 1]),
        ("created_at", [5, 4, 3, 2, 1, 0]),
        ("-created_at", [0, 1, 2, 3, 4, 5]),
        ("priority", [0, 4, 1, 5, 2, 3]),
        ("-priority", [3, 2, 5, 1, 4, 0]),
    ]

    @pytest.mark.parametrize("ordering, expected", ORDERS)
    @pytest.mark.parametrize("size", [1, 2, 4, 200])
    def test_pages_follow_each_other_both_ways(
        self, cast, tickets, ordering, expected, size
    ) -> None:
        query = {"page_size": size} | ({"ordering": ordering} if ordering else {})
        client = api(cast.agent)
        pages = [client.get(TICKETS, query).json()]
        while pages[-1]["next"]:
            pages.append(client.get(pages[-1]["next"]).json())
        refs = [[row["ref"] for row in page["results"]] for page in pages]
        assert list(chain(*refs)) == [tickets[place].ref for place in expected]
        back = [pages[-1]]
        while back[-1]["previous"]:
            back.append(client.get(back[-1]["previous"]).json())
        assert [[row["ref"] for row in page["results"]] for page in reversed(back)] == refs

    def test_a_ticket_settled_between_two_pages_shifts_none(self, cast, tickets) -> None:
        client = api(cast.agent)
        first = client.get(TICKETS, {"page_size": 2}).json()
        set_facts(tickets[1], next_due_at=None)
        refs = [row["ref"] for row in client.get(first["next"]).json()["results"]]
        assert refs == [tickets[0].ref, tickets[1].ref]


class TestCost:
    def test_a_page_takes_as_many_queries_for_one_ticket_as_for_many(self, cast: Cast) -> None:
        client = api(cast.agent)
        make_ticket(cast.group)
        client.get(TICKETS)
        few = _queries(lambda: client.get(TICKETS))
        for _ in range(7):
            make_ticket(cast.group)
        assert _queries(lambda: client.get(TICKETS)) == few <= 15

    def test_a_ticket_takes_as_many_queries_with_one_entry_as_with_many(self, cast: Cast) -> None:
        client, ticket = api(cast.agent), make_ticket(cast.group)
        address = f"{TICKETS}/{ticket.ref}"
        client.get(address)
        few = _queries(lambda: client.get(address))
        for _ in range(5):
            reply(ticket, body="Sorry.", by=acting(cast.agent), now=moment())
        assert _queries(lambda: client.get(address)) == few <= 22

    @pytest.mark.parametrize(
        "query, index",
        [
            ("", "ticket_by_deadline"),
            ("ordering=-created_at", "ticket_by_age"),
            ("status=new,open,waiting,resolved&imported=false", "ticket_queue"),
        ],
    )
    def test_a_page_reads_an_index_from_the_front(self, cast: Cast, query, index) -> None:
        make_ticket(cast.group)
        with CaptureQueriesContext(connection) as caught:
            api(cast.admin).get(f"{TICKETS}?{query}")
        (page,) = [q["sql"] for q in caught if "LIMIT 51" in q["sql"]]
        plan = _plan(page, without="ticket_by_deadline" if index == "ticket_queue" else "")
        assert f"using {index} " in plan
        assert "Sort" not in plan


def _plan(query: str, *, without: str) -> str:
    """How PostgreSQL would go about it if the table were large, and without an index as good."""
    with connection.cursor() as cursor:
        if without:
            cursor.execute(f"DROP INDEX {without}")
        for means in ("seqscan", "sort", "bitmapscan"):
            cursor.execute(f"SET LOCAL enable_{means} = off")
        cursor.execute(f"EXPLAIN {query}")
        return "\n".join(row[0] for row in cursor.fetchall())


def _queries(act: Any) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert act().status_code == 200
    return len(caught)
