"""What a customer did after a repair is recorded with it."""

from decimal import Decimal

import pytest

from cxloop.forgetting import erase
from insights.actions.repairs import (
    record_all_again,
)
from tests.cast import Cast
from tests.insights.recorded import DAY, HOUR, MUCH_LATER, complaint, join, rated, recorded
from tests.makers import NOW, make_customer, make_feedback, make_root_cause, make_ticket
from tests.recovery.asking import answer, ask_all, question_on, resolve
from tickets.recovery.actions.repair import change_recovery
from tickets.recovery.models import FailureType
from tickets.work.actor import acting
from tickets.work.door import locked

pytestmark = pytest.mark.django_db


class TestAfterwards:
    def test_what_the_customer_did_later(self, cast: Cast) -> None:
        customer = make_customer()
        claim = make_customer(trusted=False, joined_to=customer)
        tickets = [
            make_ticket(
                cast.group,
                customer=customer,
                feedback=make_feedback(
                    nps=nps, customer=said_by, judged=True, received_at=NOW + n * DAY
                ),
            )
            for n, nps, said_by in ((0, 1, customer), (10, 3, claim), (50, 4, customer))
        ]
        make_feedback(nps=9, customer=claim, judged=True, received_at=NOW + 5 * DAY)
        for days, plan in ((3, {"quiet": True}), (4, {"feedback": {"nps": 10}})):
            said = {"nps": 0, "customer": customer, "judged": True} | plan.pop("feedback", {})
            said = make_feedback(received_at=NOW + days * DAY, **said)
            make_ticket(cast.group, customer=customer, feedback=said, **plan)
        courier = make_root_cause("courier")
        for ticket in (tickets[0], tickets[2]):
            resolve(ticket, by=cast.agent, now=NOW + 60 * DAY)
        row = recorded(tickets[0])
        assert row.cause == courier
        assert (row.failed_before_at, row.failed_again_at) == (None, NOW + 10 * DAY)
        assert row.same_cause_again_at == NOW + 50 * DAY
        assert (row.later_score, row.later_score_at) == (0, NOW + 3 * DAY)
        last = recorded(tickets[2])
        assert (last.failed_before_at, last.failed_again_at) == (NOW + 10 * DAY, None)
        assert (last.later_score, last.later_score_at) == (None, None)

    def test_a_score_is_not_the_one_after_itself(self, cast: Cast) -> None:
        """Further words may have said the score before; what comes after these is the next."""
        customer = make_customer()
        ticket = make_ticket(cast.group, customer=customer, feedback=rated(2, customer, NOW))
        join(ticket, rated(1, customer, NOW + DAY))
        row = recorded(ticket)
        assert (row.received_at, row.score_type, row.score_before) == (NOW, "csat", 1)
        assert (row.later_score, row.later_score_at) == (None, None)
        rated(4, customer, NOW + 5 * DAY)
        record_all_again(now=MUCH_LATER)
        row = recorded(ticket)
        assert (row.later_score, row.later_score_at) == (4, NOW + 5 * DAY)

    def test_the_same_score_again_is_one_after_it(self, cast: Cast) -> None:
        customer = make_customer()
        ticket = make_ticket(cast.group, customer=customer, feedback=rated(1, customer, NOW))
        join(ticket, rated(1, customer, NOW + DAY))
        row = recorded(ticket)
        assert (row.score_before, row.later_score, row.later_score_at) == (1, 1, NOW + DAY)

    def test_a_score_after_the_answer_that_began_a_cycle_is_its_next(self, cast: Cast) -> None:
        customer = make_customer()
        said = rated(2, customer, NOW)
        ticket = resolve(make_ticket(cast.group, customer=customer, feedback=said), by=cast.agent)
        ask_all(NOW + 3 * HOUR)
        answer(question_on(ticket), solved=False, score=1, now=NOW + DAY)
        join(ticket, rated(1, customer, NOW + 2 * DAY))
        row = recorded(ticket, cycle=2)
        assert (row.received_at, row.score_before) == (NOW + DAY, 1)
        assert (row.later_score, row.later_score_at) == (1, NOW + 2 * DAY)

    def test_it_is_looked_for_after_thirty_and_after_ninety_days(self, cast: Cast) -> None:
        customer = make_customer()
        ticket = make_ticket(cast.group, customer=customer)
        row = recorded(ticket, now=NOW + DAY)
        assert row.look_again_at == NOW + 30 * DAY
        make_feedback(nps=8, customer=customer, judged=True, received_at=NOW + 5 * DAY)
        assert recorded(ticket, now=NOW + 29 * DAY).later_score is None
        row = recorded(ticket, now=NOW + 30 * DAY)
        assert (row.later_score, row.look_again_at) == (8, NOW + 90 * DAY)
        row = recorded(ticket, now=NOW + 90 * DAY)
        assert (row.looked_at, row.look_again_at) == (NOW + 90 * DAY, None)

    def test_the_same_cause_may_be_named_later_than_it_was_looked_for(self, cast: Cast) -> None:
        customer, by = make_customer(), acting(cast.agent)
        courier, other = make_root_cause("courier"), make_root_cause("warehouse")
        early, late = (complaint(cast, customer, NOW + n * DAY) for n in (0, 89))
        resolve(early, by=cast.agent, now=NOW + HOUR, cause=courier)
        resolve(late, by=cast.agent, now=NOW + 95 * DAY, cause=other)
        assert recorded(early, now=NOW + 100 * DAY).same_cause_again_at is None
        change_recovery(locked(late.pk), by=by, now=NOW + 101 * DAY, root_cause=courier)
        row = recorded(early, now=NOW + 102 * DAY)
        assert (row.looked_at, row.same_cause_again_at) == (NOW + 102 * DAY, NOW + 89 * DAY)

    def test_what_was_met_long_before_is_not_written_anew(self, cast: Cast) -> None:
        customer = make_customer()
        early, late = (complaint(cast, customer, NOW + n * DAY) for n in (0, 91))
        looked = recorded(early, now=NOW + 92 * DAY).looked_at
        resolve(late, by=cast.agent, now=NOW + 93 * DAY)
        assert recorded(early, now=NOW + 94 * DAY).looked_at == looked

    def test_their_value_stays_what_it_was(self, cast: Cast) -> None:
        customer = make_customer(value=Decimal("100"))
        ticket = make_ticket(cast.group, customer=customer)
        assert recorded(ticket).value == 100
        type(customer).objects.update(value=Decimal("999"))
        record_all_again(now=MUCH_LATER)
        assert recorded(ticket).value == 100

    def test_of_an_erased_customer_no_value_stays(self, cast: Cast) -> None:
        customer = make_customer(value=Decimal("100"))
        ticket = make_ticket(cast.group, customer=customer)
        assert recorded(ticket).value == 100
        erase(customer, reason="They asked for it.", by=acting(cast.admin), now=NOW + DAY)
        row = recorded(ticket)
        assert (row.value, row.score_before, row.standing) == (None, 2, "eligible")

    def test_what_is_known_of_the_failure(self, cast: Cast) -> None:
        kind = FailureType.objects.create(slug="late", name="Late", created_at=NOW)
        ticket = make_ticket(cast.group)
        said = {"type": kind, "driver": "price", "severity": 3, "monetary": True, "process": False}
        by = acting(cast.agent)
        change_recovery(ticket, by=by, now=NOW + HOUR, controllable=True, **said)
        row = recorded(ticket)
        assert (row.failure_type, row.driver, row.severity) == ("late", "price", 3)
        assert (row.is_monetary, row.is_process, row.is_controllable) == (True, False, True)
        assert row.failure_number == 1
