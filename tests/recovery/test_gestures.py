"""Gestures …"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction

from accounts.models import User
from accounts.roles import GroupRole
from cxloop.kernel.errors import Conflict, CxloopError, Forbidden, NotHere, Refused
from tests.cast import Cast
from tests.makers import NOW, make_member, make_person, make_policy, make_ticket
from tests.recovery.asking import LATER, kinds
from tickets.recovery.actions import gestures
from tickets.recovery.actions.limits import default_limits, write_limit
from tickets.recovery.door import gesture_on
from tickets.recovery.models import Gesture, Recovery
from tickets.sla.actions.end import void_clocks
from tickets.sla.models import Clock, Kind
from tickets.work.actions.assign import assign_ticket
from tickets.work.actions.move import close_ticket, reopen_ticket
from tickets.work.actions.spam import mark_spam, not_spam
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting
from tickets.work.deadlines import refresh_deadline
from tickets.work.door import working_on
from tickets.work.models import News, Ticket, TimelineEntry


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    default_limits(now=NOW)
    return make_ticket(cast.group)


def give(ticket: Ticket, by: User, *, kind: str = "voucher", **said: Any) -> Gesture:
    money = {"amount": Decimal("20"), "currency": "EUR"} if kind == "voucher" else {}
    given = {"explanation": "for the trouble", **money, **said}
    return gestures.add_gesture(ticket, kind=kind, by=acting(by), now=LATER, **given)


def approve(gesture: Gesture, by: User) -> None:
    gestures.approve_gesture(gesture, by=acting(by), now=LATER)


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(CxloopError) as refused:
        act()
    return refused.value.code


def test_they_are_promised_at_once_within_the_limit(ticket: Ticket, cast: Cast) -> None:
    gesture = give(ticket, cast.agent, amount=Decimal("50"))
    assert (gesture.state, gesture.needs_approval) == ("promised", False)
    entry = TimelineEntry.objects.get(kind="gesture_promised")
    assert entry.reason["why"] == "within the limit of 50.00 EUR"
    assert entry.reason["amount"] == "50"
    assert not entry.public


def test_they_wait_above_it(ticket: Ticket, cast: Cast) -> None:
    gesture = give(ticket, cast.agent, amount=Decimal("50.01"))
    assert (gesture.state, gesture.needs_approval) == ("waiting", True)
    assert kinds(ticket)[-1] == "gesture_waiting"


def test_they_wait_where_several_together_are_above_it(ticket: Ticket, cast: Cast) -> None:
    assert give(ticket, cast.agent, amount=Decimal(30)).state == "promised"
    second = give(ticket, cast.agent, kind="refund", amount=Decimal(30), currency="EUR")
    assert second.state == "waiting"
    why = "with 30.00 before it above the limit of 50.00 EUR"
    assert TimelineEntry.objects.get(kind="gesture_waiting").reason["why"] == why
    approve(second, cast.lead)
    assert give(ticket, cast.agent, amount=Decimal(20)).state == "promised"
    assert give(ticket, cast.agent, amount=Decimal(1)).state == "waiting"
    assert give(ticket, cast.lead, amount=Decimal(50)).state == "promised"
    assert give(make_ticket(cast.group), cast.agent, amount=Decimal(50)).state == "promised"


def test_they_wait_where_a_currency_has_no_limit(ticket: Ticket, cast: Cast) -> None:
    assert give(ticket, cast.agent, amount=Decimal("1"), currency="CHF").state == "waiting"


def test_they_wait_by_the_groups_own_limit_first(ticket: Ticket, cast: Cast) -> None:
    write_limit(group=cast.group, currency="EUR", amount=Decimal("10"), by=cast.admin, now=NOW)
    write_limit(group=cast.other_group, currency="USD", amount=Decimal("1"), by=cast.admin, now=NOW)
    assert give(ticket, cast.agent, amount=Decimal("20")).state == "waiting"
    assert give(ticket, cast.agent, amount=Decimal("20"), currency="USD").state == "promised"


def limit(cast: Cast, amount: int, **of: Any) -> None:
    given = {"group": None, "currency": "EUR", **of}
    write_limit(amount=Decimal(amount), by=cast.admin, now=NOW, **given)


def test_they_wait_by_the_limit_of_role_and_kind(ticket: Ticket, cast: Cast) -> None:
    limit(cast, 200, role="lead")
    limit(cast, 5, kind="voucher")
    assert give(ticket, cast.agent, amount=Decimal(20)).state == "waiting"
    assert give(ticket, cast.agent, kind="refund", **MONEY).state == "promised"
    assert give(ticket, cast.lead, amount=Decimal(200)).state == "promised"
    limit(cast, 10, group=cast.group)  # the group's own goes before what holds for all
    assert give(ticket, cast.lead, amount=Decimal(20)).state == "waiting"


MONEY = {"amount": Decimal(20), "currency": "EUR"}


def test_they_are_approved_up_to_the_limit_of_the_role(ticket: Ticket, cast: Cast) -> None:
    limit(cast, 200, role="lead")
    gesture = give(ticket, cast.agent, amount=Decimal("200.01"))
    assert code_of(lambda: approve(gesture, cast.lead)) == "above_your_limit"
    gesture.refresh_from_db()
    approve(gesture, cast.manager)
    approve(give(ticket, cast.agent, amount=Decimal(200)), cast.lead)


def test_a_role_with_limits_approves_nothing_that_they_leave_out(
    ticket: Ticket, cast: Cast
) -> None:
    limit(cast, 200, role="lead", kind="voucher")
    francs = give(ticket, cast.agent, amount=Decimal(1), currency="CHF")
    refund = give(ticket, cast.agent, kind="refund", amount=Decimal(99), currency="EUR")
    for gesture in (francs, refund):
        assert code_of(lambda: approve(gesture, cast.lead)) == "above_your_limit"  # noqa: B023
        gesture.refresh_from_db()
        approve(gesture, cast.manager)
    limit(cast, 9, role="manager", group=cast.other_group)  # is none of this group
    approve(give(ticket, cast.agent, amount=Decimal(999)), cast.manager)


def test_what_a_role_approves_for_one_repair_counts_together(ticket: Ticket, cast: Cast) -> None:
    limit(cast, 200, role="lead")
    first, second = (give(ticket, cast.agent, amount=Decimal(150)) for _ in range(2))
    approve(first, cast.lead)
    assert code_of(lambda: approve(second, cast.lead)) == "above_your_limit"
    approve(give(make_ticket(cast.group), cast.agent, amount=Decimal(150)), cast.lead)
    first.refresh_from_db()
    gestures.break_gesture(first, by=acting(cast.agent), now=LATER)
    second.refresh_from_db()
    approve(second, cast.lead)


class TestWaiting:
    """Has a clock of its own …"""

    @pytest.fixture
    def owed(self, cast: Cast) -> Ticket:
        default_limits(now=NOW)
        return make_ticket(cast.group, policy=make_policy(approve_s=86_400))

    def clock(self, ticket: Ticket) -> Clock:
        return Clock.objects.filter(promise=ticket.pk, kind="approve").latest("cycle")

    def test_that_runs_from_the_first_and_ends_with_the_last(
        self, owed: Ticket, cast: Cast
    ) -> None:
        first, second = (give(owed, cast.agent, amount=Decimal(99)) for _ in range(2))
        assert self.clock(owed).due_at == LATER + timedelta(days=1)
        approve(first, cast.lead)
        assert self.clock(owed).state == "running"
        gestures.reject_gesture(second, by=acting(cast.lead), now=LATER)
        assert (self.clock(owed).state, self.clock(owed).cycle) == ("met", 1)
        give(owed, cast.agent, amount=Decimal(99))
        assert (self.clock(owed).state, self.clock(owed).cycle) == ("running", 2)

    def test_that_is_broken_late_and_stays_so(self, owed: Ticket, cast: Cast) -> None:
        gesture = give(owed, cast.agent, amount=Decimal(99))
        late = LATER + timedelta(days=2)
        gestures.approve_gesture(gesture, by=acting(cast.lead), now=late)
        assert self.clock(owed).state == "breached"
        assert "breached" in kinds(owed)

    def test_that_the_queue_is_not_sorted_by(self, owed: Ticket, cast: Cast) -> None:
        due = owed.next_due_at
        give(owed, cast.agent, amount=Decimal(99))
        refresh_deadline(owed)
        assert owed.next_due_at == due

    def test_that_outlives_the_ticket(self, owed: Ticket, cast: Cast) -> None:
        """Whoever was told of a refund waits for it, whatever became of their ticket."""
        gesture = give(owed, cast.agent, amount=Decimal(99))
        close_ticket(owed, outcome="not_actionable", reason="x", by=acting(cast.agent), now=LATER)
        clock = self.clock(owed)
        assert (clock.state, clock.next_action_at) == ("running", LATER)
        approve(gesture, cast.lead)
        assert self.clock(owed).state == "met"

    def test_that_begins_no_more_once_it_is_decided(self, owed: Ticket, cast: Cast) -> None:
        gesture = give(owed, cast.agent, amount=Decimal(99))
        mark_spam(owed, by=acting(cast.agent), now=LATER)
        assert self.clock(owed).state == "running"
        gestures.reject_gesture(gesture, by=acting(cast.lead), now=LATER)
        not_spam(owed, reason="She called.", by=acting(cast.agent), now=LATER)
        assert (self.clock(owed).state, self.clock(owed).cycle) == ("met", 1)

    def test_that_an_earlier_release_ended_is_not_begun_by_what_is_no_spam(
        self, owed: Ticket, cast: Cast
    ) -> None:
        give(owed, cast.agent, amount=Decimal(99))
        void_clocks(owed.promise, [Kind.APPROVE], reason="spam", now=LATER)
        mark_spam(owed, by=acting(cast.agent), now=LATER)
        not_spam(owed, reason="She called.", by=acting(cast.agent), now=LATER)
        assert (self.clock(owed).state, self.clock(owed).cycle) == ("void", 1)


class TestPromisedUntil:
    UNTIL = LATER + timedelta(days=2)

    def test_they_are_late_once_and_news_for_the_owner(self, ticket: Ticket, cast: Cast) -> None:
        assign_ticket(ticket, assignee=cast.lead, by=acting(cast.admin), now=LATER)
        gesture = give(ticket, cast.agent, keep_by=self.UNTIL)
        assert not Gesture.objects.newly_late(self.UNTIL - timedelta(seconds=1)).exists()
        for _ in range(2):
            gestures.note_late(list(Gesture.objects.newly_late(self.UNTIL)), self.UNTIL)
        gesture.refresh_from_db()
        assert (gesture.late_noted_at, gesture.state) == (self.UNTIL, "promised")
        assert kinds(ticket).count("gesture_late") == 1
        assert News.objects.filter(user=cast.lead, entry__kind="gesture_late").exists()

    def test_they_are_not_late_once_they_are_kept(self, ticket: Ticket, cast: Cast) -> None:
        gesture = give(ticket, cast.agent, keep_by=self.UNTIL)
        gestures.keep_gesture(gesture, by=acting(cast.agent), now=LATER)
        assert not Gesture.objects.newly_late(self.UNTIL).exists()

    def test_what_waited_past_it_is_approved_with_another_time(
        self, ticket: Ticket, cast: Cast
    ) -> None:
        gesture = give(ticket, cast.agent, amount=Decimal(99), keep_by=self.UNTIL)
        said: dict[str, Any] = {"by": acting(cast.lead), "now": self.UNTIL}
        assert code_of(lambda: gestures.approve_gesture(gesture, **said)) == "time_passed"
        gesture.refresh_from_db()
        past = code_of(lambda: gestures.approve_gesture(gesture, **said, keep_by=self.UNTIL))
        assert past == Refused.code
        gesture.refresh_from_db()
        keep_by = self.UNTIL + timedelta(days=1)
        gestures.approve_gesture(gesture, **said, keep_by=keep_by)
        gesture.refresh_from_db()
        assert (gesture.state, gesture.keep_by) == ("promised", keep_by)
        entry = TimelineEntry.objects.filter(kind="gesture_promised").latest("pk")
        assert entry.reason["keep_by"] == keep_by.isoformat()

    def test_they_are_not_promised_into_the_past(self, ticket: Ticket, cast: Cast) -> None:
        with pytest.raises(Refused) as refused:
            give(ticket, cast.agent, keep_by=LATER)
        assert refused.value.faults[0].pointer == "/keep_by"


class TestProof:
    def keep(self, gesture: Gesture, cast: Cast, **said: str) -> Gesture:
        gestures.keep_gesture(gesture, by=acting(cast.agent), now=LATER, **said)
        gesture.refresh_from_db()
        return gesture

    def test_is_the_newest_letter_or_call(self, ticket: Ticket, cast: Cast) -> None:
        log_contact(
            ticket, channel="phone", reached=True, body="", by=acting(cast.agent), now=LATER
        )
        found = self.keep(give(ticket, cast.agent), cast, proof="call")
        assert found.proof_entry == TimelineEntry.objects.get(kind="contact")

    def test_is_a_reference(self, ticket: Ticket, cast: Cast) -> None:
        found = self.keep(give(ticket, cast.agent), cast, reference=" SAP  4711 ")
        assert (found.proof, found.proof_reference) == ("reference", "SAP 4711")

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"proof": "call"}, "no_proof"),
            ({"proof": "letter"}, "no_proof"),
            ({"proof": "reference"}, "invalid"),
            ({"proof": "oath"}, "invalid"),
            ({"proof": "letter", "reference": "x"}, "invalid"),
            ({"reference": "x" * 121}, "invalid"),
        ],
    )
    def test_is_refused_where_there_is_none(
        self, ticket: Ticket, cast: Cast, said: dict[str, str], code: str
    ) -> None:
        gesture = give(ticket, cast.agent)
        refused = code_of(lambda: self.keep(gesture, cast, **said))
        assert refused == (code if code == "no_proof" else Refused.code)
        gesture.refresh_from_db()
        assert gesture.state == "promised"


def test_they_wait_for_whoever_leads_too(ticket: Ticket, cast: Cast) -> None:
    gesture = give(ticket, cast.lead, amount=Decimal("500"))
    assert gesture.state == "waiting"
    assert code_of(lambda: approve(gesture, cast.lead)) == "own_gesture"
    approve(gesture, cast.manager)
    assert gesture.state == "promised"


@pytest.mark.parametrize("kind", ["apology", "call", "explanation", "priority_handling"])
def test_they_may_cost_nothing(ticket: Ticket, cast: Cast, kind: str) -> None:
    assert give(ticket, cast.agent, kind=kind).state == "promised"


@pytest.mark.parametrize(
    "said, pointer, code",
    [
        ({"kind": "bribe"}, "/kind", "unknown_kind"),
        ({"amount": None}, "/amount", "required"),
        ({"amount": None, "currency": ""}, "/amount", "required"),
        ({"currency": ""}, "/currency", "unknown_currency"),
        ({"currency": "EURO"}, "/currency", "unknown_currency"),
        ({"currency": "XXX"}, "/currency", "unknown_currency"),
        ({"amount": Decimal("0")}, "/amount", "not_payable"),
        ({"amount": Decimal("-5")}, "/amount", "not_payable"),
        ({"amount": Decimal("NaN")}, "/amount", "not_payable"),
        ({"amount": Decimal("Infinity")}, "/amount", "not_payable"),
        ({"amount": Decimal("1e12")}, "/amount", "not_payable"),
        ({"amount": Decimal("1.005")}, "/amount", "not_payable"),
        ({"amount": Decimal("0.5"), "currency": "KRW"}, "/amount", "not_payable"),
        (
            {"kind": "apology", "amount": Decimal("5"), "currency": "EUR"},
            "/amount",
            "costs_nothing",
        ),
        ({"kind": "replacement", "currency": "EUR"}, "/amount", "required"),
        ({"explanation": "x" * 2001}, "/explanation", "too_long"),
    ],
)
def test_they_are_refused_where_they_make_no_sense(
    ticket: Ticket, cast: Cast, said: dict[str, Any], pointer: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        give(ticket, cast.agent, **said)
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [(pointer, code)]
    assert not Gesture.objects.exists()


def test_they_are_decided_by_leads_managers_and_admins(ticket: Ticket, cast: Cast) -> None:
    for person in (cast.lead, cast.manager, cast.admin):
        approve(give(ticket, cast.agent, amount=Decimal("99")), person)
    colleague = make_member(cast.group, GroupRole.AGENT)
    foreign_lead = make_member(cast.other_group, GroupRole.LEAD)
    for person in (colleague, cast.viewer, cast.auditor, foreign_lead):
        with pytest.raises(Forbidden):
            approve(give(ticket, cast.agent, amount=Decimal("99")), person)


def test_they_are_never_decided_by_who_made_them(ticket: Ticket, cast: Cast) -> None:
    gesture = give(ticket, cast.admin, amount=Decimal("99"))
    assert code_of(lambda: approve(gesture, cast.admin)) == "own_gesture"
    assert (
        code_of(lambda: gestures.reject_gesture(gesture, by=acting(cast.admin), now=LATER))
        == "own_gesture"
    )


def test_they_are_approved_by_no_machine(ticket: Ticket, cast: Cast) -> None:
    """Whoever holds its token might agree to what they proposed themselves."""
    robot = make_member(cast.group, GroupRole.MANAGER, make_person("Robot", kind="service"))
    gesture = give(ticket, cast.agent, amount=Decimal("99"))
    assert code_of(lambda: approve(gesture, robot)) == "not_a_person"
    gesture.refresh_from_db()
    assert gesture.state == "waiting"


def test_they_are_rejected_with_a_word_why(ticket: Ticket, cast: Cast) -> None:
    gesture = give(ticket, cast.agent, amount=Decimal("99"))
    gestures.reject_gesture(gesture, by=acting(cast.lead), now=LATER, note="twice the price")
    gesture.refresh_from_db()
    assert (gesture.state, gesture.decided_by, gesture.decided_at) == ("rejected", cast.lead, LATER)
    assert gesture.decision_note == "twice the price"
    assert TimelineEntry.objects.get(kind="gesture_rejected").text == "twice the price"


@pytest.mark.parametrize("act, state", [("keep_gesture", "kept"), ("break_gesture", "broken")])
def test_they_are_kept_or_broken(ticket: Ticket, cast: Cast, act: str, state: str) -> None:
    gesture = give(ticket, cast.agent)
    getattr(gestures, act)(gesture, by=acting(cast.agent), now=LATER)
    gesture.refresh_from_db()
    assert (gesture.state, gesture.settled_at) == (state, LATER)
    assert kinds(ticket)[-1] == f"gesture_{state}"


def test_they_are_kept_in_a_later_cycle_too(ticket: Ticket, cast: Cast) -> None:
    number = give(ticket, cast.agent).pk
    close_ticket(ticket, outcome="not_actionable", reason="-", by=acting(cast.agent), now=LATER)
    reopen_ticket(ticket, reason="-", by=acting(cast.agent), now=LATER)
    give(ticket, cast.agent, kind="apology")
    assert Recovery.objects.filter(ticket=ticket).count() == 2
    gestures.keep_gesture(gesture_on(ticket, number), by=acting(cast.agent), now=LATER)


def test_they_are_not_added_to_what_is_closed(ticket: Ticket, cast: Cast) -> None:
    close_ticket(ticket, outcome="not_actionable", reason="-", by=acting(cast.agent), now=LATER)
    assert code_of(lambda: give(ticket, cast.agent)) == "illegal_move"


@pytest.mark.parametrize("state", ["waiting", "promised", "rejected", "kept", "broken"])
@pytest.mark.parametrize(
    "act, legal_from",
    [
        (gestures.approve_gesture, "waiting"),
        (gestures.reject_gesture, "waiting"),
        (gestures.keep_gesture, "promised"),
        (gestures.break_gesture, "promised"),
    ],
)
def test_they_move_only_as_the_table_says(
    ticket: Ticket, cast: Cast, state: str, act: Callable[..., None], legal_from: str
) -> None:
    gesture = give(ticket, cast.agent, amount=Decimal(99 if state == "waiting" else 20))
    gesture.state = state
    if state == legal_from:
        act(gesture, by=acting(cast.lead), now=LATER)
    else:
        with pytest.raises(Conflict) as refused:
            act(gesture, by=acting(cast.lead), now=LATER)
        assert refused.value.code == "illegal_move"


def test_they_are_found_on_their_own_ticket_alone(ticket: Ticket, cast: Cast) -> None:
    gesture = give(ticket, cast.agent)
    with pytest.raises(NotHere):
        gesture_on(make_ticket(cast.group), gesture.pk)


@pytest.mark.django_db(transaction=True)
def test_they_are_approved_once_by_twenty_at_once(cast: Cast) -> None:
    default_limits(now=NOW)
    with transaction.atomic():
        ticket = make_ticket(cast.group)
        gesture = give(ticket, cast.agent, amount=Decimal("99"))
    leads = [make_member(cast.group, GroupRole.LEAD) for _ in range(20)]
    start = Barrier(len(leads))

    def decide(lead: User) -> str:
        start.wait()
        try:
            with working_on(lead, ticket.ref) as (mine, now):
                gestures.approve_gesture(gesture_on(mine, gesture.pk), by=acting(lead), now=now)
            return "approved"
        except Conflict as conflict:
            return conflict.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(leads)) as pool:
        said = list(pool.map(decide, leads))
    assert sorted(said) == ["approved"] + ["illegal_move"] * 19
    assert kinds(ticket).count("gesture_promised") == 1


@pytest.mark.parametrize(
    "change, constraint",
    [
        ("decided_by_id = by_id, decided_at = now(), state = 'promised'", "four_eyes"),
        ("state = 'promised'", "approval_was_given"),
        ("needs_approval = false", "only_approval_is_waited_for"),
        ("state = 'kept', settled_at = now()", "approval_was_given"),
        ("state = 'given', needs_approval = false", "known_gesture_state"),
        ("kind = 'bribe'", "known_gesture_kind"),
        ("currency = ''", "amount_has_a_currency"),
        ("amount = NULL", "amount_has_a_currency"),
        ("amount = 0", "amount_has_a_currency"),
        ("settled_at = now()", "settled_gesture_has_time"),
        ("proof = 'reference', proof_reference = 'x'", "proof_is_of_what_was_kept"),
        ("proof_reference = 'x'", "proof_is_of_what_was_kept"),
    ],
)
def test_they_cannot_be_bent_by_hand(
    ticket: Ticket, cast: Cast, change: str, constraint: str
) -> None:
    gesture = give(ticket, cast.agent, amount=Decimal("99"))
    with (
        pytest.raises(IntegrityError, match=constraint),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE recovery_gesture SET {change} WHERE id = {gesture.pk}")
