"""A mail finds the ticket that it answers, and a stranger's does not."""

import pytest

from cxloop.kernel.letters import Draft, deliver_letters, write_letter
from cxloop.kernel.models import Letter
from feedback.email.addresses import reply_address
from feedback.email.models import Mail
from feedback.intake.models import Feedback, Source
from tests.email.mails import CUSTOMER, receive, written
from tests.makers import NOW, make_group, make_person, make_ticket
from tickets.work.models import Ticket
from tickets.work.sweeps import take_up_answers, triage_arrivals

pytestmark = pytest.mark.django_db

STRANGER = "Mallory <mallory@other.example>"


@pytest.fixture
def first(mailbox: Source) -> Mail:
    return receive(written("The parcel never came.", Message_ID="<first@customer.example>"))


def write_to(ticket: int, to: str = CUSTOMER) -> Letter:
    """One of ours about it, that has left."""
    said = Draft(f"test:{ticket}:{to}", "reply", to, "Re", "Sorry.", reply_to=reply_address(ticket))
    letter = write_letter(said, now=NOW)
    deliver_letters()
    return letter


class TestByReferences:
    def test_to_a_letter_of_ours_it_is_that_tickets(self, mailbox: Source) -> None:
        letter = write_to(42)
        mail = receive(written("And now?", In_Reply_To=letter.message_id))
        assert (mail.verdict, mail.ticket_number) == ("answer", 42)

    def test_the_newest_that_is_known_decides(self, mailbox: Source) -> None:
        old, new = write_to(41), write_to(42)
        named = f"{old.message_id}\n {new.message_id} <theirs@customer.example>"
        assert receive(written("And now?", References=named)).ticket_number == 42

    def test_from_a_stranger_who_saw_the_letter_it_begins_a_thread(self, mailbox: Source) -> None:
        letter = write_to(42)
        mail = receive(written("Hello", From=STRANGER, In_Reply_To=letter.message_id))
        assert mail.verdict == "feedback"

    def test_to_a_mail_of_their_own_it_goes_where_that_went(self, first: Mail) -> None:
        second = receive(written("I forgot: order A-17.", In_Reply_To=first.message_id))
        third = receive(written("And the colour.", In_Reply_To=second.message_id))
        assert [one.follows for one in (second, third)] == [first.feedback] * 2
        assert Feedback.objects.count() == 1

    def test_to_the_mail_of_another_it_begins_a_thread(self, first: Mail) -> None:
        mail = receive(written("Me too", From=STRANGER, In_Reply_To=first.message_id))
        assert mail.verdict == "feedback"


class TestBySubject:
    def test_of_whom_we_wrote_to_it_is_that_tickets(self, mailbox: Source) -> None:
        write_to(42)
        assert receive(written("And now?", Subject="AW: Parcel [T-42]")).ticket_number == 42

    def test_of_a_stranger_it_begins_a_thread(self, mailbox: Source) -> None:
        write_to(42)
        mail = receive(written("Give me the refund", From=STRANGER, Subject="Re: Parcel [T-42]"))
        assert mail.verdict == "feedback"

    def test_of_another_ticket_of_ours_it_begins_a_thread(self, mailbox: Source) -> None:
        write_to(42)
        assert receive(written("Hello", Subject="Re: Parcel [T-43]")).verdict == "feedback"


def test_what_follows_waits_until_the_first_is_judged(first: Mail) -> None:
    receive(written("I forgot: order A-17.", In_Reply_To=first.message_id))
    assert take_up_answers() == 0
    triage_arrivals()
    assert take_up_answers() == 1


def test_what_follows_is_put_on_the_ticket_of_the_first(first: Mail) -> None:
    triage_arrivals()
    ticket = make_ticket(make_group(), feedback=first.feedback)
    receive(written("I forgot: order A-17.", In_Reply_To=first.message_id))
    take_up_answers()
    said = ticket.timeline.filter(kind="customer_message").values_list("text", flat=True)
    assert list(said) == ["I forgot: order A-17."]


def test_what_follows_nothing_that_became_a_ticket_is_heard_for_itself(first: Mail) -> None:
    triage_arrivals()
    assert not Ticket.objects.exists()
    receive(written("It came, and is broken.", In_Reply_To=first.message_id))
    take_up_answers()
    assert Feedback.objects.filter(comment="It came, and is broken.").exists()
    assert Mail.objects.filter(verdict="answer").count() == 0


class TestAtASignedAddress:
    def test_from_another_address_the_ticket_says_from_which(self, mailbox: Source) -> None:
        ticket = make_ticket(make_group())
        receive(written("It is I.", From=STRANGER, To=reply_address(ticket.pk)))
        take_up_answers()
        entry = ticket.timeline.get(kind="customer_message")
        assert entry.reason["written_from"] == "mallory@other.example"

    def test_from_a_colleague_it_is_refused(self, mailbox: Source) -> None:
        make_person("Bo", email="bo@shop.example")
        mail = receive(written("Close it.", From="Bo@shop.example", To=reply_address(42)))
        assert (mail.verdict, mail.reason) == ("refused", "from the address of a colleague")

    def test_from_a_colleague_whom_we_wrote_to_as_a_customer_it_is_theirs(
        self, mailbox: Source
    ) -> None:
        make_person("Bo", email="bo@shop.example")
        write_to(42, to="bo@shop.example")
        mail = receive(written("Mine.", From="bo@shop.example", To=reply_address(42)))
        assert mail.verdict == "answer"


class TestTheSameByTwoWays:
    def test_is_heard_once(self, mailbox: Source) -> None:
        sent = written("It never came.", Message_ID="<one@customer.example>")
        receive(sent)
        longer = sent.replace(b"never came.", b"never  came.\n")
        again = receive(b"Received: from a list\n" + longer)
        assert (again.verdict, Feedback.objects.count()) == ("duplicate", 1)

    def test_is_taken_up_once(self, mailbox: Source) -> None:
        sent = written("And now?", To=reply_address(42), Message_ID="<one@customer.example>")
        mails = [receive(sent), receive(b"Received: from a list\n" + sent)]
        assert [mail.verdict for mail in mails] == ["answer", "duplicate"]

    def test_by_its_words_too_since_an_id_may_be_given_to_all(self, mailbox: Source) -> None:
        for words in ("It never came.", "It came broken."):
            receive(written(words, Message_ID="<one@customer.example>"))
        assert Feedback.objects.count() == 2

    def test_without_an_id_by_its_date(self, mailbox: Source) -> None:
        for date in ("Fri, 20 Nov 2026 09:00:00 +0900",) * 2 + ("Fri, 20 Nov 2026 09:05:00 +0900",):
            sent = written("It never came.", Message_ID="", Date=date)
            receive(b"Received: from %d\n" % Mail.objects.count() + sent)
        assert Feedback.objects.count() == 2
