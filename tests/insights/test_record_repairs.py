"""What became of every repair is recorded, and again when it goes on."""

from datetime import datetime, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cxloop.forgetting import erase
from cxloop.kernel.moment import moment
from feedback.intake.models import Customer, Feedback
from feedback.intake.scores import class_of
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
from tests.recovery.asking import answer, ask_all, question_on, questions_left, resolve
from tickets.recovery.actions.answer import hear_answer
from tickets.recovery.actions.ask import close_silent
from tickets.recovery.actions.gestures import add_gesture, keep_gesture
from tickets.recovery.actions.limits import default_limits
from tickets.recovery.actions.playbooks import archive_playbook, leave_playbook, write_playbook
from tickets.recovery.actions.repair import change_recovery
from tickets.recovery.models import FailureType, Playbook, PlaybookUse, Question
from tickets.recovery.verbs import VERBS
from tickets.sla.models import Clock
from tickets.work.actions.customer_message import receive_message
from tickets.work.actions.join import join_feedback
from tickets.work.actions.move import close_ticket, merge_tickets, reopen_ticket
from tickets.work.actions.spam import mark_spam, not_spam
from tickets.work.actions.tags import RETAGGED
from tickets.work.actions.talk import log_contact, reply
from tickets.work.actions.undo import take_back
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Contact, RootCause, Ticket

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MUCH_LATER = NOW + 200 * DAY
RULED = {"rule": {"id": 1, "version": 1, "name": "Unhappy customers"}}
ITEMS_AND_PLAYBOOKS = import_module("insights.migrations.0004_items_and_playbooks").RECORD_AGAIN
HEARD_ANSWERS = import_module("insights.migrations.0005_heard_answers").RECORD_AGAIN
DUE_AT = import_module("insights.migrations.0007_due_by_the_policy").DUE_AT
WHAT_COUNTS = import_module("insights.migrations.0006_what_counts").RECORD_AGAIN


def sweep(now: datetime = MUCH_LATER) -> int:
    return sweep_repairs(clock=lambda: now)


def recorded(ticket: Ticket, cycle: int = 1, now: datetime = MUCH_LATER) -> RepairRecord:
    sweep(now)
    return RepairRecord.objects.get(ticket=ticket, cycle=cycle)


def speak(ticket: Ticket, cast: Cast, at: datetime, *, reached: bool = True) -> None:
    by = acting(cast.agent)
    log_contact(locked(ticket.pk), channel="phone", reached=reached, body="", by=by, now=at)


def hear(ticket: Ticket, cast: Cast) -> None:
    said = {"solved": True, "score": 5, "comment": "", "channel": "phone"}
    hear_answer(locked(ticket.pk), by=acting(cast.agent), now=NOW + DAY, **said)


