"""Any deadline, added up over REST."""

from datetime import timedelta
from typing import Any

import pytest

from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.makers import make_policy, make_ticket
from tickets.sla.models import Clock
from tickets.sla.policies import revise_policy, write_calendar
from tickets.work.actions.move import end_waits, reopen_ticket, wait
from tickets.work.actor import acting
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


def explained(cast: Cast, ticket: Ticket, kind: str, query: str = "") -> dict[str, Any]:
    response = api(cast.viewer).get(f"/api/v1/tickets/{ticket.ref}/clocks/{kind}/explain{query}")
    assert response.status_code == 200, response.json()
    return response.json()


def test_it_is_the_deadline_of_the_ticket(cast: Cast) -> None:
    ticket = make_ticket(cast.group, policy=make_policy("standard"))
    shown = explained(cast, ticket, "follow_up")
    assert shown["due_at"] == "2026-11-22T09:00:00Z"
    assert shown["counted_s"] == shown["target_s"] == 172_800
    assert (shown["policy"], shown["calendar"]) == ({"slug": "standard", "version": 1}, None)
    assert shown["segments"] == [
        {
            "from": "2026-11-20T09:00:00Z",
            "to": "2026-11-22T09:00:00Z",
            "counts": True,
            "why": "round the clock",
        }
    ]


@pytest.mark.parametrize("kind", ["nap", "%00", "FOLLOW_UP"])
def test_a_kind_that_is_none_is_not_found(cast: Cast, kind: str) -> None:
    ticket = make_ticket(cast.group)
    response = api(cast.viewer).get(f"/api/v1/tickets/{ticket.ref}/clocks/{kind}/explain")
    assert response.status_code == 404


def test_it_names_the_versions_that_it_started_under(cast: Cast, now: Any) -> None:
    week = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    office = write_calendar(slug="office", name="Office", zone="UTC", weekly=week, by=None, now=now)
    policy = make_policy("office-hours", calendar=office)
    ticket = make_ticket(cast.group, policy=policy)
    revise_policy(policy.policy, {"follow_up_s": 60}, by=None, now=now)
    shown = explained(cast, ticket, "follow_up")
    assert shown["policy"] == {"slug": "office-hours", "version": 1}
    assert shown["calendar"] == {"slug": "office", "version": 1}
    assert shown["due_at"] == "2026-11-27T17:00:00Z"
    assert {segment["why"] for segment in shown["segments"]} == {
        "opening hours",
        "outside opening hours",
    }


def test_waiting_for_the_customer_does_not_count(cast: Cast) -> None:
    begun = moment() - timedelta(days=1)
    ticket = make_ticket(cast.group, received_at=begun)
    wait(ticket, until=None, by=acting(cast.agent), now=begun + timedelta(hours=2))
    assert explained(cast, ticket, "resolve")["due_at"] is None
    end_waits([ticket], begun + timedelta(hours=12))
    shown = explained(cast, ticket, "resolve")
    assert [segment["counts"] for segment in shown["segments"]] == [True, False, True]
    assert any("10 hours did not count" in sentence for sentence in shown["sentences"])


def test_the_latest_cycle_is_explained_unless_another_is_asked_for(cast: Cast) -> None:
    ticket = make_ticket(cast.group, received_at=moment())
    client = api(cast.agent)
    client.post(f"/api/v1/tickets/{ticket.ref}/close", {"outcome": "spam", "reason": "A robot."})
    ticket.refresh_from_db()
    reopen_ticket(ticket, reason="No.", by=acting(cast.agent), now=moment())
    assert explained(cast, ticket, "follow_up")["cycle"] == 2
    first = explained(cast, ticket, "follow_up", "?cycle=1")
    assert (first["cycle"], first["state"]) == (1, "void")
    assert "without contact: spam: A robot." in first["sentences"][-1]


@pytest.mark.parametrize("kind", ["sleep", "FOLLOW_UP", "follow_up?cycle=7", "x" * 300])
def test_a_clock_that_does_not_exist_is_not_found(cast: Cast, kind: str) -> None:
    ticket = make_ticket(cast.group)
    name, _, query = kind.partition("?")
    address = f"/api/v1/tickets/{ticket.ref}/clocks/{name}/explain?{query}"
    assert api(cast.agent).get(address).status_code == 404


@pytest.mark.parametrize("cycle", ["x", "-1", "99999999999999999999"])
def test_a_cycle_is_a_number(cast: Cast, cycle: str) -> None:
    address = f"/api/v1/tickets/{make_ticket(cast.group).ref}/clocks/follow_up/explain"
    assert api(cast.agent).get(address, {"cycle": cycle}).status_code == 422


def test_a_cycle_beyond_all_counting_is_not_found(cast: Cast) -> None:
    address = f"/api/v1/tickets/{make_ticket(cast.group).ref}/clocks/follow_up/explain"
    assert api(cast.agent).get(address, {"cycle": str(10**17)}).status_code == 404


def test_strangers_find_nothing(cast: Cast) -> None:
    address = f"/api/v1/tickets/{make_ticket(cast.group).ref}/clocks/follow_up/explain"
    assert api(cast.outsider).get(address).status_code == 404
    assert api(None).get(address).status_code == 401


def test_the_sum_and_the_row_say_the_same(cast: Cast) -> None:
    ticket = make_ticket(cast.group)
    for clock in Clock.objects.all():
        shown = explained(cast, ticket, clock.kind)
        assert clock.due_at is not None
        assert shown["due_at"] == clock.due_at.isoformat().replace("+00:00", "Z")


def test_it_says_when_it_would_be_due_otherwise_and_names_the_law(cast: Cast) -> None:
    policy = make_policy("law", variants=[{"priority": ["urgent"], "follow_up_s": 96 * 3600}])
    policy.policy.law = "DISP 1.6.2R"
    policy.policy.save()
    received = moment()
    ticket = make_ticket(cast.group, policy=policy, received_at=received)
    shown = explained(cast, ticket, "follow_up")
    assert [other["priority"] for other in shown["what_if"]] == ["urgent"]
    assert shown["law"] == "DISP 1.6.2R"
    assert any(sentence.startswith("With priority urgent") for sentence in shown["sentences"])


def test_it_speaks_the_language_of_who_asks_or_the_one_named(cast: Cast) -> None:
    ticket = make_ticket(cast.group)
    assert "48시간" in explained(cast, ticket, "follow_up", "?language=ko")["sentences"][0]
    cast.viewer.language = "ko"
    cast.viewer.save()
    assert "약속했습니다" in explained(cast, ticket, "follow_up")["sentences"][0]
    assert "We promised" in explained(cast, ticket, "follow_up", "?language=en")["sentences"][0]
