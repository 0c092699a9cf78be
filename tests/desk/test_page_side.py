"""Beside a ticket an agent writes to somebody else, on its page …"""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cxloop.kernel.letters import deliver_letters
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from desk.models import Draft
from feedback.email.addresses import side_address
from feedback.email.models import Mail
from feedback.intake.models import Contactable
from feedback.intake.receipts import status_url
from tests.cast import Cast
from tests.desk.browsing import browse, sent, text_of, ticket_of_today
from tests.desk.test_page_ticket import act
from tests.email.mails import CUSTOMER, make_mailbox, receive, written
from tests.makers import make_customer, make_feedback
from tests.recovery.asking import ask_all, resolve
from tickets.recovery.links import question_link
from tickets.work.actions.talk import reply
from tickets.work.actor import acting
from tickets.work.models import Attachment, SideThread, Ticket
from tickets.work.sweeps import take_up_answers

pytestmark = pytest.mark.django_db

CARRIER = "claims@carrier.example"
SAID = {"to": CARRIER, "name": "Carrier", "subject": "Parcel 4711", "body": "Where is it?"}


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    make_mailbox()
    return ticket_of_today(cast.group, customer=make_customer(CUSTOMER))


@pytest.fixture
def thread(cast: Cast, ticket: Ticket) -> SideThread:
    sent(act(browse(cast.agent), ticket, "side", **SAID), f"/tickets/{ticket.ref}")
    return SideThread.objects.get()


def page_of(person, ticket: Ticket, query: str = "") -> str:
    return browse(person).get(f"/tickets/{ticket.ref}{query}").content.decode()


def answered(thread: SideThread, sender: str = CARRIER) -> None:
    receive(written("We search for it.", From=sender, To=side_address(thread.pk)))
    take_up_answers()


def test_it_stands_apart_and_is_marked(cast: Cast, thread: SideThread, ticket: Ticket) -> None:
    answered(thread)
    page = page_of(cast.viewer, ticket)
    section = page[page.index('id="asides"') : page.index('id="timeline"')]
    assert "the customer does not see this" in section
    assert all(word in section for word in ("Parcel 4711", CARRIER, "We search for it."))
    assert "Write on" not in section


def test_it_is_written_on_where_it_was_begun(cast, thread, ticket) -> None:
    page = page_of(cast.agent, ticket, f"?thread={thread.pk}")
    assert 'id="say-side" value="side" autocomplete="off" checked' in page
    assert 'id="side-to"' not in page
    sent(
        act(browse(cast.agent), ticket, "side", thread=thread.pk, body="And now?"),
        f"/tickets/{ticket.ref}",
    )
    assert [row.to for row in Letter.objects.filter(kind="side")] == [CARRIER] * 2


@pytest.mark.parametrize("number", ["999999999", "x", "-1", "9" * 40, "²"])
def test_of_no_thread_that_is_here_one_is_begun(cast, thread, ticket, number: str) -> None:
    assert 'id="side-to"' in page_of(cast.agent, ticket, f"?thread={number}")


def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(cast, ticket) -> None:
    response = act(browse(cast.agent), ticket, "side", **SAID | {"to": CUSTOMER})
    assert response.status_code == 422
    assert "That is the customer. Write a reply" in text_of(response)
    assert "Where is it?" in response.content.decode()
    assert Draft.objects.get().verb == "side"
    assert not SideThread.objects.exists()


def test_a_thread_that_is_gone_is_said(cast, thread, ticket) -> None:
    other = ticket_of_today(cast.group)
    response = act(browse(cast.agent), other, "side", thread=thread.pk, body="And now?")
    assert response.status_code == 422
    assert "not on the ticket any more" in text_of(response)


def test_a_file_goes_along(cast, ticket) -> None:

    upload = SimpleUploadedFile("label.txt", b"4711")
    sent(act(browse(cast.agent), ticket, "side", **SAID, upload=upload), f"/tickets/{ticket.ref}")
    assert Attachment.objects.get().entry.kind == "side_letter"
    assert "label.txt" in page_of(cast.viewer, ticket)


