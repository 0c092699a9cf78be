"""Who answers our letter has the address that they name; who only names it has not."""

import pytest
from pytest_django import Settings

from cxloop.kernel.letters import Draft, deliver_letters, write_letter
from cxloop.kernel.models import Silence
from cxloop.kernel.moment import moment
from feedback.email.addresses import reply_address
from feedback.intake.models import Consent, Customer, Feedback, Source
from feedback.intake.silence import surveys_mark
from tests.email.mails import CUSTOMER, receive, written
from tests.makers import NOW, make_customer, make_group, make_ticket
from tickets.recovery.actions.refuse import has_refused, refuse_letters
from tickets.work.models import Ticket
from tickets.work.sweeps import take_up_answers

pytestmark = pytest.mark.django_db

SERVER = "mx.shop.example"


@pytest.fixture
def ticket(mailbox: Source) -> Ticket:
    """Of somebody who says that this is their address, and has a letter of ours there."""
    claim = make_customer(CUSTOMER, trusted=False, name="Kim")
    ticket = make_ticket(make_group(), customer=claim)
    address = reply_address(ticket.pk)
    write_letter(Draft("test:1", "reply", CUSTOMER, "Re", "Sorry.", reply_to=address), now=NOW)
    deliver_letters()
    return ticket


def answer(ticket: Ticket, **said: str) -> Customer:
    """Whose ticket it is after that."""
    receive(written("Thank you, and when?", To=reply_address(ticket.pk), **said))
    take_up_answers()
    ticket.refresh_from_db()
    assert ticket.customer is not None
    return ticket.customer


def test_the_ticket_is_a_trusted_customers_from_then_on(ticket: Ticket) -> None:
    person = answer(ticket)
    assert (person.trusted, person.email, person.name) == (True, CUSTOMER, "Kim")
    kinds = list(ticket.timeline.order_by("pk").values_list("kind", flat=True))
    assert kinds[-2:] == ["customer_message", "address_proven"]


def test_what_they_had_refused_stays_refused(ticket: Ticket) -> None:
    claim = ticket.customer
    assert claim
    refuse_letters(claim, Consent.Purpose.SURVEYS, now=moment())
    person = answer(ticket)
    assert person.trusted
    assert has_refused(person)
    assert not has_refused(person, Consent.Purpose.MARKETING)
    assert Silence.objects.filter(mark=surveys_mark(person.pk)).exists()


def test_it_is_proven_once(ticket: Ticket) -> None:
    assert answer(ticket) == answer(ticket)
    assert ticket.timeline.filter(kind="address_proven").count() == 1


def test_whom_a_server_named_with_that_address_it_is(ticket: Ticket) -> None:
    known = make_customer(CUSTOMER, identity="id:C-81", external_id="C-81")
    assert answer(ticket) == known


def test_where_two_are_named_a_colleague_says_who(ticket: Ticket) -> None:
    for number in ("C-81", "C-82"):
        make_customer(CUSTOMER, identity=f"id:{number}", external_id=number)
    assert not answer(ticket).trusted


def test_what_else_is_claimed_in_their_name_is_judged_as_a_claim(ticket: Ticket) -> None:
    person = answer(ticket)
    receive(written("Send me money."))
    claim = Feedback.objects.latest("pk").customer
    assert claim is not None
    assert (claim.trusted, person.trusted) == (False, True)


def test_from_another_address_nothing_is_proven(ticket: Ticket) -> None:
    assert not answer(ticket, From="mallory@other.example").trusted


def test_by_references_alone_nothing_is_proven(ticket: Ticket) -> None:
    receive(written("And?", Subject=f"Re: [{ticket.ref}]"))
    take_up_answers()
    ticket.refresh_from_db()
    assert ticket.customer is not None
    assert not ticket.customer.trusted


def test_against_the_word_of_our_server_nothing_is_proven(
    ticket: Ticket, settings: Settings
) -> None:
    settings.MAIL_AUTHENTICATORS = [SERVER]
    assert not answer(ticket, Authentication_Results=f"{SERVER}; dmarc=fail").trusted


class TestWhatServersFoundOut:
    @pytest.fixture(autouse=True)
    def ours(self, mailbox: Source, settings: Settings) -> None:
        settings.MAIL_AUTHENTICATORS = ["MX.shop.example"]

    def test_is_recorded_and_told(self) -> None:
        said = f"{SERVER} 1; spf=pass (ip (4) is ok; dmarc=fail) smtp.mailfrom=x; dkim=fail"
        said += "; dkim=pass"
        mail = receive(written(Authentication_Results=said))
        assert mail.authentication == {"server": SERVER, "spf": "pass", "dkim": "pass"}
        heard = Feedback.objects.get().context["sender_check"]
        assert heard == f"dkim=pass spf=pass, says {SERVER}"

    def test_is_believed_of_none_but_ours(self) -> None:
        mail = receive(written(Authentication_Results="mx.other.example; dmarc=pass"))
        assert (mail.authentication, Feedback.objects.get().context.get("sender_check")) == (
            {},
            None,
        )

    def test_is_what_stands_on_top(self) -> None:
        forged = f"Authentication-Results: {SERVER}; dmarc=pass\n".encode()
        above = f"Authentication-Results: {SERVER}; dmarc=fail\n".encode()
        mail = receive(above + forged + written())
        assert mail.authentication["dmarc"] == "fail"

    @pytest.mark.parametrize("said", [";", "none", SERVER, f"{SERVER}; none", "((((", "x" * 9000])
    def test_raises_nothing_whatever_stands_there(self, said: str) -> None:
        assert receive(written(Authentication_Results=said)).verdict == "feedback"
