"""read_mail finds the files of a mail …"""

import base64
import struct
from typing import Any

import pytest

from feedback.email.files import MailFile
from feedback.email.reading import read_mail
from tests.email.mails import in_parts, written

WORDS = "Content-Type: text/plain\n\nSee the file."


def files(*parts: str, kind: str = "multipart/mixed", **said: Any) -> list[MailFile]:
    body, content_type = in_parts(WORDS, *parts, kind=kind)
    read = read_mail(written(body, Content_Type=content_type))
    assert read.text == "See the file."
    return list(read.files)


def part(*lines: str, body: str = "abc") -> str:
    return "\n".join(lines) + f"\n\n{body}"


def encoded(body: bytes) -> str:
    return base64.b64encode(body).decode()


class TestByTheNameThatAPersonExpects:
    @pytest.mark.parametrize(
        ("said", "name"),
        [
            ('attachment; filename="a b.txt"', "a b.txt"),
            ("attachment; filename=a b.txt", "a b.txt"),
            ("attachment; filename=영수증.pdf", "영수증.pdf"),
            ('attachment; filename="=?utf-8?B?7JiB7IiY7KadLnBkZg==?="', "영수증.pdf"),
            ("attachment; filename==?utf-8?B?7JiB7IiY7KadLnBkZg==?=", "영수증.pdf"),
            ("attachment; filename*=utf-8''%EC%98%81%EC%88%98%EC%A6%9D.pdf", "영수증.pdf"),
            ("attachment; filename*=EUC-KR''%BF%B5%BC%F6%C1%F5.pdf", "영수증.pdf"),
            ("attachment; filename*=no-such''%EC%98%81%EC%88%98%EC%A6%9D.pdf", "영수증.pdf"),
            ('attachment; filename*0="long "; filename*1="name.txt"', "long name.txt"),
            (
                "attachment;\n filename*0*=utf-8''%EC%98%81;\n filename*1*=%EC%88%98%EC%A6%9D.pdf",
                "영수증.pdf",
            ),
            ("attachment", "other.bin"),
        ],
    )
    def test_however_it_is_written(self, said: str, name: str) -> None:
        kind = "Content-Type: application/octet-stream; name=other.bin"
        assert [file.name for file in files(part(kind, f"Content-Disposition: {said}"))] == [name]

    @pytest.mark.parametrize(
        ("kind", "name"),
        [
            ("text/calendar; method=REQUEST", "calendar.ics"),
            ("application/ms-tnef", "winmail.dat"),
            ("application/pgp-signature", "signature.asc"),
            ("image/png", "image.png"),
            ("application/x-nobody-knows", "file"),
            ("image/jpeg\nContent-Location: http://a.example/b/Photo%2025.jpg?x=1", "Photo 25.jpg"),
            ("image/png\nContent-Location: http://[", "image.png"),
        ],
    )
    def test_where_none_is_written(self, kind: str, name: str) -> None:
        assert [file.name for file in files(part(f"Content-Type: {kind}"))] == [name]


def test_and_says_what_is_more_than_a_file() -> None:
    found = files(
        part("Content-Type: text/calendar", body="BEGIN:VCALENDAR"),
        part("Content-Type: application/octet-stream; name=invite.ics", body="BEGIN:VCALENDAR"),
        part("Content-Type: application/ms-tnef; name=winmail.dat"),
        part("Content-Type: message/rfc822", body="Subject: Old\n\nwords"),
        part("Content-Type: application/pkcs7-signature; name=smime.p7s"),
        part("Content-Type: application/pdf; name=a.pdf"),
    )
    assert [file.what for file in found] == [
        "calendar",
        "calendar",
        "tnef",
        "mail",
        "signature",
        "",
    ]


def test_and_a_mail_in_it_whole_by_its_subject() -> None:
    nested = (
        "From x@y.example Mon\nSubject: =?utf-8?B?7JiB7IiY7KadIQ==?=\n"
        "Content-Type: multipart/mixed; boundary=in\n\n--in\n\nanother's words\n--in--\n"
    )
    [found] = files(part("Content-Type: message/rfc822", body=nested))
    assert (found.name, found.body) == ("영수증!.eml", nested.encode())


def test_and_which_of_them_are_seen_in_the_text() -> None:
    found = files(
        part("Content-Type: image/png; name=a.png", "Content-ID: <a@b>"),
        part("Content-Type: image/png; name=b.png", "Content-Disposition: inline"),
        part(
            "Content-Type: image/png; name=c.png",
            "Content-ID: <c>",
            "Content-Disposition: attachment",
        ),
        part("Content-Type: image/png; name=d.png"),
    )
    assert [file.inline for file in found] == [True, True, False, False]


@pytest.mark.parametrize(
    ("body", "is_there"),
    [
        (b"GIF89a" + struct.pack("<HH", 1, 1) + b"\x80\x00\x00;", False),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 1, 1), False),
        (b"GIF89a" + struct.pack("<HH", 20, 20) + b"\x80\x00\x00;", True),
        (b"\x89PNG\r\n\x1a\n", True),
    ],
)
def test_but_no_picture_that_only_tells_that_it_was_loaded(body: bytes, is_there: bool) -> None:
    said = ("Content-Type: image/gif", "Content-Transfer-Encoding: base64", "Content-ID: <x>")
    assert bool(files(part(*said, body=encoded(body)))) == is_there


def test_but_not_the_words_told_in_another_way() -> None:
    other = part("Content-Type: text/enriched", body="<bold>See the file.</bold>")
    invitation = part("Content-Type: text/calendar", body="BEGIN:VCALENDAR")
    found = files(other, invitation, kind="multipart/alternative")
    assert [file.name for file in found] == ["calendar.ics"]
