"""What went wrong is said at any time, and what is left open follows from its cause."""

from decimal import Decimal
from typing import Any

import pytest

from cxloop.kernel.errors import Conflict, Refused
from tests.cast import Cast
from tests.makers import NOW, make_customer, make_root_cause, make_ticket
from tests.recovery.asking import LATER, answer, kinds, make_asked, resolve
from tickets.recovery.actions.failures import (
    archive_failure_type,
    change_failure_type,
    default_failures,
    let_cause_stand_for,
    restore_failure_type,
    write_failure_type,
)
from tickets.recovery.actions.gestures import add_gesture, break_gesture, reject_gesture
from tickets.recovery.actions.repair import change_recovery, need_no_gesture, repair_of
from tickets.recovery.models import FailureType, Recovery
from tickets.work.actions.move import reopen_ticket
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import RootCause, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(cast: Cast) -> RootCause:
    """A cause that leads to a type of its own, below delivery."""
    default_failures(now=NOW)
    lost = write_failure_type(slug="lost", name="Lost", above=of("delivery"), process=True, now=NOW)
    cause = make_root_cause("late")
    let_cause_stand_for(cause, type=lost, driver="interaction", controllable=False)
    return cause


def of(slug: str) -> FailureType:
    return FailureType.objects.get(slug=slug)


def change(ticket: Ticket, cast: Cast, **said: Any) -> Recovery:
    return change_recovery(ticket, by=acting(cast.agent), now=NOW, **said)


