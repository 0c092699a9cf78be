"""The files of a mail …"""

from typing import Any

import pytest

from cxloop.kernel.models import Content, File
from feedback.email.addresses import reply_address
from feedback.email.files import MailFile
from feedback.email.fitting import LEFT, MOST_BYTES, fit
from feedback.email.models import Mail
from feedback.intake.models import Feedback, FeedbackFile
from tests.cast import Cast, api
from tests.email.mails import CUSTOMER, in_parts, receive, written
from tests.makers import make_customer, make_ticket
from tickets.work.models import Attachment, Ticket
from tickets.work.sweeps import take_up_answers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailbox")]


def with_files(*files: tuple[str, str], **said: str) -> bytes:
    parts = [
        f"Content-Type: application/octet-stream; name={name}\n"
        f"Content-Disposition: attachment\n\n{body}"
        for name, body in files
    ]
    body, kind = in_parts("Content-Type: text/plain\n\nSee the file.", *parts)
    return written(body, Content_Type=kind, **said)


def names(rows: Any) -> list[str]:
    return list(rows.order_by("pk").values_list("file__name", flat=True))


class TestStandWithWhatWasSaid:
    def test_as_the_files_of_feedback(self) -> None:
        receive(with_files(("b.txt", "second"), ("a.txt", "first")))
        rows = FeedbackFile.objects.order_by("place").select_related("file")
        assert [(row.file.name, row.file.kind, row.file.size) for row in rows] == [
            ("b.txt", "text", 6),
            ("a.txt", "text", 5),
        ]
        assert Feedback.objects.get().context == {"subject": "Where is my parcel?"}

    def test_as_the_files_of_an_answer(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group, customer=make_customer(CUSTOMER))
        receive(with_files(("b.txt", "second"), ("a.txt", "first"), To=reply_address(ticket.pk)))
        take_up_answers()
        entry = ticket.timeline.get(kind="customer_message")
        rows = Attachment.objects.filter(entry=entry)
        assert names(rows) == ["b.txt", "a.txt"]
        assert (entry.text, entry.reason) == ("See the file.", {})
        assert not FeedbackFile.objects.exists()
        listed = api(cast.agent).get(f"/api/v1/tickets/{ticket.ref}/files").json()
        assert [one["name"] for one in listed] == ["b.txt", "a.txt"]

    def test_once_however_often_it_is_taken_up(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group, customer=make_customer(CUSTOMER))
        raw = with_files(("a.txt", "first"), To=reply_address(ticket.pk))
        receive(raw)
        take_up_answers()
        receive(raw)
        take_up_answers()
        assert Attachment.objects.count() == File.objects.count() == Content.objects.count() == 1

    def test_but_not_once_the_mail_was_erased(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group, customer=make_customer(CUSTOMER))
        receive(with_files(("a.txt", "first"), To=reply_address(ticket.pk)))
        Mail.objects.update(raw=None)
        take_up_answers()
        assert not Attachment.objects.exists()


class TestThatDoNotFit:
    def test_are_named_where_the_feedback_is_read(self) -> None:
        many = [(f"{number}.txt", "x" * number) for number in range(7)]
        mail = receive(with_files(*many))
        assert FeedbackFile.objects.count() == 5
        assert Feedback.objects.get().context[LEFT] == "0.txt (0 bytes), 6.txt (6 bytes)"
        assert b"6.txt" in bytes(mail.raw or b"")

    def test_are_named_where_the_answer_is_read(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group, customer=make_customer(CUSTOMER))
        receive(with_files(("a.txt", ""), To=reply_address(ticket.pk)))
        take_up_answers()
        assert Ticket.objects.get().timeline.get(kind="customer_message").reason == {
            LEFT: "a.txt (0 bytes)"
        }

    def test_leave_room_for_those_that_do(self) -> None:
        large = MailFile("large.bin", b"x" * MOST_BYTES)
        small = [MailFile(f"{size}.bin", b"x" * size) for size in (1, 2)]
        fitted = fit([small[0], large, small[1]], most=5)
        assert [file.name for file in fitted.kept] == ["1.bin", "2.bin"]
        assert fitted.told == {LEFT: f"large.bin ({MOST_BYTES:,} bytes)"}

    def test_are_first_what_signs_it_then_the_pictures_of_the_text(self) -> None:
        given = [
            MailFile("smime.p7s", b"s", what="signature"),
            MailFile("logo.png", b"l", inline=True),
            MailFile("bill.pdf", b"b"),
        ]
        assert [file.name for file in fit(given, most=2).kept] == ["bill.pdf", "logo.png"]


def test_are_called_what_they_are() -> None:
    body, kind = in_parts(
        "Content-Type: text/plain\n\nCome.",
        "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR",
        "Content-Type: application/ms-tnef; name=winmail.dat\n\nx",
    )
    receive(written(body, Content_Type=kind))
    assert Feedback.objects.get().context == {
        "subject": "Where is my parcel?",
        "calendar": "calendar.ics (15 bytes)",
        "tnef": "winmail.dat (1 bytes)",
    }


def test_are_told_to_be_missing_where_the_mail_was_not_read_to_its_end() -> None:
    body = "--edge\n\nThe words.\n" + "--edge\n\n" * 25_000
    receive(written(body, Content_Type='multipart/mixed; boundary="edge"'))
    assert "to be read to its end" in Feedback.objects.get().context["cut"]


def test_are_never_shown_as_what_runs(cast: Cast) -> None:
    ticket = make_ticket(cast.group, customer=make_customer(CUSTOMER))
    page = "<script>alert(1)</script>"
    raw = with_files(
        ("a.html", page), ("b.png", page), ("c.svg", page), To=reply_address(ticket.pk)
    )
    receive(raw)
    take_up_answers()
    for row in Attachment.objects.select_related("file"):
        answer = api(cast.agent).get(f"/api/v1/tickets/{ticket.ref}/files/{row.pk}")
        assert row.file.kind == "page"
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment")
