"""What a month may cost …"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import Sum

from accounts.models import User
from accounts.roles import GroupRole
from cxloop.kernel.errors import Conflict, CxloopError, Refused
from tests.cast import Cast
from tests.makers import NOW, make_member, make_ticket
from tests.recovery.asking import LATER
from tickets.recovery.actions import gestures
from tickets.recovery.actions.budgets import (
    change_budget,
    month_of,
    remove_budget,
    write_budget,
)
from tickets.recovery.actions.limits import default_limits
from tickets.recovery.door import gesture_on
from tickets.recovery.models import Budget, BudgetMonth, BudgetUse, Gesture
from tickets.work.actor import acting
from tickets.work.door import working_on
from tickets.work.models import Ticket, TimelineEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    default_limits(now=NOW)
    return make_ticket(cast.group)


def budget(cast: Cast, amount: int = 100, **said: Any) -> Budget:
    given = {"group": None, "currency": "EUR", **said}
    return write_budget(amount=Decimal(amount), by=cast.admin, now=NOW, **given)


def give(ticket: Ticket, by: User, amount: int = 40, **said: Any) -> Gesture:
    given = {"kind": "voucher", "currency": "EUR", "explanation": "", "now": LATER, **said}
    return gestures.add_gesture(ticket, amount=Decimal(amount), by=acting(by), **given)


def spent(one: Budget, month: date | None = None) -> Decimal:
    found = BudgetMonth.objects.filter(budget=one, month=month or month_of(LATER)).first()
    return found.spent if found else Decimal(0)


class TestPromising:
    def test_takes_of_every_budget_it_falls_under(self, cast: Cast, ticket: Ticket) -> None:
        house, own = budget(cast), budget(cast, group=cast.group)
        vouchers = budget(cast, kind="voucher")
        others = [budget(cast, kind="refund"), budget(cast, group=cast.other_group)]
        others += [budget(cast, currency="USD")]
        give(ticket, cast.agent)
        assert [spent(one) for one in (house, own, vouchers)] == [40, 40, 40]
        assert [spent(one) for one in others] == [0, 0, 0]

    def test_waits_where_too_little_is_left_and_takes_nothing(
        self, cast: Cast, ticket: Ticket
    ) -> None:
        roomy, narrow = budget(cast, 500), budget(cast, 100, group=cast.group)
        states = [give(ticket, cast.agent).state for _ in range(3)]
        assert states == ["promised", "promised", "waiting"]
        assert (spent(roomy), spent(narrow)) == (80, 80)
        entry = TimelineEntry.objects.get(kind="gesture_waiting")
        assert entry.reason["why"] == "20.00 EUR are left of the budget of this month"

    def test_of_what_costs_nothing_takes_nothing(self, cast: Cast, ticket: Ticket) -> None:
        house = budget(cast, 0)
        said = {"kind": "apology", "explanation": "", "by": acting(cast.agent), "now": LATER}
        assert gestures.add_gesture(ticket, **said).state == "promised"
        assert spent(house) == 0

    def test_begins_anew_each_month(self, cast: Cast, ticket: Ticket) -> None:
        house = budget(cast)
        give(ticket, cast.agent, now=datetime(2026, 11, 30, 23, 59, tzinfo=UTC))
        give(ticket, cast.agent, now=datetime(2026, 12, 1, tzinfo=UTC))
        assert spent(house, date(2026, 11, 1)) == spent(house, date(2026, 12, 1)) == 40


class TestDeciding:
    def test_is_refused_beyond_the_budget_until_that_is_raised(
        self, cast: Cast, ticket: Ticket
    ) -> None:
        house, gesture = budget(cast, 30), give(ticket, cast.agent)
        with pytest.raises(Conflict) as refused:
            gestures.approve_gesture(gesture, by=acting(cast.lead), now=LATER)
        assert refused.value.code == "over_budget"
        change_budget(house, amount=Decimal(50), by=cast.admin, now=LATER)
        gesture.refresh_from_db()
        gestures.approve_gesture(gesture, by=acting(cast.lead), now=LATER)
        assert spent(house) == 40

    def test_against_it_takes_nothing(self, cast: Cast, ticket: Ticket) -> None:
        house, gesture = budget(cast, 30), give(ticket, cast.agent)
        gestures.reject_gesture(gesture, by=acting(cast.lead), now=LATER)
        assert spent(house) == 0


def test_what_is_broken_is_free_again_in_its_month(cast: Cast, ticket: Ticket) -> None:
    house, gesture = budget(cast), give(ticket, cast.agent)
    gestures.break_gesture(gesture, by=acting(cast.agent), now=LATER + timedelta(days=40))
    assert (spent(house), BudgetUse.objects.count()) == (0, 0)


def test_what_is_kept_stays_spent(cast: Cast, ticket: Ticket) -> None:
    house, gesture = budget(cast), give(ticket, cast.agent)
    gestures.keep_gesture(gesture, by=acting(cast.agent), now=LATER)
    assert spent(house) == 40


class TestWriting:
    @pytest.mark.parametrize(
        ("said", "pointer"),
        [
            ({"currency": "XXX"}, "/currency"),
            ({"kind": "apology"}, "/kind"),
            ({"kind": "bribe"}, "/kind"),
            ({"amount": -1}, "/amount"),
            ({}, "/currency"),
        ],
    )
    def test_is_refused_with_a_pointer(
        self, cast: Cast, said: dict[str, Any], pointer: str
    ) -> None:
        budget(cast)
        with pytest.raises(Refused) as refused:
            budget(cast, **said)
        assert [fault.pointer for fault in refused.value.faults] == [pointer]

    def test_cannot_go_below_what_is_spent(self, cast: Cast, ticket: Ticket) -> None:
        house = budget(cast)
        give(ticket, cast.agent)
        with pytest.raises(Conflict):
            change_budget(house, amount=Decimal(39), by=cast.admin, now=LATER)
        change_budget(house, amount=Decimal(40), by=cast.admin, now=LATER)

    def test_holds_for_a_month_that_nobody_has_begun(self, cast: Cast, ticket: Ticket) -> None:
        house = budget(cast)
        change_budget(house, amount=Decimal(30), by=cast.admin, now=LATER)
        month = BudgetMonth.objects.get()
        assert (month.amount, month.spent) == (30, 0)
        assert give(ticket, cast.agent).state == "waiting"

    def test_removed_it_holds_nobody(self, cast: Cast, ticket: Ticket) -> None:
        remove_budget(budget(cast, 0))
        assert give(ticket, cast.agent).state == "promised"


@pytest.mark.parametrize("change", ["spent = amount + 0.01", "spent = -1", "amount = spent - 0.01"])
def test_a_month_cannot_be_overspent_by_hand(cast: Cast, ticket: Ticket, change: str) -> None:
    budget(cast)
    give(ticket, cast.agent)
    with (
        pytest.raises(IntegrityError, match="budget_is_not_overspent"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE recovery_budgetmonth SET {change}")


@pytest.mark.django_db(transaction=True)
def test_twenty_who_approve_at_once_stay_within_it(cast: Cast) -> None:
    """Each on a ticket of its own, so that nothing but the budget makes them wait."""
    default_limits(now=NOW)
    with transaction.atomic():
        house, own = budget(cast, 500), budget(cast, 300, group=cast.group)
        made = [give(make_ticket(cast.group), cast.agent, 60) for _ in range(20)]
    leads = [make_member(cast.group, GroupRole.LEAD) for _ in made]
    start = Barrier(len(made))

    def decide(gesture: Gesture, lead: User) -> str:
        start.wait()
        try:
            with working_on(lead, gesture.recovery.ticket.ref) as (mine, now):
                gestures.approve_gesture(gesture_on(mine, gesture.pk), by=acting(lead), now=now)
            return "approved"
        except CxloopError as refused:
            return refused.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(made)) as pool:
        said = list(pool.map(decide, made, leads))
    assert sorted(said) == ["approved"] * 5 + ["over_budget"] * 15
    promised = Gesture.objects.filter(state="promised").aggregate(sum=Sum("amount"))["sum"]
    assert promised == 300
    months = BudgetMonth.objects.filter(budget__in=[house, own])
    assert {month.spent for month in months} == {promised}
