"""note_undelivered …"""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection, transaction

from cxloop.kernel.letters import bury_letter
from cxloop.kernel.models import Letter
from tests.cast import Cast
from tests.recovery.asking import LATER, answer, kinds, make_asked
from tickets.recovery.actions.ask import close_silent, remind_asked
from tickets.recovery.models import Question
from tickets.recovery.sweeps import note_dead_questions
from tickets.work.actions.move import reopen_ticket
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket, TimelineEntry

pytestmark = pytest.mark.django_db(transaction=True)
NOTICE = import_module("tickets.recovery.migrations.0010_old_reminders_are_no_news").NOTICE


@pytest.fixture
def question(cast: Cast) -> Question:
    with transaction.atomic():
        return make_asked(cast)


def die(question: Question) -> None:
    bury_letter(Letter.objects.get(pk=question.letter_id), "550 no such mailbox", now=LATER)
    note_dead_questions()
    question.refresh_from_db()


def test_it_takes_back_that_anybody_was_asked(question: Question) -> None:
    die(question)
    ticket = Ticket.objects.get(pk=question.ticket_id)
    assert (ticket.status, ticket.asked_at) == ("resolved", None)
    assert question.state == "failed"
    assert kinds(ticket)[-2:] == ["letter_failed", "not_asked"]
    entry = TimelineEntry.objects.get(kind="letter_failed")
    assert entry.reason["error"] == "550 no such mailbox"


@pytest.fixture
def reminded(cast: Cast) -> Question:
    with transaction.atomic():
        asked = make_asked(cast)
        remind_asked([asked], LATER)
    return asked


def bury_reminder() -> None:
    bury_letter(Letter.objects.get(kind="question_again"), "550 no such mailbox", now=LATER)


def test_a_reminder_that_died_stands_on_the_ticket_and_the_question_goes_on(
    reminded: Question,
) -> None:
    asked = reminded
    bury_reminder()
    assert note_dead_questions() == 1
    ticket = Ticket.objects.get(pk=asked.ticket_id)
    assert kinds(ticket)[-2:] == ["asked_again", "letter_failed"]
    asked.refresh_from_db()
    assert (asked.state, ticket.status) == ("open", "resolved")
    assert note_dead_questions() == 0


def test_a_reminder_that_dies_after_the_answer_is_no_news(reminded: Question) -> None:
    with transaction.atomic():
        answer(reminded, solved=True)
    bury_reminder()
    assert note_dead_questions() == 1
    assert kinds(Ticket.objects.get(pk=reminded.ticket_id))[-2:] == ["answered", "closed"]
    assert note_dead_questions() == 0


def test_a_reminder_that_dies_once_the_ticket_goes_on_is_no_news(
    cast: Cast, reminded: Question
) -> None:
    with transaction.atomic():
        ticket = locked(reminded.ticket_id)
        reopen_ticket(ticket, reason="wrong", by=acting(cast.agent), now=LATER)
    bury_reminder()
    assert note_dead_questions() == 1
    assert kinds(ticket)[-1] == "reopened"


def test_an_upgrade_makes_no_news_of_old_reminders(reminded: Question) -> None:
    bury_letter(Letter.objects.get(pk=reminded.letter_id), "550 no such mailbox", now=LATER)
    bury_reminder()
    gone = Letter.objects.get(kind="question_again")
    gone.pk, gone.key, gone.message_id = None, f"{gone.key}:2", "<2@here>"
    gone.state, gone.withdrawn_at, gone.withdrawn_why = "withdrawn", LATER, "surveys"
    gone.save()
    with connection.cursor() as cursor:
        cursor.execute(NOTICE)
    assert not Letter.objects.newly_withdrawn(["question_again"], LATER).exists()
    unnoticed = Letter.objects.newly_dead(["question", "question_again"])
    assert [letter.kind for letter in unnoticed] == ["question"]


def test_it_keeps_silence_from_counting(question: Question) -> None:
    die(question)
    late = LATER + timedelta(days=30)
    close_silent(list(Question.objects.gone_silent(late)), late)
    assert Ticket.objects.get(pk=question.ticket_id).status == "resolved"


def test_it_happens_once(question: Question) -> None:
    die(question)
    assert note_dead_questions() == 0


def test_it_leaves_an_answer_alone(question: Question) -> None:
    with transaction.atomic():
        answer(question, solved=True)
    die(question)
    assert question.state == "answered"
    assert Ticket.objects.get(pk=question.ticket_id).outcome == "recovered"


def test_it_still_takes_an_answer_that_comes_after_all(question: Question) -> None:
    die(question)
    with transaction.atomic():
        answer(question, solved=True)
    assert Ticket.objects.get(pk=question.ticket_id).outcome == "recovered"
