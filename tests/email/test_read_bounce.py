"""read_bounce …"""

import pytest

from feedback.email.bounces import Bounce
from feedback.email.reading import read_mail
from tests.email.mails import CUSTOMER, bounce_of, written

OURS = "<0123abc@shop.example>"
DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.example>"


def bounce(raw: bytes) -> Bounce | None:
    return read_mail(raw).bounce


def free_form(words: str, **said: str) -> bytes:
    returned = f"Return-Path: <care@shop.example>\nTo: {CUSTOMER}\nMessage-ID: {OURS}\n\nSent.\n"
    given = {"From": DAEMON, "Subject": "Mail delivery failed: returning message to sender"}
    return written(f"{words}\n\n------ This is a copy ------\n\n{returned}", **given | said)


@pytest.mark.parametrize(
    ("action", "status", "final"),
    [
        ("failed", "5.1.1", True),
        ("Failed", "5.0.0 (permanent failure)", True),
        ("failed", "4.4.7", True),  # given up, whatever it was that kept it
        ("", "5.1.1", True),
        ("delayed", "4.4.1", False),
        ("relayed", "2.0.0", False),
        ("delivered", "2.0.0", False),
        ("expanded", "2.0.0", False),
        ("", "4.2.2", False),
    ],
)
def test_it_reads_a_report_by_what_was_done(action: str, status: str, final: bool) -> None:
    said = "Your message waits." if not final else "Undelivered Mail"
    raw = bounce_of(OURS, action=action, status=status, Subject=said)
    if not final:
        raw = raw.replace(b"could not be delivered", b"is delayed")
    read = bounce(raw)
    assert read
    assert read.letters == (OURS,)
    assert (read.final, read.recipients) == (final, {CUSTOMER} if final else frozenset())


def test_it_says_why() -> None:
    read = bounce(bounce_of(OURS))
    assert read
    assert read.reason == "5.1.1 smtp; 550 5.1.1 User unknown"


@pytest.mark.parametrize(
    "words",
    [
        f"The following address failed:\n\n  {CUSTOMER}\n    550 5.1.1 User unknown",
        f"Hi. This is the qmail-send program.\n<{CUSTOMER}>:\nNo mailbox here. This is permanent.",
        f"<{CUSTOMER}>: host mx said: 550 no such user here",
        f"{CUSTOMER} 에게 메일을 보내지 못했습니다. 반송되었습니다.",
        f"Ваше сообщение не доставлено: {CUSTOMER}",
    ],
)
def test_it_reads_the_words_of_a_server(words: str) -> None:
    read = bounce(free_form(words))
    assert read
    assert (read.letters, read.recipients, read.final) == ((OURS,), {CUSTOMER}, True)


@pytest.mark.parametrize(
    "words",
    [
        f"Your message to {CUSTOMER} is delayed. Error 451. It will be retried for 4 days.",
        f"Warning: could not send message for past 4 hours to {CUSTOMER}, 550",
        f"{CUSTOMER}: temporarily deferred. No action is required. (failed so far)",
    ],
)
def test_it_leaves_a_letter_that_is_late_on_its_way(words: str) -> None:
    read = bounce(free_form(words, Subject="Delivery status"))
    assert read
    assert not read.final


def test_an_address_of_the_returned_letter_alone_has_not_failed() -> None:
    read = bounce(free_form("Something failed: other@x.example 550"))
    assert read
    assert read.recipients == {"other@x.example"}


def test_it_goes_by_the_header_of_exim_and_gmail() -> None:
    read = bounce(free_form("It failed for somebody.", X_Failed_Recipients=CUSTOMER))
    assert read
    assert read.recipients == {CUSTOMER}


@pytest.mark.parametrize(
    "raw",
    [
        written(),
        written(From="postmaster@tiny.example"),
        written("My parcel failed to arrive. Error 550 on your page."),
        written("I got this:\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\n"),
    ],
)
def test_it_takes_no_person_for_a_server(raw: bytes) -> None:
    assert bounce(raw) is None
