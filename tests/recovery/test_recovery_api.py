"""The API of recoveries …"""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.cast import Cast, api
from tests.makers import NOW, make_root_cause, make_ticket
from tests.recovery.asking import answer, kinds, make_asked, make_resolved, resolve
from tickets.recovery.actions.limits import default_limits
from tickets.recovery.models import Gesture, GestureLimit
from tickets.recovery.shown import recovery_of
from tickets.work.models import Ticket

VOUCHER = {"kind": "voucher", "amount": "20.00", "currency": "EUR", "explanation": "sorry"}
DEAR = {**VOUCHER, "amount": "200.00"}


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    default_limits(now=NOW)
    return make_ticket(cast.group)


def at(ticket: Ticket, *steps: Any) -> str:
    return "/".join(map(str, ["/api/v1/tickets", ticket.ref, *steps]))


def give(ticket: Ticket, by: User, said: dict[str, Any]) -> dict[str, Any]:
    response = api(by).post(at(ticket, "recovery/gestures"), said)
    assert response.status_code == 201, response.content
    body: dict[str, Any] = response.json()
    return body


def test_it_shows_an_empty_recovery_before_anything_was_done(ticket: Ticket, cast: Cast) -> None:
    assert api(cast.viewer).get(at(ticket, "recovery")).json() == {
        "cycle": 1,
        "failure": "",
        "root_cause": None,
        "type": None,
        "driver": "",
        "severity": None,
        "monetary": None,
        "process": None,
        "controllable": None,
        "number": None,
        "by_hand": [],
        "order_value": None,
        "order_currency": "",
        "no_gesture": False,
        "score_before": None,
        "score_after": None,
        "gestures": [],
        "question": None,
        "answer": None,
        "playbook": None,
        "earlier": [],
    }


def test_it_shows_what_came_of_it_cycle_by_cycle(cast: Cast) -> None:
    question = make_asked(cast)
    answer(question, solved=False, score=2, comment="Still no parcel")
    resolve(question.ticket, by=cast.agent)
    shown = api(cast.auditor).get(at(question.ticket, "recovery")).json()
    assert (shown["cycle"], shown["root_cause"], shown["answer"]) == (2, "delivery", None)
    (earlier,) = shown["earlier"]
    assert earlier["score_before"] == {"type": "nps", "value": 2}
    assert earlier["score_after"] == {"type": "csat", "value": 2}
    assert earlier["question"]["state"] == "answered"
    assert earlier["question"]["silent_after"] == "2026-11-27T11:00:00Z"
    assert earlier["answer"] == {
        "solved": False,
        "score": 2,
        "fair": None,
        "easy": None,
        "respect": None,
        "comment": "Still no parcel",
        "at": "2026-11-21T11:00:00Z",
        "channel": "page",
        "heard_by": None,
    }


def test_it_asks_the_database_as_often_for_much_as_for_little(cast: Cast) -> None:
    ticket = make_resolved(cast)
    counts = []
    for gestures in (1, 5):
        for _ in range(gestures):
            give(ticket, cast.agent, DEAR)
        with CaptureQueriesContext(connection) as queries:
            recovery_of(ticket)
        counts.append(len(queries))
    assert counts == [5, 5]


def test_it_changes_failure_and_root_cause(ticket: Ticket, cast: Cast) -> None:
    make_root_cause("billing")
    body = {"failure": "charged twice", "root_cause": "billing"}
    for _ in range(2):
        shown = api(cast.agent).patch(at(ticket, "recovery"), body)
        assert shown.status_code == 200
        assert {name: shown.json()[name] for name in body} == body
    assert kinds(ticket).count("recovery_changed") == 1


@pytest.mark.parametrize(
    "body, pointer",
    [
        ({"root_cause": "nonsense"}, "/root_cause"),
        ({"failure": "x" * 301}, "/failure"),
        ({"outcome": "recovered"}, "/outcome"),
    ],
)
def test_it_refuses_what_it_does_not_know(
    ticket: Ticket, cast: Cast, body: dict[str, str], pointer: str
) -> None:
    refused = api(cast.agent).patch(at(ticket, "recovery"), body)
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]


