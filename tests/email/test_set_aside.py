"""What could not be read or was not let in is seen, and decided by admins."""

import pytest
from django.test import Client
from django.urls import reverse

from feedback.email.addresses import reply_address
from feedback.email.models import Mail
from feedback.intake.models import Feedback, Source
from tests.cast import Cast
from tests.email.mails import make_unreadable, receive, written
from tests.makers import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast: Cast, client: Client) -> Client:
    client.force_login(cast.admin)
    return client


@pytest.fixture
def refused(cast: Cast, mailbox: Source) -> Mail:
    said = written("Close it.", From=cast.agent.email, To=reply_address(42))
    return receive(said)


def press(desk: Client, mail: Mail) -> str:
    """What the page says after that."""
    answer = desk.post(reverse("mail-again", args=[mail.pk]), follow=True)
    mail.refresh_from_db()
    return answer.content.decode()


def test_both_are_shown_with_their_reason(desk: Client, refused: Mail, mailbox: Source) -> None:
    make_unreadable(mailbox, b"\0")
    page = desk.get(reverse("mails")).content.decode()
    assert refused.sender in page
    assert "From the address of a colleague" in page
    assert "It could not be read as a mail <code>NotAMail</code>" in page
    assert "Without a subject" in page


def test_what_can_be_read_by_now_is_heard_as_received_when_it_came(
    desk: Client, mailbox: Source
) -> None:
    mail = make_unreadable(mailbox, written("It never came."))
    assert "It was read" in press(desk, mail)
    heard = Feedback.objects.get()
    assert (heard.comment, heard.received_at, mail.verdict) == ("It never came.", NOW, "feedback")


def test_what_cannot_be_read_stays(desk: Client, mailbox: Source) -> None:
    mail = make_unreadable(mailbox, b"\0")
    assert "It still cannot be read" in press(desk, mail)
    assert mail.verdict == "unreadable"


def test_what_was_refused_is_heard_once_an_admin_says_so(desk: Client, refused: Mail) -> None:
    press(desk, refused)
    assert (refused.verdict, Feedback.objects.get().comment) == ("feedback", "Close it.")
    assert desk.post(reverse("mail-again", args=[refused.pk])).status_code == 404


def test_it_is_saved_as_it_came(desk: Client, refused: Mail) -> None:
    answer = desk.get(reverse("mail-raw", args=[refused.pk]))
    assert answer.content == bytes(refused.raw or b"")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


def test_what_was_heard_is_not_saved_from_here(desk: Client, mailbox: Source) -> None:
    mail = receive(written())
    assert desk.get(reverse("mail-raw", args=[mail.pk])).status_code == 404
