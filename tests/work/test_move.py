"""Wait, resolve, close, reopen, merge."""

from datetime import datetime, timedelta

import pytest

from cxloop.kernel.errors import Conflict, Refused
from cxloop.kernel.models import Letter
from feedback.intake.models import Contactable
from tests.cast import Cast
from tests.makers import make_customer, make_feedback, make_policy, make_root_cause, make_ticket
from tickets.sla.models import Clock
from tickets.work.actions.customer_message import receive_message
from tickets.work.actions.join import join_feedback
from tickets.work.actions.move import (
    close_ticket,
    merge_tickets,
    reopen_ticket,
    resolve_ticket,
    wait,
)
from tickets.work.actions.talk import log_contact, reply
from tickets.work.actor import RULE, Actor, acting
from tickets.work.door import locked
from tickets.work.lifecycle import MOVES, STATUSES, legal_verbs
from tickets.work.models import Ticket, TicketFeedback, Unasked
from tickets.work.sweeps import end_due_waits

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def by(cast: Cast) -> Actor:
    return acting(cast.agent)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return make_ticket(cast.group)


def clock_of(ticket: Ticket, kind: str = "follow_up", cycle: int = 1) -> Clock:
    return Clock.objects.get(promise=ticket.pk, kind=kind, cycle=cycle)


def call(ticket: Ticket, by: Actor, now: datetime, *, reached: bool = True) -> None:
    log_contact(ticket, channel="phone", reached=reached, body="Called.", by=by, now=now)


def resolve(ticket: Ticket, by: Actor, now: datetime, body: str = "") -> None:
    cause = make_root_cause()
    resolve_ticket(ticket, root_cause=cause, body=body, by=by, now=now)


def code_of(refusal: pytest.ExceptionInfo[Conflict]) -> str:
    return refusal.value.code


class TestWait:
    def test_it_stops_the_time_to_resolve_and_never_the_follow_up(
        self, ticket: Ticket, by: Actor, now: datetime
    ) -> None:
        wait(ticket, until=now + 5 * HOUR, by=by, now=now)
        assert clock_of(ticket, "resolve").state == "paused"
        assert clock_of(ticket).state == "running"
        assert ticket.next_due_at == clock_of(ticket, "acknowledge").due_at

    def test_it_ends_at_its_date(self, ticket: Ticket, by: Actor, now: datetime) -> None:
        wait(ticket, until=now + 5 * HOUR, by=by, now=now)
        Ticket.objects.update(waiting_until=now - timedelta(days=30))
        assert end_due_waits() == 1
        ticket.refresh_from_db()
        assert (ticket.status, ticket.waiting_until) == ("open", None)
        assert clock_of(ticket, "resolve").state == "running"

    def test_it_ends_when_the_customer_writes(
        self, ticket: Ticket, by: Actor, now: datetime
    ) -> None:
        wait(ticket, until=None, by=by, now=now)
        receive_message(ticket, text="Here it is.", received_at=now + HOUR, now=now + HOUR)
        assert ticket.status == "open"
        assert clock_of(ticket, "resolve").state == "running"

    def test_it_must_end_in_the_future(self, ticket: Ticket, by: Actor, now: datetime) -> None:
        with pytest.raises(Refused):
            wait(ticket, until=now, by=by, now=now)


class TestResolve:
    def test_it_refuses_before_anybody_reached_the_customer(
        self, ticket: Ticket, by: Actor, now: datetime
    ) -> None:
        call(ticket, by, now, reached=False)
        with pytest.raises(Conflict) as refusal:
            resolve(ticket, by, now)
        assert code_of(refusal) == "no_contact"
        assert clock_of(ticket).state == "running"

    def test_it_may_contain_the_contact(self, ticket: Ticket, by: Actor, now: datetime) -> None:
        resolve(ticket, by, now, "A new parcel is on its way.")
        assert clock_of(ticket).state == "met"
        assert ticket.status == "resolved"
        assert Letter.objects.get().kind == "reply"

    def test_it_leaves_the_customer_to_be_asked(
        self, ticket: Ticket, by: Actor, now: datetime
    ) -> None:
        call(ticket, by, now)
        resolve(ticket, by, now, "Sent anew.")
        assert clock_of(ticket, "resolve").state == "met"
        assert Unasked.objects.get().resolution.body == "Sent anew."

    def test_a_struck_contact_does_not_count(
        self, ticket: Ticket, by: Actor, now: datetime
    ) -> None:
        reply(ticket, body="On it.", by=by, now=now)
        ticket.contacts.update(struck_at=now)
        with pytest.raises(Conflict):
            resolve(ticket, by, now)

    def test_whoever_wrote_again_since_is_owed_a_contact_anew(
        self, ticket: Ticket, by: Actor, now: datetime
    ) -> None:
        call(ticket, by, now)
        again = make_feedback(nps=1, customer=ticket.customer, judged=True, received_at=now + HOUR)
        ticket = join_feedback(ticket, again, RULE, now=now + HOUR, reason={"rule": "test"})
        with pytest.raises(Conflict) as refusal:
            resolve(ticket, by, now + 2 * HOUR)
        assert code_of(refusal) == "no_contact"

    def test_somebody_nobody_can_reach_needs_none(
        self, cast: Cast, by: Actor, now: datetime
    ) -> None:
        feedback = make_feedback(nps=2, contactable=Contactable.NONE, judged=True)
        ticket = make_ticket(cast.group, feedback=feedback, contactable=Contactable.NONE)
        resolve(ticket, by, now)
        assert ticket.status == "resolved"


