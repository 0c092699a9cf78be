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
from cxloop.kernel.errors import Conflict, CxloopError, NotHere, Refused
from tests.cast import Cast
from tests.makers import NOW, make_member, make_ticket
from tests.recovery.asking import LATER
from tests.services import wait_until
from tests.work.test_take_up_meanwhile import somebody_waits
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
        tickets = [ticket, make_ticket(cast.group), make_ticket(cast.group)]
        states = [give(one, cast.agent).state for one in tickets]
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
        give(make_ticket(cast.group), cast.agent, now=datetime(2026, 12, 1, tzinfo=UTC))
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


def test_no_budget_ends_within_the_smallest_coin(cast: Cast) -> None:
    yen = budget(cast, 5_000, currency="JPY")
    with pytest.raises(Refused, match="No such amount"):
        change_budget(yen, amount=Decimal("99.50"), by=cast.admin, now=LATER)
    with pytest.raises(Refused, match="No such amount"):
        write_budget(group=None, currency="KRW", amount=Decimal("0.5"), by=cast.admin, now=NOW)


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


@pytest.mark.django_db(transaction=True)
def test_what_is_broken_waits_for_a_budget_that_is_removed_and_holds_nothing_of_it(
    cast: Cast,
) -> None:
    """Its uses go first, then its months: whoever held the month would wait in a circle."""
    default_limits(now=NOW)
    house, ticket = budget(cast), make_ticket(cast.group)
    with transaction.atomic():
        gesture = give(ticket, cast.agent)

    def break_it() -> None:
        try:
            with working_on(cast.agent, ticket.ref) as (mine, now):
                by = acting(cast.agent)
                gestures.break_gesture(gesture_on(mine, gesture.pk), by=by, now=now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            list(BudgetUse.objects.select_for_update())
            breaking = pool.submit(break_it)
            wait_until(somebody_waits, seconds=60)
            list(BudgetMonth.objects.select_for_update(nowait=True))
            remove_budget(house)
        breaking.result()
    assert Gesture.objects.get().state == "broken"
    assert not BudgetMonth.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_promises_while_a_budget_is_removed_has_promised(cast: Cast) -> None:
    """Whichever comes first, neither fails: what was taken of it goes with it."""
    default_limits(now=NOW)
    tickets = [make_ticket(cast.group) for _ in range(4)]
    start = Barrier(len(tickets) + 1)

    def promise(ticket: Ticket) -> str:
        try:
            with working_on(cast.agent, ticket.ref) as (mine, now):
                start.wait()
                return give(mine, cast.agent, 1, now=now).state
        finally:
            connections.close_all()

    def remove(house: Budget) -> str:
        try:
            start.wait()
            remove_budget(house)
            return "removed"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(tickets) + 1) as pool:
        for _ in range(15):
            removing = pool.submit(remove, budget(cast))
            assert set(pool.map(promise, tickets)) == {"promised"}
            assert removing.result() == "removed"
    assert not BudgetUse.objects.exists()


def test_what_somebody_removed_meanwhile_is_not_here(cast: Cast, ticket: Ticket) -> None:
    house = budget(cast)
    remove_budget(Budget.objects.get(pk=house.pk))
    for act in (
        lambda: remove_budget(house),
        lambda: change_budget(house, amount=Decimal(30), by=cast.admin, now=LATER),
    ):
        with pytest.raises(NotHere):
            act()
