"""One verb said to many tickets: foreseen, confirmed, undone, done."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Membership
from cxloop.kernel.errors import Conflict, Refused
from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.makers import make_ticket
from tickets.work.actions.bulk import confirm_bulk, foresee, plan_bulk, undo_bulk
from tickets.work.actions.label import change_priority
from tickets.work.actor import acting
from tickets.work.foreseeing import SAID_TO_MANY, Becomes, Facts, becomes
from tickets.work.models import BulkAct, BulkItem, Priority, Ticket
from tickets.work.sweeps import do_bulk_acts, forget_bulk_acts
from tickets.work.verbs import VERBS

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def tickets(cast: Cast) -> list[Ticket]:
    return [make_ticket(cast.group) for _ in range(3)]


def plan(cast: Cast, tickets: list[Ticket], verb: str = "priority", **said: Any) -> BulkAct:
    said = said or {"priority": "high"}
    return plan_bulk(verb, said, [t.pk for t in tickets], by=cast.agent, now=moment())


def let_it_begin(act: BulkAct) -> None:
    confirm_bulk(act, now=moment() - settings.UNDO - SECOND)


def becomes_of(act: BulkAct) -> dict[str, int]:
    return {kind: number for kind, number in foresee(act).items() if number}


class TestForesee:
    def facts(self, **known: Any) -> Facts:
        given = {
            "number": 7,
            "status": "open",
            "priority": "normal",
            "group": "care",
            "assignee": 3,
            "tags": frozenset({"late"}),
            "workable": True,
        }
        return Facts(**given | known)

    @pytest.mark.parametrize(
        ("verb", "said", "known", "expected"),
        [
            ("assign", {"assignee": 3}, {}, "same"),
            ("assign", {"assignee": None}, {"assignee": None}, "same"),
            ("assign", {"assignee": 4}, {}, "changed"),
            ("assign", {"group": "care"}, {}, "same"),
            ("assign", {"group": "billing", "assignee": 3}, {}, "changed"),
            ("assign", {"assignee": 4}, {"status": "closed"}, "illegal"),
            ("assign", {"assignee": 4}, {"workable": False}, "read_only"),
            ("tag", {"add": ["late"]}, {}, "same"),
            ("tag", {"add": ["late", "lost"]}, {}, "changed"),
            ("tag", {"remove": ["late"]}, {"status": "closed"}, "changed"),
            ("priority", {"priority": "normal"}, {}, "same"),
            ("priority", {"priority": "low"}, {}, "changed"),
            ("merge", {"into": "T-7"}, {}, "same"),
            ("merge", {"into": "T-8"}, {}, "changed"),
            ("close", {"outcome": "spam"}, {}, "changed"),
            ("close", {"outcome": "spam"}, {"status": "closed"}, "illegal"),
        ],
    )
    def test_a_ticket_becomes(
        self, verb: str, said: dict[str, Any], known: dict[str, Any], expected: str
    ) -> None:
        assert becomes(verb, said, self.facts(**known)) == Becomes(expected)

    def test_of_what_writes_to_customers_only_a_macro_is_said_to_many(self) -> None:
        assert set(SAID_TO_MANY) <= set(VERBS) - {"reply", "resolve", "log-contact"}

    def test_it_counts_and_does_nothing(self, cast: Cast, tickets: list[Ticket]) -> None:
        change_priority(tickets[0], priority=Priority.HIGH, by=acting(cast.agent), now=moment())
        theirs = make_ticket(cast.other_group)
        act = plan(cast, [*tickets, theirs])
        assert becomes_of(act) == {"changed": 2, "same": 1, "read_only": 1}
        assert Ticket.objects.filter(priority=Priority.HIGH).count() == 1


def test_it_begins_when_the_moment_for_undoing_is_over(cast: Cast, tickets: list[Ticket]) -> None:
    act = plan(cast, tickets)
    assert do_bulk_acts() == 0
    now = moment()
    assert confirm_bulk(act, now=now).starts_at == now + settings.UNDO
    assert confirm_bulk(act, now=now + SECOND).starts_at == now + settings.UNDO
    assert do_bulk_acts() == 0


def test_it_is_said_to_each_by_whoever_confirmed_it(cast: Cast, tickets: list[Ticket]) -> None:
    act = plan(cast, tickets)
    let_it_begin(act)
    assert do_bulk_acts() == 3
    act.refresh_from_db()
    assert act.ended_at
    assert Ticket.objects.filter(priority=Priority.HIGH).count() == 3
    assert tickets[0].timeline.get(kind="priority").actor == cast.agent
    assert do_bulk_acts() == 0


def test_undone_it_never_happens(cast: Cast, tickets: list[Ticket]) -> None:
    act, now = plan(cast, tickets), moment()
    confirm_bulk(act, now=now)
    undo_bulk(act, now=now + SECOND)
    undo_bulk(act, now=now + 2 * SECOND)
    BulkAct.objects.update(created_at=now)
    assert not BulkAct.objects.to_do(now + timedelta(hours=1)).exists()
    with pytest.raises(Conflict, match="undone"):
        confirm_bulk(act, now=now)


def test_once_begun_it_is_not_undone(cast: Cast, tickets: list[Ticket]) -> None:
    act = plan(cast, tickets)
    let_it_begin(act)
    with pytest.raises(Conflict) as refusal:
        undo_bulk(act, now=moment())
    assert refusal.value.code == "begun"


def test_one_that_refuses_stops_no_other(cast: Cast, tickets: list[Ticket]) -> None:
    act = plan(cast, tickets, "close", outcome="spam", reason="Advertising")
    Ticket.objects.filter(pk=tickets[1].pk).update(
        status="closed", outcome="spam", closed_at=moment()
    )
    let_it_begin(act)
    do_bulk_acts()
    states = act.items.order_by("ticket").values_list("state", "why")
    assert list(states) == [("done", ""), ("refused", "illegal_move"), ("done", "")]


def test_who_may_no_more_work_them_does_nothing(cast: Cast, tickets: list[Ticket]) -> None:
    act = plan(cast, tickets)
    let_it_begin(act)
    Membership.objects.filter(user=cast.agent).delete()
    do_bulk_acts()
    assert set(act.items.values_list("state", "why")) == {("refused", "not_found")}
    assert not Ticket.objects.filter(priority=Priority.HIGH).exists()


def test_many_are_merged_into_one(cast: Cast, tickets: list[Ticket]) -> None:
    customer = tickets[0].customer
    Ticket.objects.update(customer=customer)
    act = plan(cast, tickets, "merge", into=tickets[2].ref)
    assert becomes_of(act) == {"changed": 2, "same": 1}
    let_it_begin(act)
    do_bulk_acts()
    assert Ticket.objects.filter(merged_into=tickets[2]).count() == 2
    assert set(act.items.values_list("state", "why")) == {("done", "")}


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("reply", {"body": "Dear all"}),
        ("priority", {"priority": "extreme"}),
        ("assign", {"group": "nowhere"}),
        ("tag", {"add": ["x" * 65]}),
    ],
)
def test_what_no_ticket_would_take_is_refused_at_once(
    cast: Cast, tickets: list[Ticket], verb: str, said: dict[str, Any]
) -> None:
    answer = api(cast.agent).post(
        "/api/v1/bulk-acts", {"verb": verb, "said": said, "tickets": [tickets[0].ref]}
    )
    assert answer.status_code == 422
    assert not BulkAct.objects.exists()


def test_a_thousand_at_most(cast: Cast) -> None:
    with pytest.raises(Refused, match="1,000"):
        plan_bulk("priority", {"priority": "low"}, range(1, 1002), by=cast.agent, now=moment())


class TestOverTheApi:
    def test_the_whole_way(self, cast: Cast, tickets: list[Ticket]) -> None:
        agent = api(cast.agent)
        said = {"verb": "tag", "said": {"add": ["storm"]}, "filters": "status=new"}
        made = agent.post("/api/v1/bulk-acts", said)
        assert (made.status_code, made.json()["foreseen"]["changed"]) == (201, 3)
        act = f"/api/v1/bulk-acts/{made.json()['id']}"
        assert agent.post(f"{act}/confirm").json()["starts_at"]
        BulkAct.objects.update(starts_at=timezone.now() - SECOND)
        do_bulk_acts()
        shown = agent.get(act).json()
        assert (shown["done"], shown["refused"]) == (3, [])
        assert agent.post(f"{act}/undo").status_code == 409

    def test_what_one_may_not_see_is_not_there(self, cast: Cast, tickets: list[Ticket]) -> None:
        said = {"verb": "tag", "said": {"add": ["x"]}, "tickets": [tickets[0].ref, "T-999999"]}
        unseen = api(cast.outsider).post("/api/v1/bulk-acts", said)
        pointers = [fault["pointer"] for fault in unseen.json()["errors"]]
        assert (unseen.status_code, pointers) == (422, ["/tickets/0", "/tickets/1"])

    def test_it_is_nobody_elses(self, cast: Cast, tickets: list[Ticket]) -> None:
        act = plan(cast, tickets)
        assert api(cast.admin).get(f"/api/v1/bulk-acts/{act.pk}").status_code == 404

    def test_either_tickets_or_filters(self, cast: Cast) -> None:
        said = {"verb": "tag", "said": {"add": ["x"]}}
        assert api(cast.agent).post("/api/v1/bulk-acts", said).status_code == 422


def test_impossible_acts_are_refused(cast: Cast, tickets: list[Ticket]) -> None:
    act, now = plan(cast, tickets), moment()
    for facts in (
        {"ended_at": now},
        {"undone_at": now},
        {"starts_at": now, "undone_at": now - SECOND, "ended_at": now},
        {"starts_at": now, "undone_at": now + SECOND},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            BulkAct.objects.filter(pk=act.pk).update(**facts)
    for facts in ({"state": "refused"}, {"why": "illegal_move"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BulkItem.objects.filter(act=act).update(**facts)


def test_what_was_not_confirmed_is_forgotten_after_a_day(cast: Cast, tickets: list[Ticket]) -> None:
    plan(cast, tickets)
    assert forget_bulk_acts() == 0
    BulkAct.objects.update(created_at=moment() - timedelta(days=2))
    assert forget_bulk_acts() == 4