class TestClose:
    def test_without_contact_it_voids_the_follow_up_with_the_reason(
        self, ticket: Ticket, by: Actor, now: datetime
    ) -> None:
        close_ticket(ticket, outcome="spam", reason="an advertisement", by=by, now=now)
        assert clock_of(ticket).void_reason == "spam: an advertisement"
        assert (ticket.status, ticket.outcome, ticket.next_due_at) == ("closed", "spam", None)

    def test_after_the_due_time_it_stays_a_breach(
        self, ticket: Ticket, by: Actor, now: datetime
    ) -> None:
        close_ticket(ticket, outcome="spam", reason="late", by=by, now=now + 50 * HOUR)
        assert clock_of(ticket).state == "breached"

    def test_without_contact_it_wants_a_reason(
        self, ticket: Ticket, by: Actor, now: datetime
    ) -> None:
        with pytest.raises(Refused):
            close_ticket(ticket, outcome="spam", reason=" ", by=by, now=now)

    @pytest.mark.parametrize(
        ("outcome", "code"),
        [
            ("recovered", "no_answer"),
            ("improved", "no_answer"),
            ("satisfied_without_repair", "no_answer"),
            ("not_recovered", "no_answer"),
            ("silent", "not_asked"),
            ("unreachable", "no_attempts"),
            ("no_contact_possible", "contact_possible"),
            ("merged", "refused"),
            ("forgotten", "refused"),
        ],
    )
    def test_an_outcome_needs_its_evidence(
        self, ticket: Ticket, by: Actor, now: datetime, outcome: str, code: str
    ) -> None:
        with pytest.raises((Conflict, Refused)) as refusal:
            close_ticket(ticket, outcome=outcome, reason="because", by=by, now=now)
        assert code_of(refusal) == code
        ticket.refresh_from_db()
        assert ticket.status == "new"

    def test_unreachable_after_attempts_on_two_days(
        self, ticket: Ticket, by: Actor, now: datetime
    ) -> None:
        call(ticket, by, now, reached=False)
        said = {"outcome": "unreachable", "reason": "called twice", "by": by}
        with pytest.raises(Conflict) as refusal:
            close_ticket(ticket, now=now + HOUR, **said)
        assert refusal.value.code == "few_attempts"
        call(ticket, by, now + 24 * HOUR, reached=False)
        close_ticket(ticket, now=now + 24 * HOUR, **said)
        assert ticket.outcome == "unreachable"


class TestReopen:
    def test_it_begins_the_next_cycle_with_a_new_clock(
        self, ticket: Ticket, by: Actor, now: datetime
    ) -> None:
        call(ticket, by, now)
        resolve(ticket, by, now)
        reopen_ticket(ticket, reason="not delivered", by=by, now=now + HOUR)
        assert (ticket.status, ticket.cycle, ticket.resolved_at) == ("open", 2, None)
        assert clock_of(ticket, cycle=2).due_at == now + 49 * HOUR
        assert clock_of(ticket).state == "met"

    def test_contact_of_the_last_cycle_counts_no_more(
        self, ticket: Ticket, by: Actor, now: datetime
    ) -> None:
        call(ticket, by, now)
        resolve(ticket, by, now)
        reopen_ticket(ticket, reason="not delivered", by=by, now=now)
        with pytest.raises(Conflict):
            resolve_ticket(ticket, root_cause=make_root_cause("other"), body="", by=by, now=now)

    def test_a_message_after_the_end_reopens(
        self, ticket: Ticket, by: Actor, now: datetime
    ) -> None:
        close_ticket(ticket, outcome="spam", reason="looked like it", by=by, now=now)
        receive_message(ticket, text="I am no robot!", received_at=now + HOUR, now=now + 2 * HOUR)
        assert (ticket.status, ticket.cycle, ticket.outcome) == ("open", 2, "")
        assert clock_of(ticket, cycle=2).due_at == now + 49 * HOUR


