"""Short histories of a customer's two tickets, drawn at random: whatever happens, the laws hold.

Beside the house runs an account that knows no events and no fold: which contacts were made while a
clock was there, and which of them still stand. A promise is met while one stands, and by nothing
else; a breach is final; what is void says why. At the end of each history everything that
`manage.py verify` counts is counted.
"""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from cxloop.kernel.errors import CxloopError
from cxloop.kernel.letters import bury_letter
from cxloop.kernel.models import Letter
from cxloop.verify.checker import examine
from feedback.intake.models import Feedback
from tests.cast import Cast, gather_cast
from tests.escalation.climbing import make_default_ladder
from tests.makers import (
    NOW,
    make_customer,
    make_feedback,
    make_policy,
    make_root_cause,
    make_ticket,
)
from tests.recovery.asking import questions_left
from tickets.escalation.actions.climb import climb
from tickets.escalation.actions.tell import tell
from tickets.escalation.models import Notice
from tickets.recovery.actions.ask import ask_customers, close_silent, note_undelivered
from tickets.recovery.models import Question
from tickets.sla.ledger import BREACHED, MET, VOID
from tickets.sla.models import Clock, Kind
from tickets.work.actions.customer_message import receive_message
from tickets.work.actions.join import join_feedback
from tickets.work.actions.move import (
    close_ticket,
    end_waits,
    merge_tickets,
    reopen_ticket,
    resolve_ticket,
    wait,
)
from tickets.work.actions.standing import standing
from tickets.work.actions.talk import log_contact, reply, strike_dead_letters
from tickets.work.actor import CUSTOMER, acting
from tickets.work.door import locked
from tickets.work.models import Contact, Ticket, Triage, Unasked

pytestmark = pytest.mark.django_db

IN_THE_SUITE = 12
HISTORIES = int(os.environ.get("CXLOOP_TEST_HISTORIES", IN_THE_SUITE))
STEPS = 14
HOUR = timedelta(hours=1)
FIRST_OR_SECOND = st.integers(0, 1)