class TestWhatFollows:
    def test_goes_with_the_cause(self, cast: Cast, late: RootCause) -> None:
        found = change(make_ticket(cast.group), cast, root_cause=late)
        assert (found.type, found.driver, found.process) == (of("lost"), "interaction", True)
        assert (found.controllable, found.monetary, found.by_hand) == (False, None, [])

    def test_is_inherited_down_the_tree(self, cast: Cast, late: RootCause) -> None:
        change_failure_type(of("delivery"), monetary=True)
        assert change(make_ticket(cast.group), cast, root_cause=late).monetary is True

    def test_is_taken_back_by_a_blank(self, cast: Cast, late: RootCause) -> None:
        ticket = make_ticket(cast.group)
        change(ticket, cast, root_cause=late, controllable=True, driver="brand")
        assert repair_of(ticket, now=NOW).by_hand == ["controllable", "driver"]
        found = change(ticket, cast, controllable=None, driver="")
        assert (found.controllable, found.driver, found.by_hand) == (False, "interaction", [])

    def test_is_said_by_hand_though_it_followed_before(self, cast: Cast, late: RootCause) -> None:
        ticket = make_ticket(cast.group)
        change(ticket, cast, root_cause=late)
        change(ticket, cast, driver="interaction")
        change(ticket, cast, root_cause=make_root_cause("other"))
        assert repair_of(ticket, now=NOW).driver == "interaction"

    def test_goes_with_the_cause_named_when_resolving(self, cast: Cast, late: RootCause) -> None:
        ticket = make_ticket(cast.group)
        resolve(ticket, by=cast.agent)
        assert repair_of(ticket, now=NOW).type is None  # the room of work alone resolved it
        change(ticket, cast, root_cause=late)
        assert repair_of(ticket, now=NOW).type == of("lost")

    def test_money_given_makes_it_monetary(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        given = {"kind": "refund", "amount": Decimal(5), "currency": "EUR", "explanation": ""}
        add_gesture(ticket, by=acting(cast.agent), now=NOW, **given)  # type: ignore[arg-type]
        assert repair_of(ticket, now=NOW).monetary is True

    def test_money_that_is_refused_does_not(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        given = {"kind": "refund", "amount": Decimal(5), "currency": "EUR", "explanation": ""}
        asked = add_gesture(ticket, by=acting(cast.agent), now=NOW, **given)  # type: ignore[arg-type]
        reject_gesture(asked, by=acting(cast.lead), now=NOW)
        assert repair_of(ticket, now=NOW).monetary is None


class TestSaying:
    def test_the_same_again_writes_nothing(self, cast: Cast, late: RootCause) -> None:
        ticket = make_ticket(cast.group)
        said = {"root_cause": late, "severity": 3, "order_value": Decimal(9), "driver": "price"}
        for _ in range(2):
            change(ticket, cast, **said, order_currency="EUR")
        assert kinds(ticket).count("recovery_changed") == 1

    @pytest.mark.parametrize(
        ("said", "pointer"),
        [
            ({"severity": 0}, "/severity"),
            ({"severity": 5}, "/severity"),
            ({"driver": "weather"}, "/driver"),
            ({"failure": "x" * 301}, "/failure"),
            ({"order_value": Decimal(9)}, "/order_currency"),
            ({"order_currency": "EUR"}, "/order_value"),
            ({"order_value": Decimal("0.5"), "order_currency": "KRW"}, "/order_value"),
            ({"order_value": Decimal(-1), "order_currency": "EUR"}, "/order_value"),
        ],
    )
    def test_nonsense_is_refused(self, cast: Cast, said: dict[str, Any], pointer: str) -> None:
        ticket = make_ticket(cast.group)
        with pytest.raises(Refused) as refused:
            change(ticket, cast, **said)
        assert [fault.pointer for fault in refused.value.faults] == [pointer]
        assert "recovery_changed" not in kinds(ticket)


class TestTheNumberOfAFailure:
    def test_counts_every_ticket_and_every_repair_that_was_none(self, cast: Cast) -> None:
        customer = make_customer()
        question = make_asked(cast, customer=customer)
        answer(question, solved=False)
        first = locked(question.ticket_id)
        second = make_ticket(cast.group, customer=customer)
        make_ticket(cast.group, customer=make_customer())
        assert repair_of(second, now=NOW).number == 3
        assert repair_of(first, now=NOW).number == 2
        reopen(resolve(first, by=cast.agent), cast)
        assert repair_of(locked(first.pk), now=NOW).number == 2

    def test_leaves_out_what_was_none(self, cast: Cast) -> None:
        customer = make_customer()
        spam = make_ticket(cast.group, customer=customer)
        Ticket.objects.filter(pk=spam.pk).update(status="closed", outcome="spam", closed_at=NOW)
        ticket = make_ticket(cast.group, customer=customer)
        assert repair_of(ticket, now=NOW).number == 1


def reopen(ticket: Ticket, cast: Cast) -> None:
    reopen_ticket(ticket, reason="a slip", by=acting(cast.agent), now=LATER)


class TestThatNothingNeedBeGiven:
    def test_is_known_once_it_is_said(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        for _ in range(2):
            assert need_no_gesture(ticket, by=acting(cast.agent), now=NOW).no_gesture
        assert kinds(ticket).count("no_gesture") == 1

    def test_is_refused_after_a_promise(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        add_gesture(ticket, kind="apology", explanation="", by=acting(cast.agent), now=NOW)
        with pytest.raises(Conflict):
            need_no_gesture(ticket, by=acting(cast.agent), now=NOW)

    def test_is_known_where_what_was_promised_is_broken(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        said: dict[str, Any] = {"by": acting(cast.agent), "now": NOW}
        break_gesture(add_gesture(ticket, kind="apology", explanation="", **said), **said)
        assert need_no_gesture(ticket, **said).no_gesture

    def test_ends_with_a_promise(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        need_no_gesture(ticket, by=acting(cast.agent), now=NOW)
        add_gesture(ticket, kind="apology", explanation="", by=acting(cast.agent), now=NOW)
        assert repair_of(ticket, now=NOW).no_gesture is False


@pytest.mark.usefixtures("late")
class TestTheTree:
    def test_has_no_circle(self) -> None:
        for above in (of("delivery"), of("lost")):
            with pytest.raises(Refused) as refused:
                change_failure_type(of("delivery"), above=above)
            assert refused.value.faults[0].code == "circle"

    def test_is_four_deep_at_most(self) -> None:
        three = write_failure_type(slug="c", name="C", above=of("lost"), now=NOW)
        four = write_failure_type(slug="d", name="D", above=three, now=NOW)
        with pytest.raises(Refused):
            write_failure_type(slug="e", name="E", above=four, now=NOW)
        with pytest.raises(Refused):
            change_failure_type(of("delivery"), above=of("service"))
        assert of("delivery").above is None

    def test_is_archived_from_below(self) -> None:
        with pytest.raises(Conflict):
            archive_failure_type(of("delivery"), now=NOW)
        archive_failure_type(of("lost"), now=NOW)
        archive_failure_type(of("delivery"), now=NOW)
        with pytest.raises(Conflict):
            restore_failure_type(of("lost"))
        restore_failure_type(of("delivery"))
        restore_failure_type(of("lost"))
        assert of("lost").archived_at is None
