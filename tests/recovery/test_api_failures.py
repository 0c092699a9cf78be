"""What can fail, and what a root cause stands for, over the API …"""

from typing import Any

import pytest

from tests.cast import Cast, api
from tests.makers import NOW, make_root_cause, make_ticket
from tests.recovery.asking import kinds
from tickets.recovery.actions.failures import default_failures
from tickets.recovery.actions.limits import default_limits
from tickets.recovery.models import FailureType, Gesture
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db

TYPES = "/api/v1/failure-types"
LATE = {"type": "delivery", "driver": "interaction", "controllable": True}


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    default_failures(now=NOW)
    default_limits(now=NOW)
    make_root_cause("late")
    return make_ticket(cast.group)


def resolve(ticket: Ticket, cast: Cast, **said: Any) -> Any:
    body = {"root_cause": "late", "body": "Sent again.", **said}
    return api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/resolve", body)


class TestTypes:
    def test_an_admin_writes_changes_and_archives_them(self, cast: Cast) -> None:
        client = api(cast.admin)
        made = client.post(TYPES, {"slug": "lost", "name": "Lost", "process": True})
        assert (made.status_code, made.json()["above"]) == (201, None)
        client.post(TYPES, {"slug": "delivery", "name": "Delivery"})
        changed = client.patch(f"{TYPES}/lost", {"above": "delivery", "monetary": False}).json()
        assert (changed["above"], changed["monetary"], changed["process"]) == (
            "delivery",
            False,
            True,
        )
        assert client.delete(f"{TYPES}/delivery").status_code == 409
        assert client.delete(f"{TYPES}/lost").status_code == 204
        shown = api(cast.viewer).get(TYPES).json()["results"]
        assert [row["slug"] for row in shown] == ["delivery"]

    @pytest.mark.parametrize(
        ("said", "pointer"),
        [
            ({"slug": "billing", "name": "X"}, "/slug"),
            ({"slug": "a b", "name": "X"}, "/slug"),
            ({"slug": "x", "name": " "}, "/name"),
            ({"slug": "x", "name": "X", "above": "nothing"}, "/above"),
            ({"slug": "x", "name": "X", "colour": "red"}, "/colour"),
        ],
    )
    def test_it_refuses_with_a_pointer(
        self, cast: Cast, said: dict[str, Any], pointer: str
    ) -> None:
        default_failures(now=NOW)
        response = api(cast.admin).post(TYPES, said)
        assert response.status_code == 422
        assert [fault["pointer"] for fault in response.json()["errors"]] == [pointer]


class TestCauses:
    @pytest.mark.usefixtures("ticket")
    def test_stand_for_what_the_admin_says(self, cast: Cast) -> None:
        where = "/api/v1/root-causes/late/defaults"
        assert api(cast.viewer).get(where).json()["type"] is None
        assert api(cast.agent).patch(where, LATE).status_code == 403
        said = api(cast.admin).patch(where, LATE).json()
        assert said == {**LATE, "monetary": None, "process": None}
        assert api(cast.admin).patch(where, {"type": "x"}).status_code == 422

    def test_tell_of_a_repair_that_names_one(self, cast: Cast, ticket: Ticket) -> None:
        api(cast.admin).patch("/api/v1/root-causes/late/defaults", LATE)
        shown = resolve(ticket, cast, gesture="apology").json()["recovery"]
        assert {name: shown[name] for name in LATE} == LATE
        assert (shown["root_cause"], shown["number"], shown["by_hand"]) == ("late", 1, [])


class TestResolving:
    def test_says_what_was_given(self, cast: Cast, ticket: Ticket) -> None:
        voucher = {"kind": "voucher", "amount": "20.00", "currency": "EUR"}
        shown = resolve(ticket, cast, gesture=voucher).json()
        assert shown["status"] == "resolved"
        assert [one["kind"] for one in shown["recovery"]["gestures"]] == ["voucher"]
        assert shown["recovery"]["monetary"] is True

    def test_says_that_nothing_need_be_given(self, cast: Cast, ticket: Ticket) -> None:
        assert resolve(ticket, cast, gesture="none").json()["recovery"]["no_gesture"] is True
        assert "no_gesture" in kinds(ticket)

    def test_may_leave_it_unsaid(self, cast: Cast, ticket: Ticket) -> None:
        shown = resolve(ticket, cast).json()["recovery"]
        assert (shown["no_gesture"], shown["gestures"]) == (False, [])

    @pytest.mark.parametrize(
        ("gesture", "pointer"),
        [
            ("flowers", "/gesture/kind"),
            ("refund", "/amount"),
            ({"kind": "refund", "amount": "x", "currency": "EUR"}, "/gesture/amount"),
            (None, "/gesture"),
            (7, "/gesture"),
        ],
    )
    def test_is_refused_whole_with_a_pointer(
        self, cast: Cast, ticket: Ticket, gesture: Any, pointer: str
    ) -> None:
        response = resolve(ticket, cast, gesture=gesture)
        assert response.status_code == 422
        assert response.json()["errors"][0]["pointer"] == pointer
        ticket.refresh_from_db()
        assert (ticket.status, Gesture.objects.count()) == ("new", 0)

    def test_without_any_contact_gives_nothing(self, cast: Cast, ticket: Ticket) -> None:
        assert resolve(ticket, cast, body="", gesture="apology").status_code == 409
        assert (Gesture.objects.count(), "gesture_promised" in kinds(ticket)) == (0, False)


def test_a_type_that_is_archived_is_named_no_more(cast: Cast, ticket: Ticket) -> None:
    FailureType.objects.filter(slug="billing").update(archived_at=NOW)
    where = f"/api/v1/tickets/{ticket.ref}/recovery"
    refused = api(cast.agent).patch(where, {"type": "billing"})
    assert refused.json()["errors"][0]["code"] == "unknown_failure_type"
    said = {"type": "service", "severity": 2, "order_value": "80.00", "order_currency": "EUR"}
    shown = api(cast.agent).patch(where, said).json()
    assert {name: shown[name] for name in said} == said
    assert (shown["monetary"], shown["by_hand"]) == (False, ["type"])