class History(RuleBasedStateMachine):
    """Two tickets of one customer, from the moment both were opened."""

    people: Cast

    def __init__(self) -> None:
        super().__init__()
        self.before = transaction.savepoint()
        self.now = NOW
        self.by = acting(self.people.agent)
        self.customer = make_customer()
        self.tickets = [self._open(), self._open()]
        self.cause = make_root_cause()
        # By clock: the contacts made on its ticket while it was there.
        self.made: dict[int, set[int]] = {}
        self.broken: dict[int, tuple[datetime | None, datetime | None]] = {}

    def teardown(self) -> None:
        try:
            self._sweep()
            for feedback in Feedback.objects.all():
                Triage.objects.create(feedback=feedback, decision="none", reason="x", at=self.now)
            wrong = examine(self.now, settled=False).wrong
            assert [(figure.name, figure.example) for figure in wrong] == []
        finally:
            transaction.savepoint_rollback(self.before)

    def _open(self) -> Ticket:
        return make_ticket(self.people.group, customer=self.customer, policy=make_policy())

    def _act(self, act: Callable[[Ticket], Any], which: int = 0) -> None:
        """A second later; what does not fit the state is refused and leaves nothing."""
        self.now += timedelta(seconds=1)
        try:
            with transaction.atomic():
                act(locked(self.tickets[which].pk))
        except CxloopError:
            return

    # -- what happens

    @rule(hours=st.sampled_from([1, 5, 13, 24, 49, 100]))
    def time_passes(self, hours: int) -> None:
        self.now += hours * HOUR

    @rule()
    def sweep(self) -> None:
        self._sweep()

    @transaction.atomic
    def _sweep(self) -> None:
        self.now += timedelta(seconds=1)
        due = Clock.objects.to_look_at(self.now)
        climb(list(due.select_for_update(no_key=True, of=("self",))), self.now)
        tell(list(Notice.objects.untold(self.now)[:1000]), self.now)

    @rule(which=FIRST_OR_SECOND)
    def colleague_replies(self, which: int) -> None:
        self._act(lambda t: reply(t, body="We are on it.", by=self.by, now=self.now), which)

    @rule(which=FIRST_OR_SECOND, reached=st.booleans())
    def colleague_calls(self, which: int, reached: bool) -> None:
        said = {"channel": "phone", "reached": reached, "body": ""}
        self._act(lambda t: log_contact(t, by=self.by, now=self.now, **said), which)

    @rule(which=FIRST_OR_SECOND, hours=st.sampled_from([None, 2, 60]))
    def colleague_waits(self, which: int, hours: int | None) -> None:
        until = self.now + hours * HOUR if hours else None
        self._act(lambda t: wait(t, until=until, by=self.by, now=self.now), which)

    @rule()
    @transaction.atomic
    def waits_end(self) -> None:
        self.now += timedelta(seconds=1)
        end_waits(list(Ticket.objects.waits_ended(self.now)), self.now)

    @rule(which=FIRST_OR_SECOND)
    def colleague_resolves(self, which: int) -> None:
        said = {"root_cause": self.cause, "body": "Sent anew."}
        self._act(lambda t: resolve_ticket(t, by=self.by, now=self.now, **said), which)

    @rule()
    @transaction.atomic
    def customers_are_asked(self) -> None:
        self.now += timedelta(seconds=1)
        ask_customers(list(Unasked.objects.all()), self.now)

    @rule()
    @transaction.atomic
    def customers_stay_silent(self) -> None:
        self.now += timedelta(days=8)
        questions_left()
        close_silent(list(Question.objects.gone_silent(self.now)), self.now)

    @rule(which=FIRST_OR_SECOND)
    def colleague_reopens(self, which: int) -> None:
        self._act(lambda t: reopen_ticket(t, reason="", by=self.by, now=self.now), which)

    @rule(which=FIRST_OR_SECOND)
    def colleague_closes(self, which: int) -> None:
        said = {"outcome": "not_actionable", "reason": "a mistake"}
        self._act(lambda t: close_ticket(t, by=self.by, now=self.now, **said), which)

    @rule(which=FIRST_OR_SECOND)
    def colleague_merges(self, which: int) -> None:
        other = locked(self.tickets[1 - which].pk)
        self._act(lambda t: merge_tickets(t, into=other, by=self.by, now=self.now), which)

    @rule(which=FIRST_OR_SECOND)
    def customer_writes(self, which: int) -> None:
        at = self.now + timedelta(seconds=1)
        said = {"text": "Hello?", "received_at": at, "now": at}
        self._act(lambda t: receive_message(standing(t.pk), **said), which)

    @rule(which=FIRST_OR_SECOND, hours_ago=st.sampled_from([0, 3, 50]))
    def customer_complains_again(self, which: int, hours_ago: int) -> None:
        at = self.now - hours_ago * HOUR
        said = make_feedback(nps=1, customer=self.customer, received_at=at, judged=True)
        self._act(lambda t: join_feedback(t, said, CUSTOMER, now=self.now), which)

    @rule(number=st.integers(0, 5))
    def letter_dies(self, number: int) -> None:
        """By a bounce, whenever it left. Noticed by the next sweep of the dead."""
        letters = list(Letter.objects.filter(kind__in=["reply", "question"]).exclude(state="dead"))
        if letters:
            bury_letter(letters[number % len(letters)], "550", now=self.now)

    @rule()
    @transaction.atomic
    def the_dead_are_noticed(self) -> None:
        self.now += timedelta(seconds=1)
        strike_dead_letters(list(Letter.objects.newly_dead(["reply"])), self.now)
        note_undelivered(list(Letter.objects.newly_dead(["question"])), self.now)

    # -- what holds

    @invariant()
    def the_laws_hold(self) -> None:
        contacts = {c.pk: c for c in Contact.objects.filter(reached=True)}
        for clock in Clock.objects.order_by("pk"):
            self._breach_is_final(clock)
            self._void_has_a_reason(clock)
            if clock.kind == Kind.FOLLOW_UP:
                self._met_while_a_contact_stands(clock, contacts)

    def _breach_is_final(self, clock: Clock) -> None:
        now_said = (clock.breached_at, clock.detected_at)
        if clock.state == BREACHED:
            assert clock.breached_at == clock.due_at
            self.broken.setdefault(clock.pk, now_said)
        assert self.broken.get(clock.pk, now_said) == now_said

    def _void_has_a_reason(self, clock: Clock) -> None:
        assert bool(clock.voided_at) == bool(clock.void_reason)
        assert clock.state != VOID or clock.voided_at

    def _met_while_a_contact_stands(self, clock: Clock, contacts: dict[int, Contact]) -> None:
        """What was there before the clock was cannot have met it."""
        on_ticket = {pk for pk, c in contacts.items() if c.ticket_id == clock.promise_id}
        earlier = self.made.setdefault(clock.pk, on_ticket)
        since = on_ticket - earlier
        stands = [contacts[pk].at for pk in since if contacts[pk].struck_at is None]
        if clock.met_at is not None:
            assert clock.met_at in [
                contacts[pk].at for pk in on_ticket if not contacts[pk].struck_at
            ]
        elif clock.voided_at is None:
            assert stands == []
        if clock.state == MET:
            assert clock.due_at
            assert clock.met_at
            assert clock.met_at <= clock.due_at
        if clock.state == BREACHED:
            assert [at for at in stands if clock.due_at and at <= clock.due_at] == []


def test_the_laws_hold_in_every_history() -> None:
    make_default_ladder()
    History.people = gather_cast()
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=HISTORIES == IN_THE_SUITE,
            suppress_health_check=list(HealthCheck),
            # Short as they are, and each step costs a database: told as it was found.
            phases=[Phase.generate],
        ),
    )
