"""Taking back what has not left yet."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from cxloop.kernel.errors import Conflict
from cxloop.kernel.letters import deliver_letters
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from cxloop.verify.checker import examine
from tests.cast import Cast
from tests.makers import make_member, make_policy, make_root_cause, make_ticket
from tickets.sla.models import Clock
from tickets.work.actions.move import resolve_ticket
from tickets.work.actions.talk import log_contact, reply
from tickets.work.actions.undo import take_back
from tickets.work.actor import Actor, acting
from tickets.work.models import Contact, Resolution, RootCause, Ticket, Unasked

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def by(cast: Cast) -> Actor:
    return acting(cast.agent)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return make_ticket(cast.group)


def clock(ticket: Ticket, kind: str = "follow_up") -> Clock:
    return Clock.objects.get(promise=ticket.pk, kind=kind)


def is_refused(ticket: Ticket, by: Actor, now: datetime) -> str:
    with pytest.raises(Conflict) as refusal:
        take_back(ticket, by=by, now=now)
    return refusal.value.code


def test_a_letter_waits_for_it(ticket: Ticket, by: Actor) -> None:
    reply(ticket, body="We are on it.", by=by, now=moment())
    assert deliver_letters() == 0
    letter = Letter.objects.get()
    assert letter.leave_at - letter.written_at == settings.UNDO > timedelta(0)


def test_it_opens_the_promise_as_it_was(ticket: Ticket, by: Actor, now: datetime) -> None:
    due = clock(ticket).due_at
    reply(ticket, body="We are on it.", by=by, now=now)
    take_back(ticket, by=by, now=now + 3 * SECOND)
    assert (clock(ticket).state, clock(ticket).due_at) == ("running", due)
    assert Contact.objects.get().struck_at == now + 3 * SECOND
    assert Letter.objects.get().state == "withdrawn"
    assert [e.kind for e in ticket.timeline.order_by("pk")][-2:] == ["reply", "taken_back"]


def test_after_the_due_time_it_leaves_a_breach(ticket: Ticket, by: Actor, now: datetime) -> None:
    last = now + timedelta(hours=48) - SECOND
    reply(ticket, body="Just in time.", by=by, now=last)
    take_back(ticket, by=by, now=last + 3 * SECOND)
    assert (clock(ticket).state, clock(ticket).breached_at) == ("breached", last + SECOND)


def test_an_earlier_contact_still_counts(ticket: Ticket, by: Actor, now: datetime) -> None:
    log_contact(ticket, channel="phone", reached=True, body="", by=by, now=now)
    reply(ticket, body="As I said.", by=by, now=now + SECOND)
    take_back(ticket, by=by, now=now + 2 * SECOND)
    assert (clock(ticket).state, clock(ticket).met_at) == ("met", now)


def test_what_was_taken_back_is_not_sent(ticket: Ticket, by: Actor, now: datetime) -> None:
    reply(ticket, body="We are on it.", by=by, now=now)
    take_back(ticket, by=by, now=now + SECOND)
    assert deliver_letters() == 0


def test_the_next_letter_threads_with_none_that_never_left(
    ticket: Ticket, by: Actor, now: datetime
) -> None:
    reply(ticket, body="One.", by=by, now=now)
    take_back(ticket, by=by, now=now + SECOND)
    reply(ticket, body="Two.", by=by, now=now + 2 * SECOND)
    assert Letter.objects.get(body__startswith="Two.").references == ""


def test_the_newest_goes_first(ticket: Ticket, by: Actor, now: datetime) -> None:
    for number, body in enumerate(("One.", "Two.")):
        reply(ticket, body=body, by=by, now=now + number * SECOND)
    take_back(ticket, by=by, now=now + 2 * SECOND)
    assert Letter.objects.get(state="withdrawn").body.startswith("Two.")
    take_back(ticket, by=by, now=now + 3 * SECOND)
    assert clock(ticket).state == "running"
    assert is_refused(ticket, by, now + 4 * SECOND) == "too_late"


def test_what_has_left_stays_said(ticket: Ticket, by: Actor, now: datetime) -> None:
    reply(ticket, body="We are on it.", by=by, now=now)
    assert deliver_letters() == 1
    assert is_refused(ticket, by, now + SECOND) == "too_late"
    assert clock(ticket).state == "met"


def test_a_colleague_takes_nothing_back(
    ticket: Ticket, by: Actor, cast: Cast, now: datetime
) -> None:
    reply(ticket, body="We are on it.", by=by, now=now)
    assert is_refused(ticket, acting(make_member(cast.group, "agent")), now) == "too_late"


class TestResolving:
    def resolve(self, ticket: Ticket, by: Actor, now: datetime, body: str = "") -> None:
        cause = RootCause.objects.filter(slug="delivery").first() or make_root_cause()
        resolve_ticket(ticket, root_cause=cause, body=body, by=by, now=now)

    def test_the_customer_is_asked_only_after_it(
        self, ticket: Ticket, by: Actor, now: datetime
    ) -> None:
        self.resolve(ticket, by, now, "Sent anew.")
        assert not Unasked.objects.to_ask(now + settings.UNDO - SECOND).exists()
        assert Unasked.objects.to_ask(now + settings.UNDO).exists()

    def test_it_takes_the_letter_that_it_contained(
        self, ticket: Ticket, by: Actor, now: datetime
    ) -> None:
        due = {kind: clock(ticket, kind).due_at for kind in ("follow_up", "resolve")}
        self.resolve(ticket, by, now, "Sent anew.")
        take_back(ticket, by=by, now=now + SECOND)
        ticket.refresh_from_db()
        assert (ticket.status, ticket.resolved_at) == ("open", None)
        assert not (Resolution.objects.exists())
        assert not (Unasked.objects.exists())
        for kind, due_at in due.items():
            assert (clock(ticket, kind).state, clock(ticket, kind).due_at) == ("running", due_at)

    def test_it_leaves_an_earlier_letter(self, ticket: Ticket, by: Actor, now: datetime) -> None:
        reply(ticket, body="We are on it.", by=by, now=now)
        self.resolve(ticket, by, now + SECOND)
        take_back(ticket, by=by, now=now + 2 * SECOND)
        assert (clock(ticket).state, clock(ticket, "resolve").state) == ("met", "running")
        assert Letter.objects.get().state == "waiting"

    def test_it_can_be_resolved_again(self, ticket: Ticket, by: Actor, now: datetime) -> None:
        self.resolve(ticket, by, now, "Sent anew.")
        take_back(ticket, by=by, now=now + SECOND)
        self.resolve(ticket, by, now + 2 * SECOND, "Sent anew, with an apology.")
        assert clock(ticket).met_at == now + 2 * SECOND

    def test_news_are_owed_again(self, cast: Cast, by: Actor, now: datetime) -> None:
        ticket = make_ticket(cast.group, policy=make_policy(keep_in_loop_s=86_400))
        log_contact(ticket, channel="phone", reached=True, body="", by=by, now=now)
        self.resolve(ticket, by, now + SECOND)
        take_back(ticket, by=by, now=now + 2 * SECOND)
        owed = Clock.objects.filter(promise=ticket.pk, kind="keep_in_loop").live().get()
        assert owed.due_at == now + timedelta(days=1)

    def test_once_asked_it_is_too_late(self, ticket: Ticket, by: Actor, now: datetime) -> None:
        self.resolve(ticket, by, now, "Sent anew.")
        Unasked.objects.all().delete()
        assert is_refused(ticket, by, now + SECOND) == "too_late"
        assert clock(ticket).state == "met"


def test_no_invariant_is_broken_by_it(ticket: Ticket, by: Actor, now: datetime) -> None:
    TestResolving().resolve(ticket, by, now, "Sent anew.")
    take_back(ticket, by=by, now=now + SECOND)
    wrong = {figure.name for figure in examine(now + 2 * SECOND, settled=False).wrong}
    assert not wrong - {"feedback without exactly one triage, or one wait for it"}  # of its maker
