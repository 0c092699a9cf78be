"""A mail that answers what we wrote to somebody else beside a ticket stays there."""

import pytest

from cxloop.kernel.letters import Draft, deliver_letters, write_letter
from cxloop.kernel.models import Letter
from feedback.email.addresses import (
    read_reply_address,
    read_side_address,
    reply_address,
    side_address,
)
from feedback.email.mailboxes import source_at
from feedback.email.models import Mail
from feedback.intake.models import Feedback, Source
from tests.email.mails import CUSTOMER, receive, written
from tests.makers import NOW, make_person

pytestmark = pytest.mark.django_db

CARRIER = "claims@carrier.example"
STRANGER = "Mallory <mallory@other.example>"


def write_to(side: int, to: str = CARRIER) -> Letter:
    draft = Draft(f"test:{side}:{to}", "side", to, "Claim", "?", reply_to=side_address(side))
    letter = write_letter(draft, now=NOW)
    deliver_letters()
    return letter


def read(mail: Mail) -> tuple[str, int | None, int | None]:
    return mail.verdict, mail.side_number, mail.ticket_number


class TestAddress:
    def test_it_is_told_from_that_of_a_ticket(self) -> None:
        assert read_side_address(side_address(17)) == 17
        assert read_side_address(side_address(17).upper()) == 17
        assert read_reply_address(side_address(17)) is None
        assert read_side_address(reply_address(17)) is None

    @pytest.mark.parametrize("number", ["s18", "17", "s", "s17x", "S-17", "s" + "1" * 19])
    def test_nobody_makes_one_of_another(self, number: str) -> None:
        signature = side_address(17).partition("+")[2].partition(".")[2]
        box = side_address(17).partition("+")[0]
        assert read_side_address(f"{box}+{number}.{signature}") is None
        assert read_reply_address(f"{box}+{number}.{signature}") is None

    def test_it_is_a_mailbox_of_ours(self, mailbox: Source) -> None:
        assert source_at(side_address(17)) == mailbox
        assert source_at(side_address(17).replace(".", "x", 1)) is None


class TestGoes:
    def test_by_the_signed_address_it_is_said_there(self, mailbox: Source) -> None:
        write_to(17)
        mail = receive(written("We search.", From=CARRIER, To=side_address(17)))
        assert read(mail) == ("answer", 17, None)
        assert not Feedback.objects.exists()

    def test_it_does_whatever_else_it_names(self, mailbox: Source) -> None:
        to = f"{reply_address(42)}, {side_address(17)}"
        assert read(receive(written("Both.", From=CARRIER, To=to))) == ("answer", 17, None)

    def test_by_what_it_refers_to_it_does_too(self, mailbox: Source) -> None:
        letter = write_to(17)
        mail = receive(written("We search.", From=CARRIER, In_Reply_To=letter.message_id))
        again = receive(written("Found.", From=CARRIER, In_Reply_To=mail.message_id))
        assert [read(mail), read(again)] == [("answer", 17, None)] * 2

    def test_a_stranger_needs_the_address(self, mailbox: Source) -> None:
        letter = write_to(17)
        mail = receive(written("Hello", From=STRANGER, In_Reply_To=letter.message_id))
        assert read(mail) == ("feedback", None, None)
        mail = receive(written("Hello", From=STRANGER, To=side_address(17)))
        assert read(mail) == ("answer", 17, None)

    def test_from_a_colleague_it_is_no_refused_mail(self, mailbox: Source) -> None:
        make_person("Bo", email="bo@shop.example")
        mail = receive(written("Ask Kim.", From="bo@shop.example", To=side_address(17)))
        assert read(mail) == ("answer", 17, None)

    def test_from_the_customer_it_proves_nothing(self, mailbox: Source) -> None:
        write_to(17, CUSTOMER)
        mail = receive(written("It is I.", To=side_address(17)))
        assert read(mail) == ("answer", 17, None)
        assert not mail.proves_address

    def test_nobodys_words_do_not(self, mailbox: Source) -> None:
        mail = receive(
            written("Away.", From=CARRIER, To=side_address(17), Auto_Submitted="auto-replied")
        )
        assert read(mail) == ("automatic", None, None)

    def test_what_comes_from_such_an_address_is_our_own(self, mailbox: Source) -> None:
        assert receive(written(From=side_address(17))).verdict == "automatic"
