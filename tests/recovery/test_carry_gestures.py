"""What a merged ticket owes the customer goes along …"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.desk.browsing import ticket_of_today
from tests.makers import NOW, make_policy
from tests.recovery.asking import kinds
from tickets.recovery.actions.gestures import add_gesture, approve_gesture, keep_gesture
from tickets.recovery.actions.limits import default_limits
from tickets.recovery.door import gesture_on
from tickets.recovery.models import Gesture
from tickets.recovery.sweeps import do_held
from tickets.sla.models import Clock
from tickets.work.actions.bulk import confirm_bulk, plan_bulk
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import BulkAct, Ticket, TimelineEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    default_limits(now=NOW)
    return ticket_of_today(cast.group, policy=make_policy(approve_s=86_400))


@pytest.fixture
def other(cast: Cast, ticket: Ticket) -> Ticket:
    policy = ticket.promise.policy
    return ticket_of_today(cast.group, customer=ticket.customer, policy=policy)


def give(ticket: Ticket, cast: Cast, amount: int) -> Gesture:
    money: dict[str, Any] = {"amount": Decimal(amount), "currency": "EUR"}
    said = {"kind": "voucher", "explanation": "for the trouble", **money}
    return add_gesture(locked(ticket.pk), by=acting(cast.agent), now=moment(), **said)


def on(ticket: Ticket) -> list[int]:
    found = Gesture.objects.filter(recovery__ticket=ticket).order_by("pk")
    return list(found.values_list("pk", flat=True))


def decision(ticket: Ticket) -> Clock:
    return Clock.objects.get(promise=ticket.pk, kind="approve")


def merge(ticket: Ticket, other: Ticket, cast: Cast) -> None:
    where = f"/api/v1/tickets/{ticket.ref}/merge"
    assert api(cast.agent).post(where, {"into": other.ref}).status_code == 200


def test_to_where_it_goes_on(ticket: Ticket, other: Ticket, cast: Cast) -> None:
    kept, promised, waiting = (give(ticket, cast, amount) for amount in (5, 10, 99))
    keep_gesture(kept, by=acting(cast.agent), now=moment(), reference="V-1")
    merge(ticket, other, cast)
    assert (on(ticket), on(other)) == ([kept.pk], [promised.pk, waiting.pk])
    assert kinds(other)[-2:] == ["gesture_promised", "gesture_waiting"]
    entry = TimelineEntry.objects.get(ticket=other, kind="gesture_waiting")
    assert entry.reason["why"] == "it came with the ticket that was merged into this one"
    shown = api(cast.agent).get(f"/api/v1/tickets/{other.ref}/recovery").json()
    assert [one["id"] for one in shown["gestures"]] == [promised.pk, waiting.pk]


def test_with_the_clock_of_the_decision(ticket: Ticket, other: Ticket, cast: Cast) -> None:
    waiting = give(ticket, cast, 99)
    due_at = decision(ticket).due_at
    give(other, cast, 98)
    merge(ticket, other, cast)
    assert decision(ticket).state == "void"
    assert (decision(other).state, decision(other).due_at) == ("running", due_at)
    for pk in on(other):
        gesture = gesture_on(locked(other.pk), pk)
        approve_gesture(gesture, by=acting(cast.lead), now=moment())
    waiting.refresh_from_db()
    assert (waiting.state, decision(other).state) == ("promised", "met")


def test_also_where_it_is_merged_with_many(ticket: Ticket, other: Ticket, cast: Cast) -> None:
    waiting = give(ticket, cast, 99)
    said = {"into": other.ref}
    act = plan_bulk("merge", said, [ticket.pk], by=cast.agent, now=moment())
    confirm_bulk(act, now=moment())
    BulkAct.objects.update(starts_at=moment() - timedelta(seconds=1))
    assert do_held() == 1
    assert (on(other), decision(other).state) == ([waiting.pk], "running")


def test_and_begins_nothing_where_nothing_is_owed(
    ticket: Ticket, other: Ticket, cast: Cast
) -> None:
    merge(ticket, other, cast)
    assert not Clock.objects.filter(kind="approve").exists()
    assert not other.recoveries.exists()
