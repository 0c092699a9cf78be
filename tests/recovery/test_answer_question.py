"""answer_question …"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.utils import Error

from cxloop.kernel.errors import Conflict, Refused
from tests.cast import Cast
from tests.makers import make_feedback, make_ticket
from tests.recovery.asking import (
    LATER,
    answer,
    ask_all,
    kinds,
    make_asked,
    question_on,
    resolve,
)
from tickets.recovery.actions.answer import answer_question
from tickets.recovery.actions.gestures import add_gesture
from tickets.recovery.door import answering
from tickets.recovery.links import token_of
from tickets.recovery.models import Answer, Question, Recovery
from tickets.sla.models import Clock, Kind
from tickets.work.actions.move import close_ticket, merge_tickets, reopen_ticket
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket, TimelineEntry

DAY = timedelta(days=1)


def after(question: Question) -> Ticket:
    return Ticket.objects.get(pk=question.ticket_id)


@pytest.mark.parametrize(
    "solved, score, outcome",
    [
        (True, None, "recovered"),
        (True, 5, "recovered"),
        (None, 4, "recovered"),
        (True, 3, "improved"),
    ],
)
def test_it_closes_a_happy_ticket(
    cast: Cast, solved: bool | None, score: int | None, outcome: str
) -> None:
    question = make_asked(cast)
    answer(question, solved=solved, score=score)
    ticket = after(question)
    assert (ticket.status, ticket.outcome) == ("closed", outcome)
    assert ticket.answered_at == LATER + DAY
    assert ticket.close_reason.startswith("the customer")
    assert kinds(ticket)[-2:] == ["answered", "closed"]
    assert not Clock.objects.filter(promise=ticket.pk).live().exists()


def test_it_calls_praise_satisfied_without_repair(cast: Cast) -> None:
    question = make_asked(cast, feedback=make_feedback(nps=10, comment="Lovely", judged=True))
    answer(question, solved=True, score=5)
    assert after(question).outcome == "satisfied_without_repair"


@pytest.mark.parametrize(
    ("solved", "outcome"), [(True, "satisfied_without_repair"), (False, "recovered")]
)
def test_only_an_unhappy_answer_before_it_was_something_to_repair(
    cast: Cast, solved: bool, outcome: str
) -> None:
    question = make_asked(cast, feedback=make_feedback(nps=10, comment="Lovely", judged=True))
    answer(question, solved=solved)
    ticket = locked(question.ticket_id)
    if solved:
        reopen_ticket(ticket, reason="a slip", by=acting(cast.agent), now=LATER + DAY)
    resolve(ticket, by=cast.agent)
    ask_all()
    answer(question, solved=True, score=5)
    assert after(question).outcome == outcome


def test_it_calls_words_without_a_score_a_failure(cast: Cast) -> None:
    question = make_asked(cast, feedback=make_feedback(comment="Where is it?", judged=True))
    answer(question, solved=True)
    assert after(question).outcome == "recovered"


def test_it_calls_a_gesture_a_repair(cast: Cast) -> None:
    question = make_asked(cast, feedback=make_feedback(nps=10, comment="Lovely", judged=True))
    add_gesture(question.ticket, kind="apology", explanation="", by=acting(cast.agent), now=LATER)
    answer(question, solved=True)
    assert after(question).outcome == "recovered"


@pytest.mark.parametrize("solved, score", [(False, None), (False, 5), (True, 1), (None, 2)])
def test_it_begins_anew_with_an_unhappy_customer(
    cast: Cast, solved: bool | None, score: int | None
) -> None:
    question = make_asked(cast)
    answer(question, solved=solved, score=score)
    ticket = after(question)
    assert (ticket.status, ticket.outcome, ticket.cycle) == ("open", "", 2)
    assert ticket.assignee == question.ticket.assignee
    follow_up = Clock.objects.get(promise=ticket.pk, kind=Kind.FOLLOW_UP, cycle=2)
    assert follow_up.state == "running"
    assert follow_up.started_at == LATER + DAY
    assert follow_up.due_at == ticket.next_due_at == LATER + DAY + timedelta(hours=48)
    assert kinds(ticket)[-2:] == ["answered", "reopened"]


def test_it_puts_their_words_where_the_customer_may_read_them_again(cast: Cast) -> None:
    question = make_asked(cast)
    answer(question, solved=False, score=1, comment="Still no parcel")
    entry = TimelineEntry.objects.get(kind="answered")
    assert (entry.text, entry.public, entry.actor_kind) == ("Still no parcel", True, "customer")
    assert entry.reason == {"solved": False, "score": 1}


def test_it_keeps_the_score_before_and_after(cast: Cast) -> None:
    answer(make_asked(cast), solved=True, score=4)
    recovery = Recovery.objects.get()
    assert (recovery.score_type_before, recovery.score_before) == ("nps", 2)
    assert recovery.score_after == 4


def test_it_is_taken_once(cast: Cast) -> None:
    question = make_asked(cast)
    first = answer(question, solved=True, score=5, comment="Thanks")
    again = answer(question, solved=False, score=1, comment="No!")
    assert again == first
    assert (again.solved, again.comment) == (True, "Thanks")
    assert after(question).status == "closed"
    assert kinds(after(question)).count("answered") == 1


@pytest.mark.django_db(transaction=True)
def test_it_is_taken_once_from_ten_at_once(cast: Cast) -> None:
    with transaction.atomic():
        question = make_asked(cast)
    start = Barrier(10)

    def say_no(number: int) -> str:
        start.wait()
        try:
            with answering(token_of(question.ticket_id, 1)) as (mine, now):
                return answer_question(
                    mine, solved=False, score=None, comment=f"No. {number}", now=now
                ).comment
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        said = set(pool.map(say_no, range(10)))
    assert said == {Answer.objects.get().comment}
    assert after(question).cycle == 2
    assert kinds(after(question)).count("reopened") == 1


def test_it_says_nothing_new_after_the_next_cycle_began(cast: Cast) -> None:
    question = make_asked(cast)
    answer(question, solved=False)
    answer(question, solved=True)
    assert after(question).status == "open"


def test_it_is_asked_anew_after_the_next_resolution(cast: Cast) -> None:
    question = make_asked(cast)
    answer(question, solved=False)
    resolve(question.ticket, by=cast.agent, now=LATER + 2 * DAY)
    ask_all(LATER + 2 * DAY)
    answer(question_on(question.ticket), solved=True, score=5)
    assert (after(question).outcome, after(question).cycle) == ("recovered", 2)


def test_it_is_refused_after_the_ticket_went_on_without_it(cast: Cast) -> None:
    question = make_asked(cast)
    reopen_ticket(question.ticket, reason="parcel came back", by=acting(cast.agent), now=LATER)
    with pytest.raises(Conflict) as refused:
        answer(question, solved=True)
    assert refused.value.code == "overtaken"
    assert not Answer.objects.exists()


def test_it_is_refused_after_the_ticket_was_merged(cast: Cast) -> None:
    question = make_asked(cast)
    into = make_ticket(cast.group, customer=question.ticket.customer)
    merge_tickets(question.ticket, into=into, by=acting(cast.agent), now=LATER)
    with pytest.raises(Conflict):
        answer(question, solved=False)


def test_it_counts_for_more_than_an_agents_closing(cast: Cast) -> None:
    question = make_asked(cast)
    close_ticket(
        question.ticket, outcome="not_actionable", reason="", by=acting(cast.agent), now=LATER
    )
    answer(question, solved=True)
    assert after(question).outcome == "recovered"


@pytest.mark.parametrize(
    "solved, score, comment, pointer",
    [
        (None, None, "hello", "/solved"),
        (True, 0, "", "/score"),
        (True, 6, "", "/score"),
        (True, 5, "x" * 10_001, "/comment"),
    ],
)
def test_it_is_refused_where_it_says_nothing_or_too_much(
    cast: Cast, solved: bool | None, score: int | None, comment: str, pointer: str
) -> None:
    question = make_asked(cast)
    with pytest.raises(Refused) as refused:
        answer(question, solved=solved, score=score, comment=comment)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]
    assert after(question).status == "resolved"


def test_it_lets_an_agent_say_that_the_repair_failed(cast: Cast) -> None:
    question = make_asked(cast)
    answer(question, solved=False)
    ticket = question_on(question.ticket).ticket
    with pytest.raises(Conflict) as refused:
        close_ticket(ticket, outcome="recovered", reason="", by=acting(cast.agent), now=LATER)
    assert refused.value.code == "no_answer"
    close_ticket(ticket, outcome="not_recovered", reason="gone", by=acting(cast.agent), now=LATER)
    assert after(question).outcome == "not_recovered"


def test_it_is_history(cast: Cast) -> None:
    answer(make_asked(cast), solved=True, score=5, comment="Thanks")
    for statement in (
        "UPDATE recovery_answer SET solved = false",
        "UPDATE recovery_answer SET comment = ''",
        "DELETE FROM recovery_answer",
    ):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize(
    "values", ["NULL, NULL", "true, 0", "true, 6"], ids=["nothing", "too low", "too high"]
)
def test_it_cannot_say_what_makes_no_sense(cast: Cast, values: str) -> None:
    question = make_asked(cast)
    statement = (
        "INSERT INTO recovery_answer (question_id, solved, score, comment, at) "
        f"VALUES ({question.pk}, {values}, '', now())"
    )
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