def test_it_takes_a_gesture(ticket: Ticket, cast: Cast) -> None:
    (gesture,) = give(ticket, cast.agent, VOUCHER)["gestures"]
    assert gesture["state"] == "promised"
    assert (gesture["amount"], gesture["currency"]) == ("20.00", "EUR")
    assert gesture["by"] == cast.agent.brief()
    assert gesture["justice"] == "distributive"


@pytest.mark.parametrize(
    "said",
    [
        {"type": "voucher", "amount": "20.00", "currency": "EUR", "explanation": ""},
        {"kind": "voucher", "amount": 20, "currency": "EUR"},
        {"kind": "voucher", "amount": 20.5, "currency": "EUR"},
        {"kind": "apology"},
    ],
)
def test_it_takes_a_gesture_as_people_write_it(
    ticket: Ticket, cast: Cast, said: dict[str, Any]
) -> None:
    assert give(ticket, cast.agent, said)["gestures"][0]["state"] == "promised"


@pytest.mark.parametrize(
    "said, pointer",
    [
        ({}, "/kind"),
        ({"kind": "bribe"}, "/kind"),
        ({"kind": "voucher"}, "/amount"),
        ({**VOUCHER, "amount": "much"}, "/amount"),
        ({**VOUCHER, "amount": "NaN"}, "/amount"),
        ({**VOUCHER, "amount": "1.001"}, "/amount"),
        ({**VOUCHER, "amount": "1e1"}, "/amount"),
        ({**VOUCHER, "amount": "1_0"}, "/amount"),
        ({**VOUCHER, "amount": "\u0665"}, "/amount"),
        ({**VOUCHER, "amount": True}, "/amount"),
        ({**VOUCHER, "amount": "-1"}, "/amount"),
        ({**VOUCHER, "amount": "1" * 15}, "/amount"),
        ({**VOUCHER, "currency": "XXX"}, "/currency"),
        ({**VOUCHER, "state": "promised"}, "/state"),
    ],
)
def test_it_refuses_a_gesture_at_the_place_that_is_wrong(
    ticket: Ticket, cast: Cast, said: dict[str, Any], pointer: str
) -> None:
    refused = api(cast.agent).post(at(ticket, "recovery/gestures"), said)
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]


@pytest.mark.parametrize("place", ["recovery/gestures", "gestures"])
def test_it_lets_somebody_else_approve(ticket: Ticket, cast: Cast, place: str) -> None:
    (gesture,) = give(ticket, cast.agent, DEAR)["gestures"]
    assert (gesture["state"], gesture["needs_approval"]) == ("waiting", True)
    verb = at(ticket, place, gesture["id"], "approve")
    own = api(cast.agent).post(verb)
    assert (own.status_code, own.json()["code"]) == (409, "own_gesture")
    approved = api(cast.lead).post(verb, {"note": "well deserved"})
    assert approved.status_code == 200
    (gesture,) = approved.json()["gestures"]
    assert (gesture["state"], gesture["decided_by"]) == ("promised", cast.lead.brief())
    again = api(cast.manager).post(verb)
    assert (again.status_code, again.json()["code"]) == (409, "illegal_move")


@pytest.mark.parametrize(
    "verbs, state",
    [(["reject"], "rejected"), (["approve", "keep"], "kept"), (["approve", "break"], "broken")],
)
def test_it_follows_a_gesture_to_its_end(
    ticket: Ticket, cast: Cast, verbs: list[str], state: str
) -> None:
    (gesture,) = give(ticket, cast.agent, DEAR)["gestures"]
    for verb in verbs:
        shown = api(cast.lead).post(at(ticket, "recovery/gestures", gesture["id"], verb))
    assert shown.json()["gestures"][0]["state"] == state


