"""The six cases in which well-known helpdesks have lost, moved or invented a deadline: a ticket is
reopened, merged, handed to a group that promises otherwise, raised in priority, its policy edited
while its clock stands still, its calendar edited while it runs. And a seventh of our own: a letter
dies after the next cycle has begun."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from cxloop.kernel.models import Letter
from tests.cast import Cast
from tests.makers import NOW, make_feedback, make_policy, make_ticket
from tests.recovery.asking import resolve
from tickets.sla.actions.look import read_clock, settle
from tickets.sla.models import Calendar, Clock, PolicyVersion
from tickets.sla.policies import revise_calendar, revise_policy, write_calendar
from tickets.work.actions.assign import hand_over
from tickets.work.actions.join import join_feedback
from tickets.work.actions.label import change_priority
from tickets.work.actions.move import merge_tickets, reopen_ticket, wait
from tickets.work.actions.talk import reply, strike_dead_letters
from tickets.work.actor import CLOCK, RULE, Actor, acting
from tickets.work.door import locked
from tickets.work.models import Priority, Ticket

pytestmark = pytest.mark.django_db
H = 3600


def at(hours: float) -> datetime:
    """Hours after the receipt, a Friday at 09:00."""
    return NOW + timedelta(hours=hours)


class Case:
    """One ticket with its cast, as an agent works it."""

    def __init__(self, cast: Cast, policy: PolicyVersion | None = None) -> None:
        self.cast, self.by = cast, acting(cast.agent)
        self.ticket = make_ticket(cast.group, policy=policy or _by_priority())

    def reply(self, hours: float) -> None:
        reply(locked(self.ticket.pk), body="We look into it.", by=self.by, now=at(hours))

    def raise_priority(self, hours: float, *, by: Actor | None = None) -> None:
        ticket = locked(self.ticket.pk)
        change_priority(ticket, priority=Priority.URGENT, by=by or self.by, now=at(hours))

    def another(self, received: float) -> Ticket:
        said = make_feedback(
            nps=1, customer=self.ticket.customer, received_at=at(received), judged=True
        )
        return make_ticket(self.cast.group, customer=self.ticket.customer, feedback=said)

    def settle(self, hours: float) -> None:
        for clock in Clock.objects.filter(promise=self.ticket.pk).order_by("pk"):
            settle(clock, at(hours))


def _by_priority() -> PolicyVersion:
    """48 hours; 4 for what is urgent. A week to resolve; a day for what is urgent."""
    variants = [{"priority": ["urgent"], "follow_up_s": 4 * H, "resolve_s": 24 * H}]
    return make_policy(acknowledge_s=None, variants=variants)


def _reopened(case: Case) -> None:
    case.reply(1)
    resolve(case.ticket, by=case.cast.agent, now=at(2))
    reopen_ticket(locked(case.ticket.pk), reason="It came back", by=case.by, now=at(100))


def _reopened_after_a_breach(case: Case) -> None:
    case.settle(49)
    _reopened_late(case)


def _reopened_late(case: Case) -> None:
    case.reply(50)
    resolve(case.ticket, by=case.cast.agent, now=at(51))
    reopen_ticket(locked(case.ticket.pk), reason="It came back", by=case.by, now=at(100))


def _merged_into_a_later_one(case: Case) -> None:
    """The later ticket goes on with the earlier promise."""
    older, case.ticket = case.ticket, case.another(received=10)
    merge_tickets(locked(older.pk), into=locked(case.ticket.pk), by=case.by, now=at(20))


def _merged_into_an_earlier_one(case: Case) -> None:
    later = case.another(received=10)
    merge_tickets(locked(later.pk), into=locked(case.ticket.pk), by=case.by, now=at(20))


def _merged_when_broken(case: Case) -> None:
    """The broken promise stays on the ticket that made it; the other owes the contact at once."""
    older, case.ticket = case.ticket, case.another(received=10)
    merge_tickets(locked(older.pk), into=locked(case.ticket.pk), by=case.by, now=at(50))
    broken = Clock.objects.get(promise=older.pk, kind="follow_up")
    assert (broken.state, broken.breached_at) == ("breached", at(48))


def _handed_over(case: Case) -> None:
    """What was promised was promised by the house."""
    make_policy("billing", follow_up_s=H)
    hand_over(locked(case.ticket.pk), group=case.cast.other_group, by=case.by, now=at(20))


def _raised(case: Case) -> None:
    case.raise_priority(1)


def _raised_too_late_for_the_shorter_target(case: Case) -> None:
    case.raise_priority(20)


def _raised_by_a_ladder(case: Case) -> None:
    case.raise_priority(1, by=CLOCK)


def _raised_when_broken(case: Case) -> None:
    case.raise_priority(50)


def _edited_while_paused(case: Case) -> None:
    case.reply(1)
    wait(locked(case.ticket.pk), until=None, by=case.by, now=at(10))
    policy = case.ticket.promise.policy.policy
    revise_policy(policy, {"resolve_s": 24 * H}, by=None, now=at(20))
    reopen_from_waiting(case, hours=30)


def reopen_from_waiting(case: Case, *, hours: float) -> None:
    said = make_feedback(nps=1, customer=case.ticket.customer, received_at=at(hours), judged=True)
    join_feedback(locked(case.ticket.pk), said, RULE, now=at(hours), reason={"rule": "x"})


@dataclass(frozen=True)
class Expected:
    """In hours after the receipt; `cycle` is the newest of the kind."""

    kind: str
    state: str
    due: float
    cycle: int = 1


CASES: list[tuple[str, Callable[[Case], None], Expected]] = [
    ("a reopened ticket is promised anew", _reopened, Expected("follow_up", "running", 148, 2)),
    ("and to be settled anew", _reopened, Expected("resolve", "running", 268, 2)),
    ("its kept promise stays kept", _reopened, Expected("follow_up", "met", 48)),
    (
        "its broken one stays broken",
        _reopened_after_a_breach,
        Expected("follow_up", "breached", 48),
    ),
    (
        "of two merged the earlier receipt governs",
        _merged_into_a_later_one,
        Expected("follow_up", "running", 48),
    ),
    (
        "whichever goes on",
        _merged_into_an_earlier_one,
        Expected("follow_up", "running", 48),
    ),
    ("a broken one is owed at once", _merged_when_broken, Expected("follow_up", "breached", 48)),
    ("a hand-over promises nothing new", _handed_over, Expected("follow_up", "running", 48)),
    ("what is urgent is promised sooner", _raised, Expected("follow_up", "running", 4)),
    ("also to be settled", _raised, Expected("resolve", "running", 24)),
    (
        "never sooner than it was said to be urgent",
        _raised_too_late_for_the_shorter_target,
        Expected("follow_up", "running", 20),
    ),
    ("our own alarm promises nothing", _raised_by_a_ladder, Expected("follow_up", "running", 48)),
    ("what broke before stays broken", _raised_when_broken, Expected("follow_up", "breached", 48)),
    (
        "an edit while it stands still changes no promise",
        _edited_while_paused,
        Expected("resolve", "running", 188),
    ),
]


@pytest.mark.parametrize("name, live, expected", CASES, ids=[name for name, *_ in CASES])
def test_a_deadline_is_neither_lost_nor_moved_nor_invented(
    cast: Cast, name: str, live: Callable[[Case], None], expected: Expected
) -> None:
    case = Case(cast)
    live(case)
    clock = Clock.objects.get(promise=case.ticket.pk, kind=expected.kind, cycle=expected.cycle)
    assert (clock.state, clock.due_at) == (expected.state, at(expected.due))
    assert read_clock(clock).due_at == clock.due_at


OFFICE = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def test_a_calendar_edited_while_it_runs_moves_no_promise_made(cast: Cast) -> None:
    """16 open hours from Friday 09:00 are Monday 17:00; that Monday became a holiday later."""
    office = write_calendar(
        slug="office", name="Office", zone="UTC", weekly=OFFICE, by=None, now=NOW
    )
    policy = make_policy(calendar=office, follow_up_s=16 * H)
    case = Case(cast, policy)
    closed = {"exceptions": {"2026-11-23": []}}
    revise_calendar(Calendar.objects.get(), closed, by=None, now=at(1))
    clock = Clock.objects.get(promise=case.ticket.pk, kind="follow_up")
    assert clock.due_at == read_clock(clock).due_at == datetime.fromisoformat("2026-11-23T17:00Z")
    newest = policy.policy.versions.latest("version")
    later = make_ticket(cast.group, policy=newest)
    due = Clock.objects.get(promise=later.pk, kind="follow_up").due_at
    assert due == datetime.fromisoformat("2026-11-24T17:00Z")


class TestALetterThatDiesAfterTheNextCycleBegan:
    def live(self, cast: Cast, *, dies: float) -> list[tuple[str, datetime | None, datetime]]:
        """Answered after an hour, told again after ten, and then the answer turns out dead."""
        case = Case(cast)
        case.reply(1)
        reopen_from_waiting(case, hours=10)
        letters = Letter.objects.filter(kind="reply")
        letters.update(state="dead", died_at=at(dies))
        strike_dead_letters(list(letters), at(dies))
        clocks = Clock.objects.filter(promise=case.ticket.pk, kind="follow_up").order_by("cycle")
        return list(clocks.values_list("state", "due_at", "started_at"))

    def test_the_earlier_receipt_governs_what_runs(self, cast: Cast) -> None:
        first, second = self.live(cast, dies=20)
        assert first[0] == "void"
        assert second == ("running", at(48), at(0))

    def test_one_that_is_over_is_broken_and_the_other_runs_on(self, cast: Cast) -> None:
        first, second = self.live(cast, dies=50)
        assert first[:2] == ("breached", at(48))
        assert second == ("running", at(58), at(10))
