"""ask_customers …"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connections, transaction

from cxloop.kernel.models import Letter
from feedback.email.addresses import reply_address
from feedback.intake.models import Contactable
from tests.cast import Cast
from tests.makers import make_customer, make_feedback, make_root_cause
from tests.recovery.asking import LATER, answer, ask_all, kinds, make_asked, make_resolved, resolve
from tickets.recovery.actions.repair import change_recovery
from tickets.recovery.links import question_link
from tickets.recovery.models import Question, Recovery
from tickets.recovery.sweeps import ask_resolved
from tickets.work.actions.move import reopen_ticket, resolve_ticket
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Resolution, Unasked


def test_it_writes_one_letter_with_the_link(cast: Cast) -> None:
    ticket = make_asked(cast).ticket
    letter = Letter.objects.get(kind="question")
    assert letter.key == f"question:{ticket.pk}:1"
    assert letter.to == ticket.customer.email
    assert letter.subject == f"Is it put right? [{ticket.ref}]"
    assert question_link(ticket.pk, 1) in letter.body.splitlines()
    assert letter.reply_to == reply_address(ticket.pk)
    assert letter.automatic


def test_it_puts_the_question_into_the_thread_of_our_letters(cast: Cast) -> None:
    make_asked(cast)
    reply = Letter.objects.get(kind="reply")
    assert Letter.objects.get(kind="question").references == reply.message_id


def test_it_does_not_repeat_what_was_the_reply(cast: Cast) -> None:
    make_asked(cast, body="We sent a new parcel.")
    assert "We sent a new parcel." in Letter.objects.get(kind="reply").body
    assert "We sent a new parcel." not in Letter.objects.get(kind="question").body


def test_it_shows_the_agents_last_words_first(cast: Cast) -> None:
    ticket = make_resolved(cast)
    reopen_ticket(ticket, reason="too early", by=acting(cast.agent), now=LATER)
    log_contact(ticket, channel="phone", reached=True, body="", by=acting(cast.agent), now=LATER)
    resolve(ticket, by=cast.agent, body="The courier was changed.")
    ask_all()
    assert Letter.objects.get(kind="question").body.startswith("The courier was changed.\n\n")


def test_it_writes_in_the_customers_language(cast: Cast) -> None:
    make_asked(cast, customer=make_customer(locale="ko-KR"))
    letter = Letter.objects.get(kind="question")
    assert letter.subject.startswith("문제가 해결되셨나요?")
    assert "접수 번호" in letter.body


def test_it_notes_that_and_until_when(cast: Cast) -> None:
    question = make_asked(cast)
    assert question.asked_at == question.ticket.asked_at == LATER
    assert question.silent_after == LATER + timedelta(days=7)
    assert kinds(question.ticket)[-1] == "asked"
    assert not Unasked.objects.exists()


def test_it_takes_the_root_cause_and_the_score_that_began_it(cast: Cast) -> None:
    make_asked(cast)
    recovery = Recovery.objects.get()
    assert recovery.root_cause.slug == "delivery"
    assert (recovery.score_type_before, recovery.score_before) == ("nps", 2)


def test_it_leaves_a_root_cause_that_was_corrected_since(cast: Cast) -> None:
    ticket = make_resolved(cast)
    found = make_root_cause("billing")
    change_recovery(locked(ticket.pk), root_cause=found, by=acting(cast.agent), now=LATER)
    ask_all()
    assert Recovery.objects.get().root_cause == found


def test_it_takes_the_last_answer_as_the_score_of_a_further_cycle(cast: Cast) -> None:
    question = make_asked(cast)
    answer(question, solved=True, score=2)
    ticket = resolve(question.ticket, by=cast.agent)
    ask_all()
    recovery = Recovery.objects.get(ticket=ticket, cycle=2)
    assert (recovery.score_type_before, recovery.score_before) == ("csat", 2)


def test_it_asks_nobody_without_an_address(cast: Cast) -> None:
    customer = make_customer(email="x@example.com", do_not_contact=True, do_not_contact_since=LATER)
    feedback = make_feedback(
        nps=1, customer=customer, contactable=Contactable.NONE, judged=True, comment="bad"
    )
    ticket = make_resolved(cast, customer=customer, feedback=feedback)
    ask_all()
    ticket.refresh_from_db()
    assert (ticket.status, ticket.asked_at) == ("resolved", None)
    assert kinds(ticket)[-1] == "not_asked"
    assert not Question.objects.exists()
    assert not Letter.objects.filter(kind="question").exists()
    assert not Unasked.objects.exists()


def test_it_asks_nothing_about_what_was_reopened_meanwhile(cast: Cast) -> None:
    ticket = make_resolved(cast)
    reopen_ticket(ticket, reason="too early", by=acting(cast.agent), now=LATER)
    ask_all()
    assert not Question.objects.exists()
    assert not Unasked.objects.exists()


def test_it_asks_only_about_the_last_of_two_resolutions(cast: Cast) -> None:
    ticket = make_resolved(cast)
    reopen_ticket(ticket, reason="too early", by=acting(cast.agent), now=LATER)
    log_contact(ticket, channel="phone", reached=True, body="", by=acting(cast.agent), now=LATER)
    resolve_ticket(
        ticket,
        root_cause=Resolution.objects.get().root_cause,
        body="",
        by=acting(cast.agent),
        now=LATER,
    )
    ask_all()
    assert [question.cycle for question in Question.objects.all()] == [2]


@pytest.mark.django_db(transaction=True)
def test_it_happens_once_however_often_the_sweep_comes(cast: Cast) -> None:
    with transaction.atomic():
        make_resolved(cast)
    assert ask_resolved() == 1
    assert ask_resolved() == 0
    assert Letter.objects.filter(kind="question").count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_happens_once_with_four_sweepers_at_once(cast: Cast) -> None:
    with transaction.atomic():
        for _ in range(30):
            make_resolved(cast)
    start = Barrier(4)

    def sweep(_: int) -> int:
        start.wait()
        try:
            return ask_resolved()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(sweep, range(4))) == 30
    assert Letter.objects.filter(kind="question").count() == Question.objects.count() == 30
    assert not Unasked.objects.exists()


def test_it_cannot_happen_twice_in_a_cycle(cast: Cast) -> None:
    question = make_asked(cast)
    twin = Question(
        ticket=question.ticket,
        cycle=1,
        resolution=Resolution.objects.get(),
        asked_at=LATER,
        silent_after=LATER,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)
