"""Whoever wishes not to be contacted gets no letter that was written before they said so …"""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage

from cxloop.kernel.letters import deliver_letters
from cxloop.kernel.models import Letter, Silence
from cxloop.kernel.moment import moment
from feedback.intake.models import Consent, Customer
from tests.cast import Cast
from tests.makers import NOW, make_customer, make_feedback, make_policy, make_ticket
from tests.recovery.asking import ask_all, question_on, resolve
from tests.work.test_remind import DAY, sweep, wait_for
from tests.work.test_triage import rule
from tickets.recovery.sweeps import note_dead_questions
from tickets.sla.models import Clock
from tickets.work.actions.customers import join_customers, note_consent, part_customers
from tickets.work.actions.talk import reply
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Contact, Ticket, TimelineEntry
from tickets.work.sweeps import strike_dead, triage_arrivals

pytestmark = pytest.mark.django_db

WISH = "the customer wishes not to be contacted"


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return make_ticket(cast.group)


def say(customer: Customer, cast: Cast, *, granted: bool = False, purpose: str = "contact") -> None:
    person = Customer.objects.select_related("joined_to").get(pk=customer.pk)
    said = {"granted": granted, "said": "on the phone", "by": acting(cast.agent)}
    note_consent(person, purpose=purpose, now=moment(), **said)


def deliver() -> None:
    Letter.objects.filter(state="waiting").update(leave_at=NOW)
    deliver_letters()


def states() -> dict[str, str]:
    return dict(Letter.objects.order_by("pk").values_list("kind", "state"))


class TestAReplyThatWaits:
    @pytest.fixture(autouse=True)
    def _written(self, ticket: Ticket, cast: Cast) -> None:
        reply(ticket, body="We look.", by=acting(cast.agent), now=NOW)

    def test_is_withdrawn_with_the_reason(
        self, ticket: Ticket, cast: Cast, mailoutbox: list[EmailMessage]
    ) -> None:
        say(ticket.customer, cast)
        letter = Letter.objects.get()
        assert (letter.state, letter.withdrawn_why) == ("withdrawn", "do_not_contact")
        deliver()
        assert mailoutbox == []

    def test_strikes_its_contact(self, ticket: Ticket, cast: Cast) -> None:
        say(ticket.customer, cast)
        assert strike_dead() == 1
        clock = Clock.objects.get(promise=ticket.pk, kind="follow_up")
        assert Contact.objects.get().struck_at
        assert (clock.state, clock.due_at) == ("breached", NOW + timedelta(hours=48))
        entry = TimelineEntry.objects.get(ticket=ticket, kind="letter_failed")
        assert entry.reason["error"] == WISH
        assert strike_dead() == 0

    def test_leaves_where_another_customer_said_so(
        self, ticket: Ticket, cast: Cast, mailoutbox: list[EmailMessage]
    ) -> None:
        say(make_customer(), cast)
        deliver()
        assert len(mailoutbox) == 1

    def test_leaves_where_they_want_no_surveys(
        self, ticket: Ticket, cast: Cast, mailoutbox: list[EmailMessage]
    ) -> None:
        say(ticket.customer, cast, purpose="surveys")
        deliver()
        assert len(mailoutbox) == 1

    def test_leaves_not_where_somebody_silent_turned_out_to_be_them(
        self, ticket: Ticket, cast: Cast, mailoutbox: list[EmailMessage]
    ) -> None:
        claim = make_customer(ticket.customer.email, trusted=False)
        say(claim, cast)
        claim.refresh_from_db()
        join_customers(claim, ticket.customer, by=acting(cast.agent), now=moment())
        deliver()
        assert mailoutbox == []
        assert states() == {"reply": "withdrawn"}


def test_what_was_written_in_the_same_moment_does_not_leave(
    ticket: Ticket, cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    """Whoever wrote it had read before that they may."""
    assert not ticket.customer.do_not_contact
    say(ticket.customer, cast)
    reply(ticket, body="We look.", by=acting(cast.agent), now=NOW)
    assert states() == {"reply": "waiting"}
    deliver()
    assert mailoutbox == []
    letter = Letter.objects.get()
    assert (letter.state, letter.withdrawn_why) == ("withdrawn", "do_not_contact")
    assert strike_dead() == 1


def test_an_acknowledgement_does_not_leave(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    make_policy("standard")
    rule(when={"always": True}, acknowledge=True)
    customer = make_customer()
    make_feedback(customer=customer, comment="Late", received_at=moment())
    triage_arrivals()
    say(customer, cast)
    deliver()
    assert (states(), mailoutbox) == ({"acknowledgement": "withdrawn"}, [])
    assert strike_dead() == 1


@pytest.mark.parametrize("days, kind", [(3, "reminder"), (14, "closing")])
def test_a_reminder_does_not_leave_and_the_wait_ends(
    days: int, kind: str, ticket: Ticket, cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    wait_for(ticket, cast, NOW)
    for day in (3, 7, 14):
        if day <= days:
            sweep(NOW + day * DAY)
    Letter.objects.exclude(kind=kind).update(state="sent", sent_at=NOW)
    say(ticket.customer, cast)
    deliver()
    assert (Letter.objects.get(kind=kind).state, mailoutbox) == ("withdrawn", [])
    strike_dead()
    assert Ticket.objects.get(pk=ticket.pk).status == "open"


@pytest.mark.parametrize("purpose", ["contact", "surveys"])
def test_a_question_does_not_leave_and_counts_as_not_asked(
    purpose: str, ticket: Ticket, cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    resolve(ticket, by=cast.agent)
    ask_all()
    Letter.objects.exclude(kind="question").update(state="sent", sent_at=NOW)
    say(ticket.customer, cast, purpose=purpose)
    deliver()
    assert mailoutbox == []
    assert note_dead_questions() == 1
    assert question_on(ticket).state == "failed"
    assert TimelineEntry.objects.filter(ticket=ticket, kind="not_asked").exists()


def test_they_hear_again_once_they_allow_it(
    ticket: Ticket, cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    say(ticket.customer, cast)
    say(ticket.customer, cast, granted=True)
    assert not Silence.objects.exists()
    reply(locked(ticket.pk), body="We look.", by=acting(cast.agent), now=NOW)
    deliver()
    assert len(mailoutbox) == 1


def test_who_was_taken_for_somebody_else_keeps_not_their_refusal(cast: Cast) -> None:
    claim, person = make_customer("kim@x.example", trusted=False), make_customer()
    join_customers(claim, person, by=acting(cast.agent), now=moment())
    say(claim, cast, purpose="surveys")
    assert Consent.objects.get().customer == person
    assert Silence.objects.count() == 2
    part_customers(Customer.objects.get(pk=claim.pk), by=acting(cast.agent), now=moment())
    assert Silence.objects.get().mark == f"surveys:{person.pk}"
