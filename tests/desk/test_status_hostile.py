"""What nobody sane sends to a status page: it opens nothing and breaks nothing …"""

import base64
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cxloop.kernel.models import Letter
from feedback.intake.receipts import status_url
from tests.cast import Cast
from tests.desk.test_status_page import answered, opened, page_of
from tests.makers import make_customer
from tests.recovery.asking import kinds
from tickets.recovery.links import refusal_token, token_of
from tickets.work.models import Attachment, Ticket
from tickets.work.status_links import StatusLink

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
SCRIPT = '<script>alert("x")</script><img src=x onerror=alert(1)>'
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return opened(cast)


def forged(ticket: Ticket, other: Ticket) -> list[str]:
    token = page_of(ticket)[3:]
    raw = base64.urlsafe_b64decode(token)
    stray = base64.urlsafe_b64decode(page_of(other)[3:])
    assert ticket.customer is not None

    def told(said: bytes) -> str:
        return base64.urlsafe_b64encode(said).decode()

    return [
        "x",
        "A" * 60,
        token[:-1],
        token + "A",
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token.swapcase(),
        token.lower(),
        f"{token}=",
        f"%20{token}",
        f"{token}%0A",
        f"{token}%00",
        token.replace("_", "/") if "_" in token else f"./{token}",
        f"../s/{token}",
        f"..%2Fs%2F{token}",
        f"{token}/",
        f"{token}/../{token}",
        f"{token};x",
        "%F0%9F%92%A9" * 15,
        "가" * 60,
        told(stray[:8] + raw[8:]),
        told(raw[:8] + stray[8:24] + raw[24:]),
        told(raw[:24] + b"\xff\xff\xff\xff" + raw[28:]),
        told(raw[:28] + b"\x01" + raw[29:]),
        told(raw[:29] + stray[29:]),
        told(raw[:-16] + bytes(16)),
        token_of(ticket.pk, 1),
        refusal_token(ticket.customer.pk, "surveys"),
        refusal_token(ticket.customer.pk, "marketing"),
        status_url(ticket.feedback_links.get().feedback_id).rpartition("/")[2],
        StatusLink(2**64 - 1, ticket.customer.pk).token,
        StatusLink(ticket.pk, make_customer().pk).token,
        StatusLink(0, ticket.customer.pk).token,
        "x" * 5000,
        "A" * 100_000,
    ]


class TestAddresses:
    def test_lead_to_the_same_nothing(self, client: Client, cast: Cast, ticket: Ticket) -> None:
        other = opened(cast)
        nothing = client.get("/s/" + "A" * 60).content
        for token in forged(ticket, other):
            for page in (client.get(f"/s/{token}"), client.post(f"/s/{token}", {"text": "Hm"})):
                assert page.status_code in {400, 404}, token
                shown = page.content.decode()
                assert ticket.ref not in shown
                assert "Parcel" not in shown
        for token in ("x", "A" * 59, "A" * 61, "x" * 5000):
            assert client.get(f"/s/{token}").content == nothing
        assert kinds(ticket) == kinds(other) == ["opened"]

    def test_of_another_door_open_none_of_the_others(self, client: Client, ticket: Ticket) -> None:
        for door in ("/c/", "/o/", "/u/", "/r/"):
            assert client.get(door + page_of(ticket)[3:]).status_code == 404

    def test_are_written_with_no_other_sign_for_the_same(self, client: Client, cast: Cast) -> None:
        for _ in range(40):
            token = page_of(opened(cast))[3:]
            if "-" in token:
                break
        assert client.get(f"/s/{token.replace('-', '+')}").status_code == 404


