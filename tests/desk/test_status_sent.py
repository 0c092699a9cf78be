"""What is sent from a status page: files with a message, and the wish to be called …"""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from cxloop.kernel.moment import moment
from tests.cast import Cast
from tests.desk.browsing import browse, text_of
from tests.desk.test_status_page import answered, opened, page_of, seen
from tests.makers import make_root_cause
from tests.recovery.asking import kinds, resolve
from tickets.sla.models import Clock
from tickets.work.actions.move import close_ticket
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Attachment, Ticket

pytestmark = pytest.mark.django_db
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
NUMBER = "+82 2 1234-5678"


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return opened(cast)


def file(name: str = "screen.png", body: bytes = PICTURE) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body, "image/png")


def write(client: Client, ticket: Ticket, *files: SimpleUploadedFile, text: str = "See") -> Any:
    return client.post(page_of(ticket), {"act": "write", "text": text, "files": list(files)})


class TestFiles:
    def test_come_with_the_message(self, client: Client, ticket: Ticket, cast: Cast) -> None:
        assert write(client, ticket, file(), file("영수증.pdf", b"%PDF-1.4 x")).status_code == 303
        rows = Attachment.objects.filter(ticket=ticket).order_by("pk")
        assert [row.file.name for row in rows] == ["screen.png", "영수증.pdf"]
        assert "With it: screen.png, 영수증.pdf" in seen(client, ticket)
        page = browse(cast.agent).get(f"/tickets/{ticket.ref}")
        assert "영수증.pdf" in text_of(page)

    def test_are_one_message_however_often_it_is_pressed(
        self, client: Client, ticket: Ticket
    ) -> None:
        for _ in range(2):
            write(client, ticket, file())
        assert kinds(ticket) == ["opened", "customer_message"]
        write(client, ticket, file("other.png", PICTURE + b"1"))
        assert kinds(ticket) == ["opened", "customer_message", "customer_message"]

    @pytest.mark.parametrize(
        ("files", "said"),
        [
            ([file(f"{n}.png") for n in range(6)], "at most five files"),
            ([file("a.png", b"MZ\x90")], "Only PNG, JPEG"),
            ([file("a.svg", b"<svg onload=alert(1)>")], "Only PNG, JPEG"),
            ([file("a.html", b"<script>alert(1)</script>")], "Only PNG, JPEG"),
            ([file("a.png", PICTURE + b"x" * 10 * 1024 * 1024)], "larger than 10 MB"),
        ],
    )
    def test_that_are_not_taken_lose_no_word(
        self, client: Client, ticket: Ticket, files: list[SimpleUploadedFile], said: str
    ) -> None:
        for one in files:
            one.seek(0)
        page = write(client, ticket, *files, text="My words stay")
        assert page.status_code == 422
        assert said in text_of(page)
        assert "My words stay" in page.content.decode()
        assert not Attachment.objects.exists()

    def test_are_so_many_bytes_a_day_and_no_more(
        self, client: Client, ticket: Ticket, settings
    ) -> None:
        settings.LIMIT_PK_FILES_MB = 10
        large = PICTURE + b"x" * 600 * 1024
        assert write(client, ticket, file("a.png", large), text="One").status_code == 303
        page = write(client, ticket, file("b.png", large), text="Two")
        assert (page.status_code, "Retry-After" in page) == (429, True)
        assert write(client, ticket, text="Without").status_code == 303

    def test_are_too_much_together(self, client: Client, ticket: Ticket) -> None:
        many = [file(f"{n}.png", PICTURE + bytes([n]) * 9 * 1024 * 1024) for n in range(3)]
        assert write(client, ticket, *many).status_code == 413
        assert kinds(ticket) == ["opened"]


def call(client: Client, ticket: Ticket, **form: str) -> HttpResponse:
    said = {"act": "call", "call-phone": NUMBER, **form}
    return client.post(page_of(ticket), said)


