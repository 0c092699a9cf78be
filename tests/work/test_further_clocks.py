"""Next reply, news and the closed loop: promises that begin when somebody has spoken."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from cxloop.kernel.models import Letter
from tests.cast import Cast
from tests.makers import make_policy, make_ticket
from tests.recovery.asking import answer, ask_all, question_on, questions_left, resolve
from tickets.recovery.actions.ask import close_silent
from tickets.recovery.models import Question
from tickets.sla.models import Clock
from tickets.work.actions.customer_message import receive_message
from tickets.work.actions.move import close_ticket, merge_tickets, wait
from tickets.work.actions.talk import log_contact, note, reply, strike_dead_letters
from tickets.work.actor import Actor, acting
from tickets.work.door import locked
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
H = 3600


@pytest.fixture
def by(cast: Cast) -> Actor:
    return acting(cast.agent)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    given = {"next_reply_s": 24 * H, "keep_in_loop_s": 72 * H, "close_loop_s": 500 * H}
    return make_ticket(cast.group, policy=make_policy(**given))


def clock(ticket: Ticket, kind: str, cycle: int = 1) -> Clock:
    return Clock.objects.get(promise=ticket.pk, kind=kind, cycle=cycle)


def states(ticket: Ticket, kind: str) -> list[str]:
    clocks = Clock.objects.filter(promise=ticket.pk, kind=kind).order_by("cycle")
    return list(clocks.values_list("state", flat=True))


def say(ticket: Ticket, by: Actor, at: datetime) -> None:
    reply(locked(ticket.pk), body="We look into it.", by=by, now=at)


def hear(ticket: Ticket, at: datetime) -> None:
    receive_message(locked(ticket.pk), text="And?", received_at=at, now=at)


class TestNextReply:
    def test_it_runs_from_the_customers_message(self, ticket: Ticket, by: Actor, now: Any) -> None:
        say(ticket, by, now + HOUR)
        hear(ticket, now + 2 * HOUR)
        assert clock(ticket, "next_reply").due_at == now + 26 * HOUR
        ticket.refresh_from_db()
        assert ticket.next_due_at == now + 26 * HOUR

    def test_the_first_of_several_messages_governs(
        self, ticket: Ticket, by: Actor, now: Any
    ) -> None:
        say(ticket, by, now + HOUR)
        hear(ticket, now + 2 * HOUR)
        hear(ticket, now + 5 * HOUR)
        assert states(ticket, "next_reply") == ["running"]
        assert clock(ticket, "next_reply").due_at == now + 26 * HOUR

    def test_a_persons_contact_keeps_it_and_no_note(
        self, ticket: Ticket, by: Actor, now: Any
    ) -> None:
        say(ticket, by, now + HOUR)
        hear(ticket, now + 2 * HOUR)
        note(locked(ticket.pk), body="Hm.", by=by, now=now + 3 * HOUR)
        assert states(ticket, "next_reply") == ["running"]
        say(ticket, by, now + 4 * HOUR)
        hear(ticket, now + 5 * HOUR)
        assert states(ticket, "next_reply") == ["met", "running"]

    def test_before_the_first_contact_the_follow_up_is_promise_enough(
        self, ticket: Ticket, now: Any
    ) -> None:
        hear(ticket, now + HOUR)
        assert states(ticket, "next_reply") == []

    def test_waiting_does_not_stop_it(self, ticket: Ticket, by: Actor, now: Any) -> None:
        say(ticket, by, now + HOUR)
        hear(ticket, now + 2 * HOUR)
        wait(locked(ticket.pk), until=None, by=by, now=now + 3 * HOUR)
        assert states(ticket, "next_reply") == ["running"]

    def test_who_wrote_again_is_answered_before_it_is_resolved(
        self, ticket: Ticket, by: Actor, cast: Cast, now: Any
    ) -> None:
        say(ticket, by, now + HOUR)
        hear(ticket, now + 2 * HOUR)
        resolve(ticket, by=cast.agent, body="Sent anew.", now=now + 3 * HOUR)
        assert states(ticket, "next_reply") == ["met"]

    def test_a_merge_carries_it(self, ticket: Ticket, by: Actor, cast: Cast, now: Any) -> None:
        other = make_ticket(cast.group, customer=ticket.customer, policy=ticket.promise.policy)
        for one in (ticket, other):
            say(one, by, now + HOUR)
        hear(ticket, now + 2 * HOUR)
        merge_tickets(locked(ticket.pk), into=locked(other.pk), by=by, now=now + 3 * HOUR)
        assert clock(other, "next_reply").due_at == now + 26 * HOUR


class TestNews:
    def test_they_are_owed_from_one_contact_to_the_next(
        self, ticket: Ticket, by: Actor, now: Any
    ) -> None:
        assert states(ticket, "keep_in_loop") == []
        say(ticket, by, now + HOUR)
        say(ticket, by, now + 10 * HOUR)
        assert states(ticket, "keep_in_loop") == ["met", "running"]
        assert clock(ticket, "keep_in_loop", 2).due_at == now + 82 * HOUR

    def test_they_stand_still_while_we_wait_for_the_customer(
        self, ticket: Ticket, by: Actor, now: Any
    ) -> None:
        say(ticket, by, now + HOUR)
        wait(locked(ticket.pk), until=None, by=by, now=now + 2 * HOUR)
        assert states(ticket, "keep_in_loop") == ["paused"]
        say(ticket, by, now + 10 * HOUR)
        assert states(ticket, "keep_in_loop") == ["met", "paused"]
        hear(ticket, now + 20 * HOUR)
        assert states(ticket, "keep_in_loop") == ["met", "running"]

    def test_a_resolution_ends_them(self, ticket: Ticket, by: Actor, cast: Cast, now: Any) -> None:
        say(ticket, by, now + HOUR)
        resolve(ticket, by=cast.agent, now=now + 3 * HOUR)
        assert states(ticket, "keep_in_loop") == ["void"]

    def test_a_letter_that_dies_was_no_news(self, ticket: Ticket, by: Actor, now: Any) -> None:
        by_phone = {"channel": "phone", "reached": True, "body": "", "by": by}
        log_contact(locked(ticket.pk), now=now + HOUR, **by_phone)
        say(ticket, by, now + 10 * HOUR)
        strike(ticket, now + 11 * HOUR)
        assert states(ticket, "keep_in_loop") == ["running", "void"]
        assert clock(ticket, "keep_in_loop").due_at == now + 73 * HOUR


def strike(ticket: Ticket, at: datetime) -> None:
    letters = Letter.objects.filter(kind="reply")
    letters.update(state="dead", died_at=at)
    strike_dead_letters(list(letters), at)


class TestTheClosedLoop:
    def test_it_runs_to_the_customers_word(
        self, ticket: Ticket, by: Actor, cast: Cast, now: Any
    ) -> None:
        resolve(ticket, by=cast.agent, now=now + HOUR)
        ask_all(now + HOUR)
        assert (states(ticket, "resolve"), states(ticket, "close_loop")) == (["met"], ["running"])
        answer(question_on(ticket), solved=True, now=now + 3 * HOUR)
        assert clock(ticket, "close_loop").met_at == now + 3 * HOUR

    def test_an_unhappy_answer_leaves_it_running(
        self, ticket: Ticket, by: Actor, cast: Cast, now: Any
    ) -> None:
        resolve(ticket, by=cast.agent, now=now + HOUR)
        ask_all(now + HOUR)
        answer(question_on(ticket), solved=False, now=now + 3 * HOUR)
        assert states(ticket, "close_loop") == ["running"]
        assert states(ticket, "resolve") == ["met", "running"]

    def test_silence_closes_it_and_an_agent_does_not(
        self, ticket: Ticket, by: Actor, cast: Cast, now: Any
    ) -> None:
        other = make_ticket(cast.group, policy=ticket.promise.policy)
        close_ticket(other, outcome="spam", reason="spam", by=by, now=now + HOUR)
        assert states(other, "close_loop") == ["void"]
        resolve(ticket, by=cast.agent, now=now + HOUR)
        ask_all(now + HOUR)
        questions_left()
        close_silent(list(Question.objects.all()), now + 200 * HOUR)
        assert states(ticket, "close_loop") == ["met"]