class TestMerge:
    def test_the_other_carries_the_earliest_due_time(
        self, cast: Cast, by: Actor, now: datetime
    ) -> None:
        customer = make_customer()
        old = make_ticket(cast.group, customer=customer, received_at=now - 10 * HOUR)
        new = make_ticket(cast.group, customer=customer)
        merge_tickets(old, into=new, by=by, now=now)
        assert clock_of(new).due_at == now + 38 * HOUR
        assert (old.status, old.outcome, old.merged_into) == ("closed", "merged", new)
        assert TicketFeedback.objects.filter(ticket=new).count() == 2
        assert clock_of(old).state == "void"

    def test_the_stricter_promise_goes_on(self, cast: Cast, by: Actor, now: datetime) -> None:
        customer = make_customer()
        strict = make_ticket(
            cast.group, customer=customer, policy=make_policy(follow_up_s=4 * 3600)
        )
        into = make_ticket(cast.group, customer=customer)
        merge_tickets(strict, into=into, by=by, now=now + HOUR)
        assert clock_of(into).due_at == now + 4 * HOUR
        assert clock_of(into).events.get(kind="retargeted").data == {"target_s": 4 * 3600}

    def test_the_milder_promise_does_not(self, cast: Cast, by: Actor, now: datetime) -> None:
        customer = make_customer()
        mild = make_ticket(cast.group, customer=customer, policy=make_policy(follow_up_s=10**6))
        into = make_ticket(cast.group, customer=customer)
        merge_tickets(mild, into=into, by=by, now=now + HOUR)
        assert clock_of(into).due_at == now + 48 * HOUR

    def test_a_broken_promise_stays_broken(self, cast: Cast, by: Actor, now: datetime) -> None:
        customer = make_customer()
        old = make_ticket(cast.group, customer=customer, received_at=now - 50 * HOUR)
        new = make_ticket(cast.group, customer=customer)
        merge_tickets(old, into=new, by=by, now=now)
        assert clock_of(old).state == "breached"
        assert clock_of(new).state == "breached"

    def test_who_was_owed_a_contact_is_owed_it_still(
        self, cast: Cast, by: Actor, now: datetime
    ) -> None:
        customer = make_customer()
        waiting, answered = (make_ticket(cast.group, customer=customer) for _ in range(2))
        call(answered, by, now)
        merge_tickets(waiting, into=answered, by=by, now=now)
        assert clock_of(answered, cycle=2).due_at == now + 48 * HOUR

    def test_not_into_itself_nor_another_customers(
        self, ticket: Ticket, cast: Cast, by: Actor, now: datetime
    ) -> None:
        with pytest.raises(Refused):
            merge_tickets(ticket, into=ticket, by=by, now=now)
        with pytest.raises(Conflict) as refusal:
            merge_tickets(ticket, into=make_ticket(cast.group), by=by, now=now)
        assert code_of(refusal) == "other_customer"

    @pytest.mark.parametrize("ways", [("receipt", "receipt"), ("none", "receipt")])
    def test_not_where_one_would_read_at_a_receipt_what_is_said_to_another(
        self, cast: Cast, by: Actor, now: datetime, ways: tuple[str, str]
    ) -> None:
        one, other = (nobodys(cast, way) for way in ways)
        for ticket, into in ((one, other), (other, one)):
            with pytest.raises(Conflict) as refusal:
                merge_tickets(locked(ticket.pk), into=locked(into.pk), by=by, now=now)
            assert code_of(refusal) == "receipts_apart"

    def test_a_store_that_can_be_answered_in_stays_so(
        self, cast: Cast, by: Actor, now: datetime
    ) -> None:
        into = nobodys(cast, "store")
        merge_tickets(nobodys(cast, "none"), into=into, by=by, now=now)
        into.refresh_from_db()
        assert into.contactable == "store"


def nobodys(cast: Cast, way: str) -> Ticket:
    ticket = make_ticket(cast.group)
    Ticket.objects.filter(pk=ticket.pk).update(customer=None, contactable=way)
    return locked(ticket.pk)


def test_every_other_move_is_illegal(ticket: Ticket, by: Actor, now: datetime) -> None:
    close_ticket(ticket, outcome="spam", reason="spam", by=by, now=now)
    for attempt in (
        lambda: reply(ticket, body="Hello", by=by, now=now),
        lambda: call(ticket, by, now),
        lambda: wait(ticket, until=None, by=by, now=now),
        lambda: resolve(ticket, by, now),
        lambda: close_ticket(ticket, outcome="spam", reason="again", by=by, now=now),
    ):
        with pytest.raises(Conflict) as refusal:
            attempt()
        assert code_of(refusal) == "illegal_move"


def test_the_table_names_only_statuses() -> None:
    for move in MOVES.values():
        assert set(move.allowed) <= set(STATUSES)
        assert move.to is None or move.to in STATUSES
    assert legal_verbs("closed") == [
        *(
            "reopen",
            "note",
            "side",
            "side-back",
            "macro",
            "wake",
            "link",
            "unlink",
            "split",
            "not-spam",
            "tag",
        ),
        *("share", "fields", "priority", "watch", "unwatch"),
    ]
