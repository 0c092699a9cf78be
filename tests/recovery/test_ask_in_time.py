"""When the customer is asked, once more, and how far apart …"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections, transaction

from cxloop.kernel.models import Letter
from feedback.intake.models import Customer
from tests.cast import Cast
from tests.makers import make_customer, make_policy, make_ticket
from tests.recovery.asking import LATER, answer, kinds, question_on, resolve
from tickets.recovery.actions.ask import ask_customers, remind_asked
from tickets.recovery.actions.refuse import refuse_letters
from tickets.recovery.models import Question
from tickets.work.door import locked
from tickets.work.models import Ticket, Unasked

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
POLICY = {"ask_after_s": 2 * 86_400, "ask_again_s": 3 * 86_400, "ask_apart_s": 30 * 86_400}


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make_customer()


def resolved(cast: Cast, customer: Customer, **policy: Any) -> Ticket:
    ticket = make_ticket(cast.group, customer=customer, policy=make_policy(**policy))
    return resolve(ticket, by=cast.agent)


def ask(now: Any) -> None:
    ask_customers(list(Unasked.objects.to_ask(now)), now)


def remind(now: Any) -> None:
    remind_asked(list(Question.objects.to_remind(now)), now)


def asked() -> int:
    return Letter.objects.filter(kind__in=["question", "question_again"]).count()


class TestAfterResolving:
    def test_it_is_asked_when_the_policy_says(self, cast: Cast, customer: Customer) -> None:
        ticket = resolved(cast, customer, **POLICY)
        ask(LATER + 2 * DAY)
        assert asked() == 0
        ask(LATER + 2 * DAY + timedelta(seconds=10))
        assert (asked(), kinds(ticket)[-1]) == (1, "asked")

    def test_the_last_word_does_not_wait_for_the_question(
        self, cast: Cast, customer: Customer
    ) -> None:
        policy = make_policy(**POLICY)
        ticket = make_ticket(cast.group, customer=customer, policy=policy)
        resolve(ticket, by=cast.agent, body="First word.")
        assert Letter.objects.filter(kind="reply", body__contains="First word.").count() == 1
        ask(LATER + 3 * DAY)
        assert "First word." not in Letter.objects.get(kind="question").body


class TestOnceMore:
    @pytest.fixture
    def question(self, cast: Cast, customer: Customer) -> Question:
        ticket = resolved(cast, customer, ask_again_s=3 * 86_400)
        ask(LATER + timedelta(seconds=10))
        return question_on(ticket)

    def test_they_are_reminded_once(self, question: Question) -> None:
        remind(LATER + 2 * DAY)
        assert asked() == 1
        for _ in range(2):
            remind(LATER + 4 * DAY)
        letter = Letter.objects.get(kind="question_again")
        assert (asked(), kinds(question.ticket)[-1]) == (2, "asked_again")
        assert "/c/" in letter.body
        assert letter.unsubscribe

    def test_not_after_an_answer(self, question: Question) -> None:
        answer(question, solved=True)
        remind(LATER + 4 * DAY)
        assert asked() == 1

    def test_not_after_they_opted_out(self, question: Question, customer: Customer) -> None:
        refuse_letters(customer, "surveys", now=LATER + DAY)
        remind(LATER + 4 * DAY)
        assert (asked(), question_on(question.ticket).remind_at) == (1, None)

    def test_not_after_their_silence_would_have_closed_it(
        self, cast: Cast, customer: Customer
    ) -> None:
        ticket = resolved(cast, customer, ask_again_s=8 * 86_400)
        ask(LATER + timedelta(seconds=10))
        assert question_on(ticket).remind_at is None


class TestApart:
    def test_nobody_is_asked_about_two_tickets_at_once(
        self, cast: Cast, customer: Customer
    ) -> None:
        first = resolved(cast, customer, ask_apart_s=30 * 86_400)
        ask(now := LATER + timedelta(seconds=10))
        second = resolved(cast, customer, ask_apart_s=30 * 86_400)
        ask(now)
        assert (asked(), Question.objects.filter(ticket=second).exists()) == (1, False)
        ask(now + 29 * DAY)
        assert asked() == 1
        ask(now + 30 * DAY + timedelta(seconds=10))
        assert Question.objects.filter(ticket=second).exists()
        assert first != second

    @pytest.mark.parametrize("first", ["claim", "person"])
    def test_nor_under_another_name_of_theirs(
        self, cast: Cast, customer: Customer, first: str
    ) -> None:
        claim = make_customer("c@example.com", trusted=False, identity="email:c")
        claim.joined_to = customer
        claim.save()
        for one in (claim, customer) if first == "claim" else (customer, claim):
            resolved(cast, one, ask_apart_s=30 * 86_400)
            ask(LATER + timedelta(seconds=10))
        assert asked() == 1

    @pytest.mark.django_db(transaction=True)
    def test_two_workers_ask_one_customer_once(self, cast: Cast) -> None:
        with transaction.atomic():
            customer = make_customer()
            for _ in range(2):
                resolved(cast, customer, ask_apart_s=30 * 86_400)
        start = Barrier(2)

        def work(row: Unasked) -> None:
            start.wait()
            with transaction.atomic():
                ask_customers([row], LATER + timedelta(seconds=10))
            connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(work, Unasked.objects.all()))
        assert (asked(), Unasked.objects.count()) == (1, 1)

    def test_the_same_ticket_is_asked_again_in_its_next_cycle(
        self, cast: Cast, customer: Customer
    ) -> None:
        ticket = resolved(cast, customer, ask_apart_s=30 * 86_400)
        ask(now := LATER + timedelta(seconds=10))
        answer(question_on(ticket), solved=False, now=now + DAY)
        resolve(locked(ticket.pk), by=cast.agent, now=now + 2 * DAY)
        ask(now + 3 * DAY)
        assert asked() == 2

    def test_somebody_else_is_asked_meanwhile(self, cast: Cast, customer: Customer) -> None:
        resolved(cast, customer, ask_apart_s=30 * 86_400)
        resolved(cast, make_customer(), ask_apart_s=30 * 86_400)
        ask(LATER + timedelta(seconds=10))
        assert asked() == 2