class TestCourse:
    def test_a_complaint_that_nobody_has_touched(self, cast: Cast) -> None:
        customer = make_customer(value=Decimal("120.50"))
        said = make_feedback(nps=2, customer=customer, judged=True)
        row = recorded(make_ticket(cast.group, customer=customer, feedback=said))
        assert (row.standing, row.received_at, row.source) == ("eligible", NOW, said.source)
        assert (row.score_type, row.score_before, row.class_before) == ("nps", 2, "negative")
        assert (row.person, row.value) == (customer, Decimal("120.50"))
        assert (row.owed_at, row.follow_up, row.met_at) == (NOW, "running", None)
        assert row.due_at == Clock.objects.get(kind="follow_up").due_at
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
        items = {"fair": 4, "respect": 5}
        answer(question_on(ticket), solved=True, score=5, items=items, now=NOW + DAY)
        row = recorded(ticket)
        assert (row.fair, row.easy, row.respect) == (4, None, 5)
        assert (row.resolved_at, row.asked_at) == (NOW + 2 * HOUR, NOW + 3 * HOUR)
        assert (row.answered_at, row.solved, row.score_after) == (NOW + DAY, True, 5)
        assert (row.closed_at, row.outcome, row.closed_by) == (NOW + DAY, "recovered", "customer")
        assert row.ended_at == NOW + DAY
        assert row.cause == cause
        assert row.costs == {"EUR": "40.00"}
        assert row.gestures == ["voucher:kept", "refund:promised", "refund:waiting"]

    def test_an_answer_that_a_colleague_heard(self, cast: Cast) -> None:
        spoken, written = (resolve(make_ticket(cast.group), by=cast.agent) for _ in range(2))
        hear(spoken, cast)
        ask_all()
        answer(question_on(written), solved=True, score=5)
        row = recorded(spoken)
        assert (row.is_heard, row.solved, row.score_after) == (True, True, 5)
        assert not recorded(written).is_heard

    def test_silence(self, cast: Cast) -> None:
        ticket = resolve(make_ticket(cast.group), by=cast.agent)
        ask_all()
        questions_left()
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

    def test_a_letter_that_its_writer_took_back_is_no_attempt(self, cast: Cast) -> None:
        ticket, by = make_ticket(cast.group), acting(cast.agent)
        reply(locked(ticket.pk), body="We are on it.", by=by, now=NOW + HOUR)
        row = recorded(ticket)
        assert (row.attempted_at, row.reached_at) == (NOW + HOUR, NOW + HOUR)
        take_back(locked(ticket.pk), by=by, now=NOW + HOUR)
        row = recorded(ticket)
        assert (row.attempted_at, row.reached_at) == (None, None)
        speak(ticket, cast, NOW + 3 * HOUR, reached=False)
        assert recorded(ticket).attempted_at == NOW + 3 * HOUR

    def test_a_question_whose_letter_died_was_not_asked(self, cast: Cast) -> None:
        ticket = resolve(make_ticket(cast.group), by=cast.agent)
        ask_all()
        assert recorded(ticket).asked_at is not None
        Question.objects.update(state=Question.State.FAILED)
        record_all_again(now=MUCH_LATER)
        assert recorded(ticket).asked_at is None

    def test_an_acknowledgement_is_noted_and_reaches_nobody(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        ticket.timeline.create(at=NOW, kind="acknowledged", actor_kind="rule", reason=RULED)
        row = recorded(ticket)
        assert (row.acknowledged_at, row.attempted_at, row.reached_at) == (NOW, None, None)

    def test_an_acknowledgement_whose_letter_died_is_none(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        ticket.timeline.create(at=NOW, kind="acknowledged", actor_kind="rule", reason=RULED)
        why = {"letter": "reminder", "to": "", "error": ""}
        ticket.timeline.create(at=NOW, kind="letter_failed", actor_kind="clock", reason=why)
        assert recorded(ticket).acknowledged_at == NOW
        why = why | {"letter": "acknowledgement"}
        ticket.timeline.create(at=NOW + HOUR, kind="letter_failed", actor_kind="clock", reason=why)
        assert recorded(ticket).acknowledged_at is None

    def test_a_promise_that_was_broken_is_told_before_one_that_was_kept(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        speak(ticket, cast, NOW + HOUR)
        again = make_feedback(nps=1, judged=True, received_at=NOW + DAY)
        join_feedback(ticket, again, acting(cast.agent), now=NOW + DAY)
        assert recorded(ticket).follow_up == "met"
        speak(ticket, cast, NOW + 5 * DAY)
        row = recorded(ticket)
        assert (row.follow_up, row.owed_at, row.met_at) == (
            *("breached", NOW + DAY),
            NOW + 5 * DAY,
        )
        assert (row.received_at, row.attempted_at) == (NOW, NOW + 5 * DAY)
        assert row.reached_at == NOW + HOUR

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

    @pytest.mark.parametrize("end", ["merged", "spam"])
    def test_an_end_of_another_kind_leaves_what_was_before(self, cast: Cast, end: str) -> None:
        ticket = resolve(make_ticket(cast.group), by=cast.agent, now=NOW + 5 * DAY)
        ask_all(NOW + 5 * DAY)
        answer(question_on(ticket), solved=False, score=1, now=NOW + 6 * DAY)
        by = acting(cast.agent)
        if end == "spam":
            mark_spam(locked(ticket.pk), by=by, now=NOW + 7 * DAY)
        else:
            into = make_ticket(cast.group, customer=ticket.customer)
            merge_tickets(locked(ticket.pk), into=locked(into.pk), by=by, now=NOW + 7 * DAY)
        row = recorded(ticket)
        assert (row.standing, row.follow_up, row.solved) == ("eligible", "breached", False)
        assert recorded(ticket, cycle=2).standing == end

    @pytest.mark.parametrize(
        "ended, score, end, standing",
        [
            ("happy", 10, "not_actionable", "no_complaint"),
            ("happy", None, "no_contact_wanted", "no_complaint"),
            ("happy", None, "", "eligible"),
            ("happy", 2, "not_actionable", "eligible"),
            ("unhappy", None, "not_actionable", "eligible"),
            ("untold", None, "not_actionable", "eligible"),
        ],
    )
    def test_thanks_after_a_happy_end_are_no_complaint(
        self, cast: Cast, ended: str, score: int | None, end: str, standing: str
    ) -> None:
        ticket, by = make_ticket(cast.group), acting(cast.agent)
        ticket = resolve(ticket, by=cast.agent, now=NOW + 2 * HOUR)
        if ended != "untold":
            ask_all(NOW + 3 * HOUR)
            happy = ended == "happy"
            answer(question_on(ticket), solved=happy, score=5 if happy else 1, now=NOW + DAY)
        else:
            close_ticket(
                locked(ticket.pk), outcome="not_actionable", reason="no", by=by, now=NOW + DAY
            )
        if ended != "unhappy":
            at = NOW + 2 * DAY
            receive_message(locked(ticket.pk), text="Thanks!", received_at=at, now=at)
        if score is not None:
            heard = make_feedback(nps=score, judged=True, received_at=NOW + 2 * DAY)
            join(ticket, heard)
        if end:
            close_ticket(locked(ticket.pk), outcome=end, reason="thanks", by=by, now=NOW + 3 * DAY)
        assert recorded(ticket, cycle=2).standing == standing
        first = recorded(ticket)
        assert first.standing == "eligible"
        assert (first.reopened_at is None) == (standing == "no_complaint")

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

    def test_words_stay_a_complaint_whatever_a_score_says_beside_them(self, cast: Cast) -> None:
        customer = make_customer()
        said = make_feedback(comment="It came in pieces.", customer=customer, judged=True)
        ticket = make_ticket(cast.group, customer=customer, feedback=said)
        join(ticket, make_feedback(nps=9, judged=True, received_at=NOW + DAY))
        row = recorded(ticket)
        assert (row.standing, row.score_before) == ("eligible", 9)

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


def rated(score: int, customer: Customer, at: datetime) -> Feedback:
    """CSAT, of five."""
    found = class_of("csat", score)
    said = {"score_type": "csat", "score_value": score, "score_class": found, "worst_class": found}
    return make_feedback(customer=customer, judged=True, received_at=at, **said)


def complaint(cast: Cast, customer: Customer, at: datetime) -> Ticket:
    said = make_feedback(nps=2, customer=customer, judged=True, received_at=at)
    return make_ticket(cast.group, customer=customer, feedback=said)


def join(ticket: Ticket, said: Feedback) -> None:
    ticket.feedback_links.create(feedback=said, received_at=said.received_at, linked_at=NOW)


class TestPlaybooks:
    @pytest.fixture
    def ticket(self, cast: Cast) -> Ticket:
        write_playbook(slug="late", name="Late", by=None, now=NOW, steps=[{"kind": "call"}])
        return make_ticket(cast.group)

    def test_is_followed_once_every_step_was_made(self, cast: Cast, ticket: Ticket) -> None:
        by = acting(cast.agent)
        add_gesture(locked(ticket.pk), kind="call", explanation="", by=by, now=NOW)
        assert recorded(ticket).playbook == ""
        done(ticket, cast)
        row = recorded(ticket)
        assert (row.playbook, row.playbook_version, row.playbook_use) == ("late", 1, "followed")

    def test_is_neither_where_nobody_said_a_word(self, cast: Cast, ticket: Ticket) -> None:
        done(ticket, cast)
        assert recorded(ticket).playbook_use == "unsaid"

    def test_is_left_with_a_reason_that_is_not_recorded(self, cast: Cast, ticket: Ticket) -> None:
        by = acting(cast.agent)
        leave_playbook(locked(ticket.pk), why="He wants it in writing", by=by, now=NOW + HOUR)
        assert recorded(ticket).playbook_use == "left"
        done(ticket, cast)
        row = recorded(ticket)
        assert (row.playbook, row.playbook_use) == ("late", "left")
        words = RepairRecord.objects.values().get(ticket=ticket)
        assert not any("in writing" in str(value) for value in words.values())

    def test_stays_left_of_whoever_is_forgotten(self, cast: Cast) -> None:
        write_playbook(slug="late", name="Late", by=None, now=NOW, steps=[{"kind": "call"}])
        customer = make_customer()
        ticket, by = make_ticket(cast.group, customer=customer), acting(cast.agent)
        leave_playbook(locked(ticket.pk), why="A bad day", by=by, now=NOW + HOUR)
        done(ticket, cast)
        erase(customer, reason="They asked for it.", by=acting(cast.admin), now=NOW + DAY)
        assert PlaybookUse.objects.get().why_left == ""
        assert recorded(ticket).playbook_use == "left"

    def test_nothing_became_of_it_while_that_is_taken_back(
        self, cast: Cast, ticket: Ticket
    ) -> None:
        done(ticket, cast)
        assert recorded(ticket).playbook_use == "unsaid"
        take_back(locked(ticket.pk), by=acting(cast.agent), now=NOW + 2 * HOUR)
        row = recorded(ticket)
        assert (row.playbook, row.playbook_version, row.playbook_use) == ("", None, "")

    def test_is_of_its_own_cycle(self, cast: Cast, ticket: Ticket) -> None:
        done(ticket, cast)
        ask_all(NOW + 3 * HOUR)
        answer(question_on(ticket), solved=False, now=NOW + DAY)
        archive_playbook(Playbook.objects.get(), now=NOW + DAY)
        done(ticket, cast, NOW + 2 * DAY)
        assert recorded(ticket).playbook_use == "unsaid"
        assert RepairRecord.objects.get(ticket=ticket, cycle=2).resolved_at == NOW + 2 * DAY
        assert recorded(ticket, cycle=2).playbook == ""


def done(ticket: Ticket, cast: Cast, at: datetime = NOW + 2 * HOUR) -> None:
    """Resolved by the verb that knows of playbooks."""
    said = {
        "root_cause": (RootCause.objects.first() or make_root_cause()).slug,
        "body": "Sent again.",
    }
    VERBS["resolve"].act(locked(ticket.pk), said, acting(cast.agent), at)


class TestUpgrading:
    def test_what_was_answered_item_by_item_or_by_a_playbook_is_recorded_again(
        self, cast: Cast
    ) -> None:
        write_playbook(slug="late", name="Late", by=None, now=NOW, steps=[{"kind": "call"}])
        judged, led, other = (make_ticket(cast.group) for _ in range(3))
        leave_playbook(locked(led.pk), why="No", by=acting(cast.agent), now=NOW)
        for ticket, items in ((judged, {"easy": 2}), (other, None)):
            resolve(ticket, by=cast.agent)
            ask_all()
            answer(question_on(ticket), solved=True, items=items)
        sweep()
        RepairRecord.objects.update(easy=None, playbook="", playbook_version=None, playbook_use="")
        assert wanted_again(ITEMS_AND_PLAYBOOKS) == {judged.pk, led.pk}
        assert recorded(judged, now=moment() + DAY).easy == 2
        assert recorded(led, now=moment() + DAY).playbook_use == "left"

    def test_what_was_heard_taken_back_or_paired_with_itself_is_recorded_again(
        self, cast: Cast
    ) -> None:
        by, customer = acting(cast.agent), make_customer()
        spoken, asked = (resolve(make_ticket(cast.group), by=cast.agent) for _ in range(2))
        hear(spoken, cast)
        ask_all()
        answer(question_on(asked), solved=True)
        taken = make_ticket(cast.group)
        reply(locked(taken.pk), body="On it.", by=by, now=NOW + HOUR)
        take_back(locked(taken.pk), by=by, now=NOW + HOUR)
        paired = make_ticket(cast.group, customer=customer, feedback=rated(2, customer, NOW))
        join(paired, rated(1, customer, NOW + DAY))
        sweep()
        RepairRecord.objects.update(is_heard=False)
        RepairRecord.objects.filter(ticket=paired).update(later_score=1, later_score_at=NOW + DAY)
        assert wanted_again(HEARD_ANSWERS) == {spoken.pk, taken.pk, paired.pk}
        assert recorded(spoken, now=moment() + DAY).is_heard
        assert recorded(paired, now=moment() + DAY).later_score is None


def test_an_upgrade_records_again_what_counts_otherwise_now(cast: Cast) -> None:
    plain, dead, anew, broken, worded = (make_ticket(cast.group) for _ in range(5))
    for ticket in (plain, dead):
        ticket.timeline.create(at=NOW, kind="acknowledged", actor_kind="rule", reason=RULED)
    why = {"letter": "acknowledgement", "to": "", "error": ""}
    dead.timeline.create(at=NOW, kind="letter_failed", actor_kind="clock", reason=why)
    by = acting(cast.agent)
    close_ticket(locked(anew.pk), outcome="not_actionable", reason="no", by=by, now=NOW + HOUR)
    reopen_ticket(locked(anew.pk), reason="wrong", by=by, now=NOW + DAY)
    speak(broken, cast, NOW + HOUR)
    again = make_feedback(nps=1, judged=True, received_at=NOW + DAY)
    join_feedback(broken, again, by, now=NOW + DAY)
    speak(broken, cast, NOW + 5 * DAY)
    join(worded, make_feedback(comment="In pieces.", judged=True))
    sweep()
    RepairRecord.objects.update(acknowledged_at=NOW)
    RepairRecord.objects.filter(ticket=worded).update(standing="no_complaint")
    assert wanted_again(WHAT_COUNTS) == {dead.pk, anew.pk, broken.pk, worded.pk}


def test_an_upgrade_knows_when_what_is_recorded_was_due(cast: Cast) -> None:
    joined, closed = make_ticket(cast.group), make_ticket(cast.group)
    speak(joined, cast, NOW + HOUR)
    again = make_feedback(nps=1, judged=True, received_at=NOW + DAY)
    join_feedback(joined, again, acting(cast.agent), now=NOW + DAY)
    speak(joined, cast, NOW + 5 * DAY)
    by = acting(cast.agent)
    close_ticket(locked(closed.pk), outcome="not_actionable", reason="no", by=by, now=NOW + HOUR)
    sweep()
    due = dict(RepairRecord.objects.values_list("ticket", "due_at"))
    assert due[joined.pk] == Clock.objects.get(promise=joined.pk, cycle=2).due_at
    RepairRecord.objects.update(due_at=None)
    with connection.cursor() as cursor:
        cursor.execute(DUE_AT)
    assert dict(RepairRecord.objects.values_list("ticket", "due_at")) == due


def wanted_again(statement: str) -> set[int]:
    """Said twice, as an upgrade that broke off would."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute(statement)
    return set(Unrecorded.objects.values_list("ticket", flat=True))


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
        {"fair": 4},
        {"is_heard": True},
        {"answered_at": NOW, "solved": True, "easy": 0},
        {"answered_at": NOW, "solved": True, "respect": 6},
        {"playbook": "late"},
        {"playbook": "late", "playbook_version": 1, "playbook_use": "tried"},
        {"playbook_version": 1, "playbook_use": "left"},
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
