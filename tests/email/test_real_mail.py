"""Real bounces, real automatic replies and real awkward mail."""

import json
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from cxloop.kernel.file_kinds import kind_of, tidy_name
from feedback.email.files import MailFile
from feedback.email.quotes import newest_words
from feedback.email.reading import read_mail
from feedback.intake.models import Feedback
from tests.email.mails import receive, written

EXPECTED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "expected" / "mime.json").read_text(encoding="utf-8")
)

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


@pytest.mark.parametrize("name", EXPECTED)
def test_awkward_mail_says_what_a_person_reads_in_it(name: str, real_data: Path) -> None:
    raw = (real_data / "email" / "mime" / name).read_bytes()
    mail = receive(raw)
    expected = EXPECTED[name]
    assert bytes(mail.raw or b"") == raw
    assert mail.verdict == expected["verdict"]
    read = read_mail(raw)
    assert (read.subject, read.sender) == (expected["subject"], expected["sender"])
    assert read.sender_name == expected["name"]
    assert_words(read.text, expected)
    assert_files(read.files, expected["files"])


def assert_words(text: str, expected: dict[str, Any]) -> None:
    assert text == expected.get("text", expected["subject"] if "wordless" in expected else text)
    assert text.startswith(expected.get("begins", ""))
    assert text.endswith(expected.get("ends", ""))
    assert [phrase for phrase in expected.get("has", []) if phrase not in text] == []


def assert_files(found: Sequence[MailFile], expected: list[dict[str, Any]]) -> None:
    assert len(found) == len(expected)
    for file, said in zip(found, expected, strict=True):
        name = tidy_name(file.name)
        assert fnmatchcase(name, said["name"])
        assert kind_of(file.body, name) == said["kind"]
        assert len(file.body) == said.get("size", len(file.body))
        assert file.inline == said["inline"]


def test_all_of_it_was_read(real_data: Path) -> None:
    assert sorted(EXPECTED) == sorted(
        path.name for path in (real_data / "email" / "mime").glob("*.eml")
    )


def test_quoted_mails_are_read(real_data: Path) -> None:
    replies = real_data / "email" / "quoted-replies" / "talon" / "standard_replies"
    texts = {path.name: receive(path.read_bytes()).text for path in replies.glob("*.eml")}
    assert len(texts) == 12
    assert set(texts.values()) == {"Hello"}


LOREM = tuple(f"email_{number}.txt" for number in (*range(7, 19), *range(22, 27)))
OTHERS = {
    "email_1.txt": ("Hi folks", "-Abhishek Kona"),
    "email_2.txt": ("Hi,", 'them all individually."'),
    "email_2_1.txt": ("Outlook with a reply", "Outlook with a reply"),
    "email_3.txt": ("Oh thanks.", "-Abhishek Kona"),
    "email_4.txt": ("Awesome!", "with it."),
    "email_5.txt": ("One: Here", "for a while."),
    "email_21.txt": ("", "mollit anim id est laborum."),
}


def test_most_quoted_replies_are_told_without_what_they_answer(real_data: Path) -> None:
    """Where a program leaves no sign of where the old begins, all of it stays."""
    folder = real_data / "email" / "quoted-replies"
    missed = [name for name in LOREM if not told(folder, name, "Fusce bibendum", "nec nec nibh.")]
    missed += [name for name, ends in OTHERS.items() if not told(folder, name, *ends)]
    pages = sorted((folder / "talon" / "html_replies").glob("*.html"))
    missed += [path.name for path in pages if words_of(path).split() != HI_I_AM_FINE]
    assert len(pages) == 9
    assert missed == ["email_15.txt"]


HI_I_AM_FINE = ["Hi.", "I", "am", "fine.", "Thanks,", "Alex"]


def told(folder: Path, name: str, begins: str, ends: str) -> bool:
    text = newest_words((folder / "crisp" / name).read_text(encoding="utf-8"))
    return text.startswith(begins) and text.endswith(ends)


def words_of(page: Path) -> str:
    kind = "text/html; charset=utf-8"
    return read_mail(written(page.read_bytes(), Content_Type=kind)).text