def test_it_is_taken_back_before_it_leaves(cast, thread, ticket) -> None:
    assert "Nothing has left yet" in page_of(cast.agent, ticket)
    assert "Nothing has left yet" not in page_of(cast.lead, ticket)
    where = f"/tickets/{ticket.ref}?after=0"
    drawn_anew = browse(cast.agent).get(where, HTTP_HX_REQUEST="true").content.decode()
    assert "Nothing has left yet" in drawn_anew
    sent(act(browse(cast.agent), ticket, "side-back", thread=thread.pk), f"/tickets/{ticket.ref}")
    assert Letter.objects.get(kind="side").state == "withdrawn"
    assert "taken back" in page_of(cast.agent, ticket)


def test_too_late_it_says_so(cast, thread, ticket) -> None:
    Letter.objects.update(leave_at=moment())
    deliver_letters()
    response = act(browse(cast.agent), ticket, "side-back", thread=thread.pk)
    assert response.status_code == 409
    assert "It has left already" in text_of(response)


def test_whose_words_they_are_is_said(cast, thread, ticket) -> None:
    answered(thread, CUSTOMER)
    answered(thread, "bo@carrier.example")
    page = page_of(cast.agent, ticket)
    assert "It counts as no message of theirs" in page
    assert "It was written to Carrier; somebody else has answered." in page


def test_an_open_page_is_told(cast, thread, ticket) -> None:
    answered(thread)
    asked = browse(cast.agent).get(f"/tickets/{ticket.ref}?after=0", HTTP_HX_REQUEST="true")
    page = asked.content.decode()
    assert 'id="asides" hx-swap-oob="true"' in page
    assert "We search for it." in page


def test_the_mail_is_shown_as_it_came(cast, thread, ticket) -> None:
    answered(thread)
    mail = Mail.objects.get(side_number=thread.pk)
    assert f"/tickets/{ticket.ref}/mails/{mail.pk}" in page_of(cast.viewer, ticket)
    assert browse(cast.viewer).get(f"/tickets/{ticket.ref}/mails/{mail.pk}").status_code == 200
    assert browse(cast.outsider).get(f"/tickets/{ticket.ref}/mails/{mail.pk}").status_code == 404


class TestCustomer:
    """Never sees it."""

    def test_on_their_page_of_the_question(self, cast, thread, ticket) -> None:
        answered(thread)
        left = moment() - timedelta(minutes=1)
        reply(ticket, body="We asked the carrier.", by=acting(cast.agent), now=left)
        resolve(ticket, by=cast.agent, now=moment())
        ask_all(moment())
        page = self.read(question_link(ticket.pk, 1))
        assert "We asked the carrier." in page
        self.says_nothing(page)

    def test_on_their_receipt_page(self, cast, ticket, thread) -> None:
        heard = make_feedback(comment="Lost", judged=True)
        ticket.feedback_links.create(feedback=heard, received_at=moment(), linked_at=moment())
        Ticket.objects.update(contactable=Contactable.RECEIPT)
        answered(thread)
        answered(thread, CUSTOMER)
        self.says_nothing(self.read(status_url(heard.pk)))

    def test_in_letters_to_them(self, cast, thread, ticket) -> None:
        answered(thread)
        reply(ticket, body="We asked.", by=acting(cast.agent), now=moment())
        letter = Letter.objects.get(kind="reply")
        beside = Letter.objects.get(kind="side")
        said = f"{letter.subject} {letter.body} {letter.references} {letter.reply_to}"
        self.says_nothing(said)
        assert beside.message_id not in said
        assert CUSTOMER not in f"{beside.subject} {beside.body} {beside.references}"

    def read(self, link: str) -> str:
        response = browse(None).get(link.partition("//")[2].partition("/")[2].join(["/", ""]))
        assert response.status_code == 200
        return response.content.decode()

    def says_nothing(self, page: str) -> None:
        for word in ("Where is it?", "We search", CARRIER, "Parcel 4711", "Carrier"):
            assert word not in page, word
