"""Real bounces, real automatic replies and real awkward mail."""

from pathlib import Path

import pytest

from feedback.email.models import Mail
from feedback.intake.models import Feedback
from tests.email.mails import receive

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("mailbox"),
    pytest.mark.real_data,
]


def test_nothing_that_machines_wrote_opens_or_answers(real_data: Path) -> None:
    files = sorted((real_data / "email" / "bounces-and-autoreplies").glob("*.eml"))
    verdicts = {path.name: receive(path.read_bytes()).verdict for path in files}
    assert len(verdicts) == 295
    assert set(verdicts.values()) <= {"bounce", "automatic"}
    assert not Feedback.objects.exists()


def test_all_awkward_mail_is_stored(real_data: Path) -> None:
    files = sorted((real_data / "email" / "mime").glob("*.eml"))
    for path in files:
        mail = receive(path.read_bytes())
        assert bytes(mail.raw or b"") == path.read_bytes()
    assert len(files) == 75
    assert Mail.objects.count() == len({path.read_bytes() for path in files})
    assert Mail.objects.filter(verdict="unreadable").count() <= 1
    assert Feedback.objects.count() > 60


def test_quoted_mails_are_read(real_data: Path) -> None:
    replies = real_data / "email" / "quoted-replies" / "talon" / "standard_replies"
    texts = {path.name: receive(path.read_bytes()).text for path in replies.glob("*.eml")}
    assert len(texts) == 12
    assert set(texts.values()) == {"Hello"}
