"""A bounce …"""

from datetime import timedelta
from typing import Any

import pytest

from cxloop.kernel.letters import deliver_letters
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from feedback.email.addresses import reply_address
from feedback.intake.models import Feedback
from tests.cast import Cast
from tests.email.mails import CUSTOMER, bounce_of, receive, send_letter, written
from tests.makers import make_customer, make_feedback, make_ticket
from tickets.sla.models import Clock
from tickets.work.actions.talk import reply
from tickets.work.actor import acting
from tickets.work.sweeps import strike_dead

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailbox")]


@pytest.fixture
def letter() -> Letter:
    return send_letter()


def state_of(letter: Letter) -> str:
    letter.refresh_from_db()
    return letter.state


def test_it_buries_the_letter_that_it_is_about(letter: Letter) -> None:
    mail = receive(bounce_of(letter.message_id))
    assert (mail.verdict, mail.letter) == ("bounce", letter)
    assert state_of(letter) == "dead"
    assert letter.last_error == "bounced: 5.1.1 smtp; 550 5.1.1 User unknown"


def test_it_opens_nothing(letter: Letter) -> None:
    receive(bounce_of(letter.message_id))
    assert not Feedback.objects.exists()


def test_it_is_no_answer_even_at_the_address_of_a_ticket(letter: Letter, cast: Cast) -> None:
    to = reply_address(make_ticket(cast.group).pk)
    mail = receive(bounce_of(letter.message_id, To=to))
    assert (mail.verdict, mail.ticket_number) == ("bounce", None)


def test_the_case_of_an_address_does_not_matter(letter: Letter) -> None:
    receive(bounce_of(letter.message_id, recipient=CUSTOMER.upper()))
    assert state_of(letter) == "dead"


def test_one_that_warns_of_a_delay_is_kept_and_buries_nothing(letter: Letter) -> None:
    raw = bounce_of(letter.message_id, action="delayed", status="4.4.1", Subject="Delayed")
    mail = receive(raw.replace(b"could not be delivered", b"is late"))
    assert (mail.verdict, mail.reason) == ("bounce", "not given up")
    assert state_of(letter) == "sent"


def test_about_another_recipient_it_buries_nothing(letter: Letter) -> None:
    mail = receive(bounce_of(letter.message_id, recipient="somebody@else.example"))
    assert (mail.verdict, mail.letter) == ("bounce", None)
    assert state_of(letter) == "sent"


def test_about_a_message_that_is_not_ours_it_buries_nothing(letter: Letter) -> None:
    mail = receive(bounce_of("<guess@localhost.localdomain>"))
    assert mail.reason.startswith("about no letter of ours")
    assert state_of(letter) == "sent"


def test_about_a_letter_that_never_left_it_buries_nothing(letter: Letter) -> None:
    Letter.objects.update(state="waiting", attempts=0, sent_at=None)
    assert receive(bounce_of(letter.message_id)).letter is None
    assert state_of(letter) == "waiting"


def test_by_a_person_who_writes_as_a_server_it_still_names_the_letter(letter: Letter) -> None:
    raw = written("550 no such user", From="MAILER-DAEMON@x.example", In_Reply_To="<a@b.example>")
    assert receive(raw).verdict == "bounce"
    assert state_of(letter) == "sent"


def test_one_quicker_than_our_note_that_the_letter_left_stands(settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.email.mails.HastyServer"
    assert send_letter().state == "dead"


def test_what_the_letter_had_met_is_open_again(cast: Cast) -> None:
    now = moment()
    complaint = make_feedback(nps=2, received_at=now, judged=True)
    ticket = make_ticket(cast.group, customer=make_customer(CUSTOMER), feedback=complaint)
    reply(ticket, body="We look.", by=acting(cast.agent), now=now)
    Letter.objects.update(leave_at=now)  # nobody took it back
    deliver_letters()
    receive(bounce_of(Letter.objects.get().message_id))
    strike_dead()
    clock = Clock.objects.get(promise=ticket.pk, kind="follow_up")
    assert clock.state == "running"
    assert clock.due_at == now + timedelta(hours=48)
    assert ticket.timeline.filter(kind="letter_failed").exists()
