"""close_silent …"""

from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from cxloop.forgetting import erase
from cxloop.kernel.models import Letter
from tests.cast import Cast
from tests.recovery.asking import LATER, answer, kinds, make_asked, questions_left
from tickets.recovery.actions.ask import _left_at, close_silent
from tickets.recovery.models import Question
from tickets.recovery.sweeps import close_gone_silent
from tickets.work.actions.move import close_ticket, reopen_ticket
from tickets.work.actor import acting
from tickets.work.models import Ticket

DAYS = timedelta(days=settings.SILENT_AFTER_DAYS)
SILENT = LATER + DAYS


def sweep(now: datetime) -> None:
    questions_left()
    close_silent(list(Question.objects.gone_silent(now)), now)


def after(question: Question) -> Ticket:
    return Ticket.objects.get(pk=question.ticket_id)


def test_it_waits_the_whole_time(cast: Cast) -> None:
    question = make_asked(cast)
    sweep(SILENT - timedelta(seconds=1))
    assert after(question).status == "resolved"
    sweep(SILENT)
    assert (after(question).status, after(question).outcome) == ("closed", "silent")
    assert after(question).close_reason == "asked, and no answer in 7 days"
    assert kinds(question.ticket)[-1] == "closed"


@pytest.mark.parametrize("state", ["waiting", "sending", "held"])
def test_nobody_is_silent_whose_question_has_not_left(cast: Cast, state: str) -> None:
    """The outbox stands, or is held since a restore."""
    question = make_asked(cast)
    Letter.objects.filter(kind="question").update(state=state)
    close_silent(list(Question.objects.gone_silent(SILENT)), SILENT)
    assert after(question).status == "resolved"
    assert not Question.objects.gone_silent(SILENT).exists()
    Letter.objects.filter(kind="question").update(state="sent", sent_at=SILENT + DAYS / 2)
    sweep(SILENT + DAYS)
    assert after(question).status == "resolved"
    sweep(SILENT + DAYS + DAYS / 2)
    assert after(question).outcome == "silent"


def test_it_reads_the_letters_of_all_at_once(cast: Cast, django_assert_num_queries: Any) -> None:
    questions = [make_asked(cast) for _ in range(3)]
    questions_left()
    with django_assert_num_queries(1):
        assert len(_left_at(questions, SILENT)) == 3


def test_it_leaves_who_answered(cast: Cast) -> None:
    question = make_asked(cast)
    answer(question, solved=True)
    sweep(SILENT)
    assert after(question).outcome == "recovered"


def test_it_leaves_a_ticket_that_went_on(cast: Cast) -> None:
    question = make_asked(cast)
    reopen_ticket(question.ticket, reason="more", by=acting(cast.agent), now=LATER)
    sweep(SILENT)
    question.refresh_from_db()
    assert question.state == "overtaken"
    assert after(question).status == "open"
    assert not Question.objects.gone_silent(SILENT).exists()


def test_it_leaves_a_ticket_that_an_agent_closed(cast: Cast) -> None:
    question = make_asked(cast)
    close_ticket(question.ticket, outcome="spam", reason="", by=acting(cast.agent), now=LATER)
    sweep(SILENT)
    assert after(question).outcome == "spam"


@pytest.mark.parametrize(
    "solved, status, outcome", [(True, "closed", "recovered"), (False, "open", "")]
)
def test_it_does_not_shut_the_customer_up(
    cast: Cast, solved: bool, status: str, outcome: str
) -> None:
    question = make_asked(cast)
    sweep(SILENT)
    answer(question, solved=solved, now=SILENT + timedelta(days=1))
    assert (after(question).status, after(question).outcome) == (status, outcome)


def test_it_leaves_who_was_forgotten_to_an_agent(cast: Cast) -> None:
    """They were not silent: they could answer no more."""
    question = make_asked(cast)
    assert question.ticket.customer is not None
    erase(question.ticket.customer, reason="they asked", by=acting(cast.admin), now=LATER)
    sweep(SILENT)
    question.refresh_from_db()
    assert (question.state, question.asked_at) == ("overtaken", LATER)
    ticket = after(question)
    assert (ticket.status, ticket.asked_at) == ("resolved", None)
    entry = ticket.timeline.latest("pk")
    why = "the customer was forgotten before an answer came"
    assert (entry.kind, entry.reason) == ("not_asked", {"why": why})
    assert not Question.objects.to_remind(SILENT).exists()


@pytest.mark.django_db(transaction=True)
def test_it_never_waits_for_a_ticket_that_somebody_acts_on(cast: Cast) -> None:
    with transaction.atomic():
        question = make_asked(cast)
    questions_left()
    Question.objects.update(silent_after=LATER)
    Letter.objects.filter(kind="question").update(sent_at=LATER - DAYS)
    with closing(connections.create_connection("default")) as other, other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(
            "SELECT 1 FROM work_ticket WHERE promise_id = %s FOR NO KEY UPDATE",
            [question.ticket_id],
        )
        with connection.cursor() as mine:
            mine.execute("SET lock_timeout = '2s'")
        assert close_gone_silent() == 1
        assert after(question).status == "resolved"
    Question.objects.update(try_after=None)
    assert close_gone_silent() == 1
    assert after(question).outcome == "silent"


def test_it_reads_one_index(cast: Cast) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Question.objects.gone_silent(SILENT)[:50].explain()
    assert "question_open" in plan