class TestBodies:
    def test_that_are_too_large_are_read_to_their_end_and_refused(
        self, client: Client, ticket: Ticket
    ) -> None:
        paste = "text=" + "x" * 10 * 1024 * 1024
        assert client.post(page_of(ticket), paste, content_type=FORM).status_code == 413
        form = {"text": "x" * 18 * 1024 * 1024}
        assert client.post(page_of(ticket), form).status_code == 413
        assert kinds(ticket) == ["opened"]

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b"", FORM),
            (b"\xff\xfe\x00", FORM),
            (b"text=%ED%A0%80%00x", FORM),
            (b"&".join(b"a%d=1" % n for n in range(9000)), FORM),
            (b"--x\r\n", "multipart/form-data; boundary=x"),
            (b"--x\r\nContent-Disposition: form-data; name=text\r\n\r\nHm", "multipart/form-data"),
            (b"x", "multipart/form-data; boundary=" + "b" * 300),
            (b'{"text": "Hm"}', "application/json"),
            (b"text=Hm", "text/plain; charset=rot13"),
            (b"text=Hm", f"{FORM}; charset=utf-99"),
        ],
    )
    def test_of_any_kind_break_nothing(
        self, client: Client, ticket: Ticket, body: bytes, kind: str
    ) -> None:
        page = client.generic("POST", page_of(ticket), body, content_type=kind)
        assert page.status_code in {303, 400, 413, 422}
        assert page["Referrer-Policy"] == "no-referrer"

    def test_of_a_thousand_files_break_nothing(self, client: Client, ticket: Ticket) -> None:
        many = [SimpleUploadedFile(f"{n}.png", PICTURE) for n in range(300)]
        assert client.post(page_of(ticket), {"text": "x", "files": many}).status_code == 413

    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("../../../etc/passwd.png", "passwd.png"),
            ("..\\..\\boot.png", "boot.png"),
            ('a".png', "a_.png"),
            ("영수증 <b>.png", "영수증 _b_.png"),
            ("\u202egnp.exe.png", "gnp.exe.png"),
        ],
    )
    def test_with_hostile_names_are_kept_under_tidy_ones(
        self, client: Client, ticket: Ticket, name: str, kept: str
    ) -> None:
        body = (
            b"--b\r\nContent-Disposition: form-data; name=text\r\n\r\nSee\r\n--b\r\n"
            b'Content-Disposition: form-data; name="files"; filename="'
            + name.replace('"', "%22" if '"' in name else '"').encode()
            + b'"\r\nContent-Type: image/png\r\n\r\n'
            + PICTURE
            + b"\r\n--b--\r\n"
        )
        page = client.generic(
            "POST", page_of(ticket), body, content_type="multipart/form-data; boundary=b"
        )
        assert page.status_code == 303
        found = Attachment.objects.get().file.name
        assert not set('/\\"<>\u202e') & set(found)
        assert found == kept or '"' in name


class TestWords:
    def test_are_words_wherever_they_stand(
        self, client: Client, cast: Cast, ticket: Ticket
    ) -> None:
        hostile = opened(
            cast,
            comment=SCRIPT,
            customer=make_customer(name=SCRIPT, locale="ko-KR"),
            answers={"call_back": {"zone": "../../etc/passwd"}},
        )
        answered(hostile, cast, SCRIPT)
        page = client.post(page_of(hostile), {"text": SCRIPT * 2})
        assert page.status_code == 303
        for sent in ({}, {"act": SCRIPT}, {"act": "call", "call-phone": SCRIPT, "call-at": SCRIPT}):
            page = client.post(page_of(hostile) + f"?in={SCRIPT}&said={SCRIPT}", sent)
            assert "<script" not in page.content.decode()
            assert "<img" not in page.content.decode()
        shown = client.get(page_of(hostile)).content.decode()
        assert shown.count("&lt;script&gt;") == 4
        assert "<script" not in shown

    def test_of_a_template_stay_what_they_are(self, client: Client, cast: Cast) -> None:
        words = "{{ settings.SECRET_KEY }} {by} {0.__class__} %(by)s {% debug %}"
        ticket = opened(cast, comment=words)
        client.post(page_of(ticket), {"text": words})
        assert client.get(page_of(ticket)).content.decode().count("{0.__class__}") == 2

    def test_go_into_no_header_and_no_letter(
        self, client: Client, cast: Cast, ticket: Ticket
    ) -> None:
        split = "Hm\r\nBcc: evil@x.example\r\n\r\nBody"
        page = client.post(page_of(ticket) + "?in=en%0d%0aSet-Cookie:x=1", {"text": split})
        assert (page.status_code, page["Location"]) == (303, f"{page_of(ticket)}?said=message")
        assert not page.cookies
        assert not Letter.objects.filter(body__contains="evil").exists()

    @pytest.mark.parametrize("where", ["//evil.example", "https://evil.example", "/\\evil.example"])
    def test_lead_nowhere_else(self, client: Client, ticket: Ticket, where: str) -> None:
        form: dict[str, Any] = {"text": "Hm", "next": where, "act": where}
        page = client.post(f"{page_of(ticket)}?next={where}&in={where}", form)
        assert page["Location"] == f"{page_of(ticket)}?said=message"


def test_nothing_of_it_names_the_address_that_was_written_to(
    client: Client, cast: Cast, ticket: Ticket
) -> None:
    assert ticket.customer is not None
    answered(ticket, cast)
    for page in (client.get(page_of(ticket)), client.post(page_of(ticket), {"act": "renew"})):
        assert ticket.customer.email not in page.content.decode()
        assert not re.search(r"https?://", page.content.decode())
