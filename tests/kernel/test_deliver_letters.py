import socket
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPResponseException

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError

from cxloop.kernel import letters
from cxloop.kernel.files import keep_file
from cxloop.kernel.letters import (
    RETRY_AFTER,
    Draft,
    _end_sending,
    _note_failure,
    call_back,
    deliver_letters,
    erase_letters,
    erase_words,
    is_permanent,
    write_letter,
)
from cxloop.kernel.models import Letter

pytestmark = pytest.mark.django_db(transaction=True)


class Receiver(threading.Thread):
    """An SMTP server over a real socket that answers RCPT as it is told."""

    def __init__(self, answer: bytes) -> None:
        super().__init__(daemon=True)
        self.answer = answer
        self.received: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def run(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb", buffering=0) as lines:
                self.talk(lines)

    def talk(self, lines) -> None:
        lines.write(b"220 test\r\n")
        while line := lines.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                lines.write(b"354 go on\r\n")
                while (part := lines.readline()) != b".\r\n":
                    self.received.append(part)
            lines.write(self.answer if verb == b"RCPT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return


@pytest.fixture
def smtp(request: pytest.FixtureRequest, settings: LazySettings) -> Iterator[Receiver]:
    receiver = Receiver(getattr(request, "param", b"250 ok\r\n"))
    receiver.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", receiver.port
    yield receiver
    receiver.listener.close()


@pytest.fixture
def now() -> datetime:
    """Long ago, so that what waits has been waiting."""
    return datetime.fromisoformat("2026-01-01T00:00:00+00:00")


def write(now: datetime, key: str = "test:1", **more) -> Letter:
    draft = Draft(key=key, kind="test", to="a@example.com", subject="안녕", body="Hello", **more)
    return write_letter(draft, now=now)


def test_each_letter_leaves_once(smtp: Receiver, now: datetime) -> None:
    write(now)
    write(now)
    assert deliver_letters() == 1
    assert deliver_letters() == 0
    letter = Letter.objects.get()
    assert letter.state == "sent"
    assert f"Message-ID: {letter.message_id}\r\n".encode() in smtp.received


@pytest.mark.parametrize("smtp", [b"550 no such user\r\n"], indirect=True)
def test_a_refused_address_is_dead_at_once(smtp: Receiver, now: datetime) -> None:
    write(now)
    deliver_letters()
    letter = Letter.objects.get()
    assert letter.state == "dead"
    assert letter.died_at
    assert "no such user" in letter.last_error


@pytest.mark.parametrize("smtp", [b"451 later\r\n"], indirect=True)
def test_a_busy_server_is_tried_again_later(smtp: Receiver, now: datetime) -> None:
    write(now)
    deliver_letters()
    letter = Letter.objects.get()
    assert (letter.state, letter.attempts) == ("waiting", 1)
    assert letter.leave_at > now + RETRY_AFTER[0]
    assert deliver_letters() == 0


@pytest.mark.parametrize("smtp", [b"451 later\r\n"], indirect=True)
def test_in_the_end_it_is_dead_and_seen(smtp: Receiver, now: datetime) -> None:
    write(now)
    for _ in range(len(RETRY_AFTER) + 1):
        Letter.objects.update(leave_at=now)
        deliver_letters()
    assert Letter.objects.get().state == "dead"


def test_a_letter_whose_sender_died_leaves_when_its_lease_ends(
    smtp: Receiver, now: datetime
) -> None:
    write(now)
    Letter.objects.update(state="sending", leave_at=now + timedelta(days=9999))
    assert deliver_letters() == 0
    Letter.objects.update(leave_at=now)
    assert deliver_letters() == 1


def test_a_secret_is_forgotten_once_it_left(smtp: Receiver, now: datetime) -> None:
    write(now, secret=True)
    deliver_letters()
    assert Letter.objects.get().body == ""


def test_its_words_leave_plain_and_as_a_page(smtp: Receiver, now: datetime) -> None:
    write(now, language="ko")
    deliver_letters()
    read = message_from_bytes(b"".join(smtp.received), policy=default)
    assert read.get_content_type() == "multipart/alternative"
    plain, page = read.iter_parts()
    assert (plain.get_content_type(), plain.get_content()) == ("text/plain", "Hello")
    assert page.get_content_type() == "text/html"
    assert '<html lang="ko"' in page.get_content()
    assert '<p dir="auto">Hello</p>' in page.get_content()


def test_what_is_enclosed_stands_beside_both(smtp: Receiver, now: datetime) -> None:
    draft = Draft(key="x", kind="t", to="a@example.com", subject="Hi", body="Hello")
    write_letter(draft, files=[keep_file("a.txt", b"one", now=now)], now=now)
    deliver_letters()
    read = message_from_bytes(b"".join(smtp.received), policy=default)
    kinds = [part.get_content_type() for part in read.iter_parts()]
    assert (read.get_content_type(), kinds) == (
        "multipart/mixed",
        ["multipart/alternative", "text/plain"],
    )


def test_a_subject_cannot_add_a_header(smtp: Receiver, now: datetime) -> None:
    draft = Draft(key="x", kind="t", to="a@example.com", subject="Hi\r\nBcc: b@evil", body="Hello")
    write_letter(draft, now=now)
    deliver_letters()
    assert not [line for line in smtp.received if line.lower().startswith(b"bcc")]


def test_without_smtp_it_becomes_one_file(
    settings: LazySettings, tmp_path: Path, now: datetime
) -> None:
    settings.EMAIL_BACKEND = "cxloop.kernel.eml.EmlBackend"
    settings.LETTERS_FOLDER = tmp_path / "letters"
    write(now)
    deliver_letters()
    Letter.objects.update(state="waiting")
    deliver_letters()
    (file,) = (tmp_path / "letters").iterdir()
    assert file.suffix == ".eml"


def test_a_letter_that_finds_no_room_leaves_no_half_behind(
    settings: LazySettings, tmp_path: Path, now: datetime
) -> None:
    settings.EMAIL_BACKEND = "cxloop.kernel.eml.EmlBackend"
    settings.LETTERS_FOLDER = tmp_path
    letter = write(now)
    digest = letter.message_id.strip("<>").partition("@")[0]
    (tmp_path / f"{digest}.eml" / "in the way").mkdir(parents=True)
    deliver_letters()
    assert Letter.objects.get().state == "waiting"
    assert [one.name for one in tmp_path.iterdir()] == [f"{digest}.eml"]


class TestErasedWhileASenderHasItInHand:
    """It leaves; here nothing of it stays."""

    @pytest.mark.parametrize("whole", [True, False])
    def test_no_file_is_left(
        self,
        whole: bool,
        settings: LazySettings,
        tmp_path: Path,
        now: datetime,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        settings.EMAIL_BACKEND = "cxloop.kernel.eml.EmlBackend"
        settings.LETTERS_FOLDER = tmp_path
        letter = write(now)
        as_it_was = letters._as_email

        def erased_meanwhile(letter: Letter) -> EmailMultiAlternatives:
            email = as_it_was(letter)
            rows = Letter.objects.filter(pk=letter.pk)
            erase_letters(rows, now=now) if whole else erase_words(rows, instead="Something waits")
            return email

        monkeypatch.setattr(letters, "_as_email", erased_meanwhile)
        deliver_letters()
        assert list(tmp_path.iterdir()) == []
        letter.refresh_from_db()
        assert letter.state == ("dead" if whole else "sent")

    def test_no_half_of_one_is_left(
        self, settings: LazySettings, tmp_path: Path, now: datetime
    ) -> None:
        settings.LETTERS_FOLDER = tmp_path
        letter, other = write(now), write(now, key="test:2")
        for one in (letter, other):
            (tmp_path / f".{one.message_id[1:].partition('@')[0]}.42.part").write_text("Hello")
        erase_letters(Letter.objects.filter(pk=letter.pk), now=now)
        (left,) = tmp_path.iterdir()
        assert other.message_id[1:20] in left.name


@pytest.mark.parametrize(
    ("error", "permanent"),
    [
        (SMTPRecipientsRefused({"a": (550, b"no")}), True),
        (SMTPRecipientsRefused({"a": (451, b"later")}), False),
        (SMTPResponseException(554, b"no"), True),
        (SMTPResponseException(421, b"later"), False),
        (TimeoutError(), False),
    ],
)
def test_it_knows_when_trying_again_cannot_help(error: Exception, permanent: bool) -> None:
    assert is_permanent(error) is permanent


class TestCallBack:
    """What a letter is about is settled before it left."""

    def test_it_does_not_leave(self, smtp: Receiver, now: datetime) -> None:
        letter = write(now, about=("clock:1", "clock:2"))
        call_back(["clock:2", "clock:3"], "met", now=now)
        assert deliver_letters() == 0
        letter.refresh_from_db()
        assert (letter.state, letter.withdrawn_at) == ("withdrawn", now)
        assert letter.withdrawn_why == "met"
        assert smtp.received == []

    def test_others_leave(self, smtp: Receiver, now: datetime) -> None:
        write(now, about=("clock:1",))
        call_back(["clock:11"], "met", now=now)
        assert deliver_letters() == 1

    def test_one_in_a_senders_hand_is_not_tried_again(self, now: datetime) -> None:
        letter = write(now, about=("clock:1",))
        Letter.objects.update(state="sending", attempts=1)
        letter.refresh_from_db()
        call_back(["clock:1"], "met", now=now)
        assert Letter.objects.get().state == "sending"
        _note_failure(letter, OSError("gone"))
        assert Letter.objects.get().state == "withdrawn"

    def test_one_whose_sender_died_is_not_tried_again(self, smtp: Receiver, now: datetime) -> None:
        write(now, about=("clock:1",))
        Letter.objects.update(state="sending")
        call_back(["clock:1"], "met", now=now)
        deliver_letters()
        assert Letter.objects.get().state == "withdrawn"
        assert smtp.received == []

    def test_one_that_arrived_all_the_same_says_both(self, now: datetime) -> None:
        letter = write(now, about=("clock:1",))
        Letter.objects.update(state="sending")
        call_back(["clock:1"], "met", now=now)
        _end_sending(letter, state="sent", sent_at=now)
        letter.refresh_from_db()
        assert (letter.state, letter.withdrawn_why) == ("sent", "met")

    def test_none_is_withdrawn_without_a_reason(self, now: datetime) -> None:
        write(now)
        with pytest.raises(IntegrityError, match="withdrawn_letter_has_reason"):
            Letter.objects.update(state="withdrawn")