class TestCall:
    def test_is_promised_by_the_end_of_the_time_they_named(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        seoul = ZoneInfo("Asia/Seoul")
        tomorrow = (moment() + timedelta(days=1)).astimezone(seoul)
        after = tomorrow.replace(hour=15, minute=0, second=0, microsecond=0)
        before = after + timedelta(hours=3)
        window = f"{after.isoformat()}/{before.isoformat()}"
        assert f'value="{window}"' in client.get(page_of(ticket)).content.decode()
        assert call(client, ticket, **{"call-at": window}).status_code == 303
        clock = Clock.objects.get(promise=ticket.pk, kind="call_back")
        assert clock.state == "running"
        assert clock.due_at is not None
        assert timedelta(0) <= clock.due_at - before < timedelta(seconds=1)
        entry = ticket.timeline.latest("pk")
        assert (entry.kind, entry.text, entry.public) == ("asked_for_call", NUMBER, False)
        assert f"We call you by {before:%A} {before.day} {before:%B %Y}, 18:00 (KST)." in seen(
            client, ticket
        )
        told = text_of(browse(cast.agent).get(f"/tickets/{ticket.ref}"))
        assert "Asks to be called, at this number" in told
        assert NUMBER in told

    def test_is_promised_within_a_day_where_they_named_no_time(
        self, client: Client, ticket: Ticket
    ) -> None:
        for _ in range(2):
            assert call(client, ticket).status_code == 303
        clock = Clock.objects.get(promise=ticket.pk, kind="call_back")
        assert clock.target_s == 86_400
        assert kinds(ticket) == ["opened", "asked_for_call"]

    def test_is_promised_for_the_time_they_named_last(self, client: Client, ticket: Ticket) -> None:
        call(client, ticket)
        call(client, ticket, **{"call-phone": "+82 2 9999 9999"})
        states = Clock.objects.filter(promise=ticket.pk, kind="call_back").order_by("cycle")
        assert list(states.values_list("state", flat=True)) == ["void", "running"]

    def test_is_wanted_so_often_and_no_more_before_we_answer(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        for number in range(20):
            call(client, ticket, **{"call-phone": f"+82 2 9999 99{number:02}"})
        page = call(client, ticket)
        assert page.status_code == 422
        assert "Please wait for our answer." in text_of(page)
        answered(ticket, cast)
        assert call(client, ticket).status_code == 303

    @pytest.mark.parametrize("resolved", [True, False])
    def test_begins_anew_what_had_ended(
        self, client: Client, ticket: Ticket, cast: Cast, resolved: bool
    ) -> None:
        if resolved:
            make_root_cause()
            answered(ticket, cast)
            resolve(ticket, by=cast.agent, now=moment())
        else:
            said = {"outcome": "not_actionable", "reason": "gone", "by": acting(cast.agent)}
            close_ticket(locked(ticket.pk), now=moment(), **said)
        call(client, ticket)
        ticket.refresh_from_db()
        assert (ticket.status, ticket.cycle) == ("open", 2)

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [("０２-１２３４-５６７８", "02-1234-5678"), (" (02) 1234.5678 ", "(02) 1234.5678")],
    )
    def test_is_at_the_number_as_it_is_dialled(
        self, client: Client, ticket: Ticket, typed: str, kept: str
    ) -> None:
        assert call(client, ticket, **{"call-phone": typed}).status_code == 303
        assert ticket.timeline.latest("pk").text == kept

    @pytest.mark.parametrize(
        "number",
        [
            "1234",
            "0" * 41,
            "12345\r\nBcc: evil@x.example",
            "12345\nX",
            "<b>12345</b>",
            "tel:12345",
            "12345\x00",
            "١٢٣٤٥٦",
            "12345; drop",
        ],
    )
    def test_is_not_at_what_is_none(self, client: Client, ticket: Ticket, number: str) -> None:
        page = call(client, ticket, **{"call-phone": number})
        assert page.status_code == 422
        assert kinds(ticket) == ["opened"]

    @pytest.mark.parametrize(
        "window",
        [
            "2099-01-01T09:00:00+09:00/2099-01-01T12:00:00+09:00",
            "2020-01-01T09:00:00+09:00/2020-01-01T12:00:00+09:00",
            "2020-01-01T09:00:00+09:00/2026-12-01T12:00:00+09:00",
            "0001-01-01T00:00:00+14:00/9999-12-31T23:59:59-14:00",
            "/",
            "x" * 5000,
        ],
    )
    def test_is_not_at_a_time_that_nobody_offered(
        self, client: Client, ticket: Ticket, window: str
    ) -> None:
        page = call(client, ticket, **{"call-at": window})
        assert page.status_code == 422
        assert NUMBER in page.content.decode()
        assert kinds(ticket) == ["opened"]
