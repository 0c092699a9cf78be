"""A file that leaves with a letter …"""

from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.policy import default

import pytest
from django.core.mail import EmailMessage

from cxloop.kernel.files import keep_file
from cxloop.kernel.letters import Draft, deliver_letters, write_letter
from tests.kernel.pictures import picture

pytestmark = pytest.mark.django_db
KOREAN = "배송이 늦어요"
FORWARDED = f"From: a@example.com\r\nSubject: {KOREAN}\r\n\r\n{KOREAN}\r\n".encode("cp949")


def enclosed(name: str, body: bytes, outbox: list[EmailMessage]) -> tuple[bytes, Message]:
    """The letter as it left, and the file in it."""
    now = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    draft = Draft(key="a", kind="reply", to="a@example.com", subject="Here", body="Here it is.")
    write_letter(draft, files=[keep_file(name, body, now=now)], now=now)
    assert deliver_letters() == 1
    (sent,) = outbox
    raw = sent.message().as_bytes(linesep="\r\n")
    (part,) = message_from_bytes(raw, policy=default).iter_attachments()  # type: ignore[attr-defined]
    return raw, part


@pytest.mark.parametrize(
    "name, body, kind",
    [
        ("a.txt", b"one\ntwo\r\nthree\rfour", "text/plain"),
        ("a.csv", f"{KOREAN},1\r\n".encode() * 500, "text/csv"),
        ("a.txt", KOREAN.encode("cp949"), "application/octet-stream"),
        ("a.txt", picture(), "application/octet-stream"),
        ("mail.eml", FORWARDED, "application/octet-stream"),
        ("mail.mht", FORWARDED, "application/octet-stream"),
        ("a.html", b"<b>\n</b>", "text/html"),
        ("a.png", picture(), "image/png"),
        ("no ending", b"\x00\xff\r\n", "application/octet-stream"),
        ("a.js", b"alert(1)\n", "application/octet-stream"),
    ],
)
def test_arrives_byte_for_byte(
    name: str, body: bytes, kind: str, mailoutbox: list[EmailMessage]
) -> None:
    _, part = enclosed(name, body, mailoutbox)
    assert part.get_payload(decode=True) == body
    assert (part.get_filename(), part.get_content_type()) == (name, kind)


def test_is_by_a_third_larger_in_any_language(mailoutbox: list[EmailMessage]) -> None:
    """Else what is small enough for a mail server here would be too large for it there."""
    body = (KOREAN * 2_000).encode() * 10
    raw, _ = enclosed("a.txt", body, mailoutbox)
    assert len(raw) < 1.4 * len(body) + 5_000


def test_has_no_line_that_is_too_long_whatever_it_is_called(
    mailoutbox: list[EmailMessage],
) -> None:
    name = "가" * 190 + ".txt"
    raw, part = enclosed(name, b"text", mailoutbox)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert part.get_filename() == name
