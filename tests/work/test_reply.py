from datetime import datetime, timedelta

import pytest

from cxloop.kernel.errors import Conflict, Refused
from cxloop.kernel.letters import bury_letter
from cxloop.kernel.models import Letter
from tests.cast import Cast
from tests.makers import make_customer, make_person, make_ticket
from tickets.sla.models import Clock
from tickets.work.actions.talk import note, reply
from tickets.work.actor import acting
from tickets.work.models import Contact, Ticket
from tickets.work.sweeps import strike_dead

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return make_ticket(cast.group)


def follow_up(ticket: Ticket) -> Clock:
    return Clock.objects.get(promise=ticket.pk, kind="follow_up")


def test_it_keeps_the_promise_when_a_person_writes(
    ticket: Ticket, cast: Cast, now: datetime
) -> None:
    reply(ticket, body="We are on it.", by=acting(cast.agent), now=now)
    letter = Letter.objects.get()
    assert (follow_up(ticket).state, follow_up(ticket).met_at) == ("met", now)
    assert ticket.status == "open"
    assert letter.to == ticket.customer.email
    assert letter.body.startswith("We are on it.\n\nWhere your matter stands")
    assert f"[{ticket.ref}]" in letter.subject
    assert f"reply+{ticket.pk}." in letter.reply_to


def test_it_moves_the_next_deadline_on(ticket: Ticket, cast: Cast, now: datetime) -> None:
    reply(ticket, body="We are on it.", by=acting(cast.agent), now=now)
    ticket.refresh_from_db()
    assert ticket.next_due_at == now + timedelta(days=7)


def test_it_keeps_no_promise_when_a_machine_writes(ticket: Ticket, now: datetime) -> None:
    robot = make_person("Robot", kind="service")
    reply(ticket, body="Automatic greetings.", by=acting(robot), now=now)
    assert follow_up(ticket).state == "running"
    assert not Contact.objects.exists()


def test_a_note_keeps_no_promise(ticket: Ticket, cast: Cast, now: datetime) -> None:
    note(ticket, body="Asked the carrier.", by=acting(cast.agent), now=now)
    assert follow_up(ticket).state == "running"
    assert not Letter.objects.exists()


def test_it_threads_with_our_earlier_letters(ticket: Ticket, cast: Cast, now: datetime) -> None:
    reply(ticket, body="One.", by=acting(cast.agent), now=now)
    reply(ticket, body="Two.", by=acting(cast.agent), now=now)
    first, second = Letter.objects.order_by("pk")
    assert second.references == first.message_id


def test_it_refuses_where_we_may_not_write(cast: Cast, now: datetime) -> None:
    said_no = {"do_not_contact": True, "do_not_contact_since": now}
    ticket = make_ticket(cast.group, customer=make_customer(**said_no))
    with pytest.raises(Conflict) as refusal:
        reply(ticket, body="Hello?", by=acting(cast.agent), now=now)
    assert refusal.value.code == "no_address"


@pytest.mark.parametrize("body", ["", "  \n ", "x" * 20_001])
def test_it_refuses_an_empty_or_endless_text(
    ticket: Ticket, cast: Cast, now: datetime, body: str
) -> None:
    with pytest.raises(Refused):
        reply(ticket, body=body, by=acting(cast.agent), now=now)


def test_a_dead_letter_gives_the_old_due_time_back(
    ticket: Ticket, cast: Cast, now: datetime
) -> None:
    due = follow_up(ticket).due_at
    reply(ticket, body="We are on it.", by=acting(cast.agent), now=now)
    bury_letter(Letter.objects.get(), "550 no such user", now=now)
    assert strike_dead() == 1
    assert strike_dead() == 0
    assert follow_up(ticket).due_at == due
    assert follow_up(ticket).met_at is None
    assert Contact.objects.get().struck_at
    entry = ticket.timeline.get(kind="letter_failed")
    assert entry.reason["error"] == "550 no such user"


def test_a_later_letter_that_arrived_keeps_the_promise_of_one_that_died(
    ticket: Ticket, cast: Cast, now: datetime
) -> None:
    by, later = acting(cast.agent), now + timedelta(hours=3)
    reply(ticket, body="We are on it.", by=by, now=now)
    reply(ticket, body="It is on its way.", by=by, now=later)
    bury_letter(Letter.objects.get(body__startswith="We are on it."), "550 no such user", now=later)
    strike_dead()
    clock = follow_up(ticket)
    assert (clock.state, clock.met_at) == ("met", later)
    assert [event.kind for event in clock.events.order_by("position")][-2:] == [
        "contact_failed",
        "met",
    ]


def test_late_it_leaves_the_breach_on_record(ticket: Ticket, cast: Cast, now: datetime) -> None:
    late = now + timedelta(hours=50)
    reply(ticket, body="Sorry.", by=acting(cast.agent), now=late)
    clock = follow_up(ticket)
    assert (clock.state, clock.met_at) == ("breached", late)
    assert clock.breached_at == now + timedelta(hours=48)
    told = ticket.timeline.filter(kind="breached").values_list("reason__clock", flat=True)
    assert sorted(told) == ["acknowledge", "follow_up"]
