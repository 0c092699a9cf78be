"""What became of every repair is recorded, and again when it goes on."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cxloop.forgetting import erase
from insights.actions.repairs import (
    look_again,
    note_repairs,
    record_all_again,
    record_repairs,
)
from insights.models import RepairRecord, Unrecorded, Walked
from insights.sweeps import record_repairs as sweep_repairs
from tests.cast import Cast
from tests.makers import NOW, make_customer, make_feedback, make_root_cause, make_ticket
from tests.recovery.asking import answer, ask_all, question_on, resolve
from tickets.recovery.actions.ask import close_silent
from tickets.recovery.actions.gestures import add_gesture, keep_gesture
from tickets.recovery.actions.limits import default_limits
from tickets.recovery.actions.repair import change_recovery
from tickets.recovery.models import FailureType, Question
from tickets.work.actions.move import close_ticket, merge_tickets, reopen_ticket
from tickets.work.actions.spam import mark_spam, not_spam
from tickets.work.actions.tags import RETAGGED
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Contact, Ticket

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MUCH_LATER = NOW + 200 * DAY


def sweep(now: datetime = MUCH_LATER) -> int:
    return sweep_repairs(clock=lambda: now)


def recorded(ticket: Ticket, cycle: int = 1, now: datetime = MUCH_LATER) -> RepairRecord:
    sweep(now)
    return RepairRecord.objects.get(ticket=ticket, cycle=cycle)


def speak(ticket: Ticket, cast: Cast, at: datetime, *, reached: bool = True) -> None:
    by = acting(cast.agent)
    log_contact(locked(ticket.pk), channel="phone", reached=reached, body="", by=by, now=at)


class TestCourse:
    def test_a_complaint_that_nobody_has_touched(self, cast: Cast) -> None:
        customer = make_customer(value=Decimal("120.50"))
        said = make_feedback(nps=2, customer=customer, judged=True)
        row = recorded(make_ticket(cast.group, customer=customer, feedback=said))
        assert (row.standing, row.received_at, row.source) == ("eligible", NOW, said.source)
        assert (row.score_type, row.score_before, row.class_before) == ("nps", 2, "negative")
        assert (row.person, row.value) == (customer, Decimal("120.50"))
        assert (row.owed_at, row.follow_up, row.met_at) == (NOW, "running", None)
        assert (row.attempted_at, row.reached_at, row.resolved_at) == (None, None, None)
        assert (row.closed_at, row.outcome, row.closed_by, row.ended_at) == (None, "", "", None)

    def test_an_attempt_and_then_a_contact(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        speak(ticket, cast, NOW + HOUR, reached=False)
        speak(ticket, cast, NOW + 3 * HOUR)
        row = recorded(ticket)
        assert (row.attempted_at, row.reached_at) == (NOW + HOUR, NOW + 3 * HOUR)
        assert (row.follow_up, row.met_at) == ("met", NOW + 3 * HOUR)

    def test_a_repair_that_won_them_back(self, cast: Cast) -> None:
        default_limits(now=NOW)
        ticket = make_ticket(cast.group)
        by = acting(cast.agent)
        paid = {"amount": Decimal("20"), "currency": "EUR"}
        voucher = add_gesture(ticket, kind="voucher", explanation="", by=by, now=NOW, **paid)
        keep_gesture(voucher, by=by, now=NOW + HOUR)
        add_gesture(ticket, kind="refund", explanation="", by=by, now=NOW, **paid)
        too_much = paid | {"amount": Decimal("900")}
        add_gesture(ticket, kind="refund", explanation="", by=by, now=NOW, **too_much)
        cause = make_root_cause("courier")
        resolve(ticket, by=cast.agent, now=NOW + 2 * HOUR)
        ask_all(NOW + 3 * HOUR)
        answer(question_on(ticket), solved=True, score=5, now=NOW + DAY)
        row = recorded(ticket)
        assert (row.resolved_at, row.asked_at) == (NOW + 2 * HOUR, NOW + 3 * HOUR)
        assert (row.answered_at, row.solved, row.score_after) == (NOW + DAY, True, 5)
        assert (row.closed_at, row.outcome, row.closed_by) == (NOW + DAY, "recovered", "customer")
        assert row.ended_at == NOW + DAY
        assert row.cause == cause
        assert row.costs == {"EUR": "40.00"}
        assert row.gestures == ["voucher:kept", "refund:promised", "refund:waiting"]

    def test_silence(self, cast: Cast) -> None:
        ticket = resolve(make_ticket(cast.group), by=cast.agent)
        ask_all()
        close_silent(list(Question.objects.all()), NOW + 60 * DAY)
        row = recorded(ticket)
        assert (row.is_silent, row.closed_by, row.outcome) == (True, "silence", "silent")

    def test_an_end_that_an_agent_declared(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        by = acting(cast.agent)
        close_ticket(ticket, outcome="not_actionable", reason="no", by=by, now=NOW + HOUR)
        row = recorded(ticket)
        assert (row.closed_by, row.outcome) == ("agent", "not_actionable")
        assert (row.follow_up, row.voided_at) == ("void", NOW + HOUR)

    def test_a_contact_whose_letter_died_is_an_attempt(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        speak(ticket, cast, NOW + HOUR)
        Contact.objects.update(struck_at=NOW + 2 * HOUR)
        row = recorded(ticket)
        assert (row.attempted_at, row.reached_at) == (NOW + HOUR, None)

    def test_a_question_whose_letter_died_was_not_asked(self, cast: Cast) -> None:
        ticket = resolve(make_ticket(cast.group), by=cast.agent)
        ask_all()
        assert recorded(ticket).asked_at is not None
        Question.objects.update(state=Question.State.FAILED)
        record_all_again(now=MUCH_LATER)
        assert recorded(ticket).asked_at is None

    def test_an_acknowledgement_is_noted_and_reaches_nobody(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        why = {"rule": {"id": 1, "version": 1, "name": "Unhappy customers"}}
        ticket.timeline.create(at=NOW, kind="acknowledged", actor_kind="rule", reason=why)
        row = recorded(ticket)
        assert (row.acknowledged_at, row.attempted_at, row.reached_at) == (NOW, None, None)

    def test_a_cause_that_was_understood_later(self, cast: Cast) -> None:
        ticket = resolve(make_ticket(cast.group), by=cast.agent)
        other = make_root_cause("warehouse")
        by = acting(cast.agent)
        change_recovery(locked(ticket.pk), by=by, now=NOW + DAY, root_cause=other)
        assert recorded(ticket).cause == other


class TestCycles:
    def test_an_unhappy_answer_begins_a_row_of_its_own(self, cast: Cast) -> None:
        ticket = resolve(make_ticket(cast.group), by=cast.agent, now=NOW + 2 * HOUR)
        ask_all(NOW + 3 * HOUR)
        answer(question_on(ticket), solved=False, score=1, now=NOW + DAY)
        speak(ticket, cast, NOW + DAY + HOUR)
        first, second = recorded(ticket), RepairRecord.objects.get(ticket=ticket, cycle=2)
        assert (first.answered_at, first.solved, first.reopened_at) == (NOW + DAY, False, NOW + DAY)
        assert (first.closed_at, first.reached_at) == (None, NOW + 2 * HOUR)
        assert (second.received_at, second.owed_at) == (NOW + DAY, NOW + DAY)
        assert (second.score_type, second.score_before) == ("csat", 1)
        assert (second.reached_at, second.met_at) == (NOW + DAY + HOUR, NOW + DAY + HOUR)
        assert (second.standing, second.resolved_at, second.asked_at) == ("eligible", None, None)

    def test_a_ticket_that_was_closed_and_begun_anew(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        by = acting(cast.agent)
        close_ticket(ticket, outcome="not_actionable", reason="no", by=by, now=NOW + HOUR)
        reopen_ticket(locked(ticket.pk), reason="wrong", by=by, now=NOW + DAY)
        first, second = recorded(ticket), RepairRecord.objects.get(ticket=ticket, cycle=2)
        assert (first.closed_at, first.outcome) == (NOW + HOUR, "not_actionable")
        assert (first.reopened_at, first.ended_at) == (NOW + DAY, None)
        assert (second.closed_at, second.outcome, second.received_at) == (None, "", NOW + DAY)

    def test_what_was_no_spam_is_owed_from_its_receipt(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        by = acting(cast.agent)
        mark_spam(ticket, by=by, now=NOW + HOUR)
        assert recorded(ticket).standing == "spam"
        not_spam(locked(ticket.pk), reason="", by=by, now=NOW + 2 * HOUR)
        row = recorded(ticket)
        assert (row.standing, row.owed_at, row.follow_up) == ("eligible", NOW, "running")
        assert (row.closed_at, row.outcome) == (None, "")

    def test_a_further_complaint_is_no_row_of_its_own(self, cast: Cast) -> None:
        ticket = resolve(make_ticket(cast.group), by=cast.agent, now=NOW + 2 * HOUR)
        sweep()
        assert RepairRecord.objects.filter(ticket=ticket).count() == 1


class TestStanding:
    def test_a_merged_ticket_is_counted_where_it_goes_on(self, cast: Cast) -> None:
        customer = make_customer()
        early = make_feedback(nps=0, customer=customer, judged=True, received_at=NOW - DAY)
        merged = make_ticket(cast.group, customer=customer, feedback=early)
        into = make_ticket(cast.group, customer=customer)
        by = acting(cast.agent)
        merge_tickets(locked(merged.pk), into=locked(into.pk), by=by, now=NOW + HOUR)
        assert recorded(merged).standing == "merged"
        row = recorded(into)
        assert (row.standing, row.received_at, row.score_before) == ("eligible", NOW - DAY, 2)

    @pytest.mark.parametrize(
        "facts, standing",
        [
            ({"nps": 9}, "no_complaint"),
            ({"comment": "Where is it?"}, "eligible"),
            ({"nps": 2, "contactable": "none"}, "unreachable"),
        ],
    )
    def test_what_counts(self, cast: Cast, facts: dict, standing: str) -> None:
        ticket = make_ticket(cast.group, feedback=make_feedback(judged=True, **facts))
        assert recorded(ticket).standing == standing

    def test_imported_history_does_not(self, cast: Cast) -> None:
        assert recorded(make_ticket(cast.group, quiet=True)).standing == "imported"


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


class TestSweep:
    def test_it_records_whatever_history_there_is(self, cast: Cast) -> None:
        tickets = [make_ticket(cast.group) for _ in range(3)]
        assert sweep() == 3
        assert RepairRecord.objects.count() == len(tickets)
        assert not Unrecorded.objects.exists()
        assert sweep() == 0

    def test_it_records_again_what_goes_on(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        sweep()
        speak(ticket, cast, NOW + HOUR)
        assert sweep() == 1
        assert RepairRecord.objects.get().reached_at == NOW + HOUR

    def test_it_walks_no_further_than_whatever_is_settled(self, cast: Cast) -> None:
        """A number that is written and not yet committed must not be passed by."""
        make_ticket(cast.group)
        assert note_repairs(now=NOW + timedelta(minutes=4)) == 0
        assert note_repairs(now=NOW + timedelta(minutes=5)) > 0
        assert Walked.objects.filter(pk=Walked.Why.REPAIRS).exists()

    def test_a_tag_renamed_records_nothing_again(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        sweep()
        facts = {"actor": cast.lead, "actor_kind": "person", "reason": {"was": "a", "becomes": "b"}}
        ticket.timeline.create(at=NOW, kind=RETAGGED, **facts)
        assert note_repairs(now=MUCH_LATER) == 1
        assert not Unrecorded.objects.exists()

    def test_twice_is_the_same_as_once(self, cast: Cast) -> None:
        ticket = resolve(make_ticket(cast.group), by=cast.agent)
        sweep()
        before = RepairRecord.objects.values().get(ticket=ticket)
        assert record_all_again(now=MUCH_LATER) == 1
        sweep()
        assert RepairRecord.objects.values().get(ticket=ticket) == before

    def test_a_ticket_that_cannot_be_recorded_holds_up_no_other(self, cast: Cast) -> None:
        broken, sound = make_ticket(cast.group), make_ticket(cast.group)
        broken.timeline.create(at=NOW, kind="reopened", actor_kind="customer", reason={})
        sweep()
        assert RepairRecord.objects.filter(ticket=sound).exists()
        assert "KeyError" in Unrecorded.objects.get(ticket=broken).last_error

    def test_it_takes_as_many_statements_for_twenty_tickets_as_for_two(self, cast: Cast) -> None:
        def statements(number: int) -> int:
            for _ in range(number):
                resolve(make_ticket(cast.group), by=cast.agent)
            note_repairs(now=MUCH_LATER)
            waiting = list(Unrecorded.objects.all())
            assert len(waiting) == number
            with CaptureQueriesContext(connection) as asked:
                record_repairs(waiting, MUCH_LATER)
            return len(asked)

        assert statements(2) == statements(20)

    def test_looking_again_at_nothing_is_one_statement(self, cast: Cast) -> None:
        assert look_again(now=NOW) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"standing": "counted"},
        {"closed_by": "nobody"},
        {"solved": True},
        {"answered_at": NOW},
        {"answered_at": NOW, "solved": True, "is_silent": True},
        {"score_before": None},
        {"look_again_at": NOW - DAY},
    ],
)
def test_a_record_cannot_lie(cast: Cast, wrong: dict) -> None:
    recorded(make_ticket(cast.group))
    with pytest.raises(IntegrityError), transaction.atomic():
        RepairRecord.objects.update(**wrong)


def test_a_cycle_is_recorded_once(cast: Cast) -> None:
    row = recorded(make_ticket(cast.group))
    row.pk = None
    with pytest.raises(IntegrityError, match="one_record_a_cycle"), transaction.atomic():
        row.save(force_insert=True)
