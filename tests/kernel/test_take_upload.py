"""A form with files …"""

import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from cxloop.kernel.models import File
from tests.cast import Cast
from tests.desk.browsing import browse, sent, ticket_of_today
from tests.makers import make_token
from tickets.work.models import Attachment, Ticket, TimelineEntry

pytestmark = pytest.mark.django_db
LARGE = settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return ticket_of_today(cast.group)


def form(name: str, content: bytes, *, words: str) -> bytes:
    upload = SimpleUploadedFile(name, content)
    return encode_multipart(BOUNDARY, {"body": words, "upload": upload})


class TestThatAreLarge:
    """So that they go over the disk."""

    @pytest.mark.parametrize("name", ["a." + "b" * 250, "a." + "가" * 84, "a.txt"])
    def test_is_taken_whatever_they_are_called(
        self, name: str, cast: Cast, ticket: Ticket, tmp_path: Path, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        done = browse(cast.agent).post(
            f"/tickets/{ticket.ref}/note",
            {"body": "Look.", "upload": SimpleUploadedFile(name, b"x" * LARGE)},
        )
        sent(done, f"/tickets/{ticket.ref}")
        assert File.objects.get().size == LARGE

    def test_leaves_nothing_in_a_folder_for_who_is_killed(
        self, cast: Cast, ticket: Ticket, tmp_path: Path, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        seen: list[Path] = []

        class Watched(io.BytesIO):
            def read(self, *size: Any) -> bytes:
                seen.extend(tmp_path.iterdir())
                return super().read(*size)

        body = form("a.txt", b"x" * LARGE, words="Look.")
        post(browse(cast.agent), f"/tickets/{ticket.ref}/note", Watched(body), len(body))
        assert File.objects.get().size == LARGE
        assert seen == []


def post(client: Client, where: str, stream: io.BytesIO, length: int | None) -> Any:
    """As a server gives it on: with the length that was declared, or as one that ends by itself."""
    more: dict[str, Any] = {"CONTENT_LENGTH": str(length), "wsgi.input_terminated": length is None}
    if length is None:
        more["CONTENT_LENGTH"] = ""
    return client.generic(
        "POST", where, CONTENT_TYPE=MULTIPART_CONTENT, **{"wsgi.input": stream, **more}
    )


class TestThatBreaksOff:
    @pytest.mark.parametrize("size", [1_000, LARGE])
    def test_says_nothing_without_its_files(self, size: int, cast: Cast, ticket: Ticket) -> None:
        whole = form("invoice.pdf", b"x" * size, words="Here is the invoice.")
        broken = io.BytesIO(whole[:-500])
        answer = post(browse(cast.agent), f"/tickets/{ticket.ref}/reply", broken, len(whole))
        assert answer.status_code == 400
        assert not TimelineEntry.objects.filter(kind="reply").exists()
        assert not File.objects.exists()

    def test_is_told_so_by_the_api(self, cast: Cast, ticket: Ticket) -> None:
        whole = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("a.txt", b"x" * 5_000)})
        client = Client(headers={"Authorization": f"Bearer {make_token(cast.agent)}"})
        where = f"/api/v1/tickets/{ticket.ref}/files"
        answer = post(client, where, io.BytesIO(whole[:-500]), len(whole))
        assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")
        assert not Attachment.objects.exists()


class TestWithoutALength:
    def choose(self, size: int, cast: Cast, ticket: Ticket) -> Any:
        whole = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("a.txt", b"x" * size)})
        client = Client(headers={"Authorization": f"Bearer {make_token(cast.agent)}"})
        return post(client, f"/api/v1/tickets/{ticket.ref}/files", io.BytesIO(whole), None)

    def test_is_taken_where_it_is_small(self, cast: Cast, ticket: Ticket) -> None:
        assert self.choose(5_000, cast, ticket).json()["size"] == 5_000

    def test_is_told_that_it_needs_one_where_it_is_not(self, cast: Cast, ticket: Ticket) -> None:
        answer = self.choose(500_000, cast, ticket)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert "Content-Length" in answer.json()["detail"]
