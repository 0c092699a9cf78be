"""What became of every repair is recorded, and again when it goes on."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from insights.actions.repairs import (
    record_all_again,
)
from insights.models import RepairRecord
from tests.cast import Cast
from tests.insights.recorded import DAY, HOUR, MUCH_LATER, hear, join, recorded, speak, sweep
from tests.makers import NOW, make_customer, make_feedback, make_root_cause, make_ticket
from tests.recovery.asking import answer, ask_all, question_on, questions_left, resolve
from tickets.recovery.actions.ask import close_silent
from tickets.recovery.actions.gestures import add_gesture, keep_gesture
from tickets.recovery.actions.limits import default_limits
from tickets.recovery.actions.repair import change_recovery
from tickets.recovery.models import Question
from tickets.sla.models import Clock
from tickets.work.actions.customer_message import receive_message
from tickets.work.actions.join import join_feedback
from tickets.work.actions.move import close_ticket, merge_tickets, reopen_ticket
from tickets.work.actions.spam import mark_spam, not_spam
from tickets.work.actions.talk import reply
from tickets.work.actions.undo import take_back
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Contact

pytestmark = pytest.mark.django_db
RULED = {"rule": {"id": 1, "version": 1, "name": "Unhappy customers"}}


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