def test_it_hides_from_strangers_and_stops_readers(ticket: Ticket, cast: Cast) -> None:
    number = give(ticket, cast.agent, DEAR)["gestures"][0]["id"]
    acts = [
        ("patch", at(ticket, "recovery"), {"failure": "x"}),
        ("post", at(ticket, "recovery/gestures"), VOUCHER),
        *(
            ("post", at(ticket, "recovery/gestures", number, verb), {})
            for verb in ("approve", "reject", "keep", "break")
        ),
    ]
    for method, address, body in acts:
        for person, status in (
            (None, 401),
            (cast.outsider, 404),
            (cast.viewer, 403),
            (cast.auditor, 403),
        ):
            answered = getattr(api(person), method)(address, body)
            assert answered.status_code == status, (address, person)
    assert api(cast.outsider).get(at(ticket, "recovery")).status_code == 404
    assert api(None).get(at(ticket, "recovery")).status_code == 401
    assert Gesture.objects.get().state == "waiting"


def test_it_finds_no_gesture_of_another_ticket(ticket: Ticket, cast: Cast) -> None:
    number = give(ticket, cast.agent, DEAR)["gestures"][0]["id"]
    other = make_ticket(cast.group)
    for strange in (number, 0, 10**30):
        found = api(cast.lead).post(at(other, "recovery/gestures", strange, "approve"))
        assert found.status_code == 404


def test_it_lets_admins_set_limits(cast: Cast) -> None:
    admin = api(cast.admin)
    made = admin.post("/api/v1/gesture-limits", {"currency": "EUR", "amount": "50"})
    assert made.status_code == 201
    assert made.json()["group"] is None
    own = admin.post(
        "/api/v1/gesture-limits", {"group": "care", "currency": "EUR", "amount": "80.00"}
    ).json()
    assert own["group"]["slug"] == "care"
    assert GestureLimit.objects.of_group(cast.group) == {"EUR": Decimal("80.00")}
    assert GestureLimit.objects.of_group(cast.other_group) == {"EUR": Decimal("50.00")}
    address = f"/api/v1/gesture-limits/{own['id']}"
    assert admin.patch(address, {"amount": "10"}).json()["amount"] == "10.00"
    assert admin.get(address).json()["written_by"] == cast.admin.brief()
    assert admin.delete(address).status_code == 204
    assert admin.get(address).status_code == 404
    assert len(admin.get("/api/v1/gesture-limits").json()["results"]) == 1


@pytest.mark.parametrize(
    "said, pointer",
    [
        ({"currency": "EUR"}, "/amount"),
        ({"currency": "EUR", "amount": "-1"}, "/amount"),
        ({"currency": "JPY", "amount": "0.50"}, "/amount"),
        ({"currency": "EEE", "amount": "1"}, "/currency"),
        ({"currency": "USD", "amount": "1"}, "/currency"),
        ({"currency": "EUR", "amount": "1", "group": "nowhere"}, "/group"),
    ],
)
def test_it_refuses_a_limit_that_makes_no_sense(
    cast: Cast, said: dict[str, str], pointer: str
) -> None:
    admin = api(cast.admin)
    admin.post("/api/v1/gesture-limits", {"currency": "USD", "amount": "50"})
    refused = admin.post("/api/v1/gesture-limits", said)
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]


def test_it_keeps_limits_from_all_others(cast: Cast) -> None:
    limit = {"currency": "EUR", "amount": "50"}
    for person, read, write in (
        (None, 401, 401),
        (cast.manager, 403, 403),
        (cast.auditor, 200, 403),
    ):
        assert api(person).get("/api/v1/gesture-limits").status_code == read
        assert api(person).post("/api/v1/gesture-limits", limit).status_code == write


def test_it_begins_with_limits_that_stay_once_changed(db: None) -> None:
    default_limits(now=NOW)
    GestureLimit.objects.filter(currency="KRW").update(amount=1)
    default_limits(now=NOW)
    kept = {limit.currency: str(limit.amount) for limit in GestureLimit.objects.all()}
    assert kept == {"EUR": "50.00", "USD": "50.00", "KRW": "1.00"}
