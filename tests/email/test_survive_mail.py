"""Whatever a stranger's program sends, reading it …"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from feedback.email.models import Mail
from feedback.email.reading import NotAMail, ReadMail, read_mail
from feedback.email.whole import MOST_ELEMENTS, headers_of, whole_of
from tests.email.mails import receive, written

MOST_SECONDS = 2.0

HEAD = b"From: kim@customer.example\nSubject: Where is it?\nMIME-Version: 1.0\n"
WORDS = b"Content-Type: text/plain\n\nThe words.\n"


def read(raw: bytes) -> ReadMail | None:
    """None where it is no mail at all; never anything else, and soon."""
    began = time.process_time()
    try:
        return read_mail(raw)
    except NotAMail:
        return None
    finally:
        assert time.process_time() - began < MOST_SECONDS


def show(raw: bytes) -> None:
    """Raises nothing, and tells nothing that cannot be sent."""
    whole = whole_of(raw)
    told = [*headers_of(raw), *((file.name, "") for file in whole.files)]
    "".join([whole.text, whole.markup, *map("".join, told)]).encode()


def nested(deep: int, inside: bytes) -> bytes:
    opened = (
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(deep)
    )
    closed = (b"\n--b%d--\n" % n for n in reversed(range(deep)))
    return HEAD + b"".join(opened) + inside + b"".join(closed)


def attached(body: bytes, encoding: str) -> bytes:
    edge = b"Content-Type: multipart/mixed; boundary=e\n\n--e\n" + WORDS
    said = f"--e\nContent-Type: video/mp4; name=a.mp4\nContent-Transfer-Encoding: {encoding}\n\n"
    return HEAD + edge + said.encode() + body + b"\n--e--\n"


def mixed(part: bytes, times: int) -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=e\n\n" + part * times


MARKUP = b"Content-Type: text/html\n\n"
# Each made when it is wanted: together they would fill a small machine.
WHOLE: dict[str, Callable[[], bytes]] = {
    "a film": lambda: attached((b"QUJD" * 19 + b"\n") * 390_000, "base64"),
    "a film in signs": lambda: attached((b"=41" * 24 + b"=\n") * 400_000, "quoted-printable"),
    "an old film": lambda: attached(
        b"begin 644 a\n" + (b"M" + b"A" * 60 + b"\n") * 480_000, "uuencode"
    ),
    "one line": lambda: HEAD + b"\n" + b"word " * 6_000_000,
    "parts of markup": lambda: mixed(b"--e\n" + MARKUP + b"<p>w</p>" * 20_000 + b"\n", 180),
}
CUT: dict[str, Callable[[], bytes]] = {
    "text": lambda: HEAD + b"\n" + b"The words.\n" * 2_700_000,
    "empty lines": lambda: HEAD + b"\n" * 30_000_000,
    "empty lines of old": lambda: HEAD + b"\n" + b"\r" * 30_000_000,
    "markup": lambda: HEAD + MARKUP + b"<p>word</p>\n" * 2_500_000,
    "parts": lambda: mixed(b"--e\n\nx\n", 4_000_000),
    "headers": lambda: HEAD + b"X-A: b\n" * 4_000_000 + b"\nThe words.",
    "a folded header": lambda: HEAD + b"X-A: b\n" + b" b\n" * 9_000_000 + b"\nThe words.",
    "reports": lambda: (
        HEAD + b"Content-Type: message/delivery-status\n\n" + b"Action: x\n\n" * 2_700_000
    ),
    "mails in mails": lambda: HEAD + b"Content-Type: message/rfc822\n\n" * 900_000,
    "lines in nests": lambda: nested(500, WORDS + b"a\n" * 14_000_000),
}


@pytest.mark.trial
@pytest.mark.parametrize("what", [*WHOLE, *CUT])
def test_takes_a_second_for_thirty_megabytes_of(what: str) -> None:
    found = read((WHOLE | CUT)[what]())
    assert found
    assert found.sender == "kim@customer.example"
    assert found.is_cut == (what in CUT)


NESTED = ("<div>", "<b><p>", "<table>", "<a href=", "<!--", "<svg><p>", "<div></x>")


@pytest.mark.trial
@pytest.mark.parametrize("what", NESTED)
def test_shows_its_layout_within_two_seconds(what: str) -> None:
    raw = written(what * (200_000 // len(what)), Content_Type="text/html")
    began = time.process_time()
    whole_of(raw)
    assert time.process_time() - began < MOST_SECONDS


@pytest.mark.trial
@pytest.mark.parametrize("what", [*WHOLE, *CUT])
def test_shows_thirty_megabytes_within_two_seconds(what: str) -> None:
    raw = (WHOLE | CUT)[what]()
    for look in (whole_of, headers_of):
        began = time.process_time()
        look(raw)
        assert time.process_time() - began < MOST_SECONDS


def test_shows_no_more_elements_than_it_can_in_time() -> None:
    whole = whole_of(written("<b>a</b>" * (MOST_ELEMENTS + 5), Content_Type="text/html"))
    assert whole.markup.count("<b>") == MOST_ELEMENTS


def test_takes_no_longer_the_deeper_it_nests() -> None:
    found = read(nested(500, WORDS + b"a\n" * 300_000))
    assert found
    assert found.is_cut


def test_finds_the_film_whole() -> None:
    found = read(WHOLE["a film"]())
    assert found
    assert [len(file.body) for file in found.files] == [3 * 19 * 390_000]


@pytest.mark.parametrize("deep", [1, 20, 150])
def test_finds_the_words_in_nests(deep: int) -> None:
    found = read(nested(deep, WORDS))
    assert found
    assert found.text == "The words."


@pytest.mark.parametrize(
    "date",
    ["", "Thu, 01 Jan 2099 00:00:00 +0000", "Mon, 30 Jun 3609 15:33:50 +0600", "yesterday", "=?x"],
)
@pytest.mark.django_db
@pytest.mark.usefixtures("mailbox")
def test_believes_no_date(date: str) -> None:
    """Whoever sends from a clock of its own has no other promise than everybody."""
    mail = receive(written(Date=date))
    assert mail.verdict == "feedback"
    assert mail.feedback
    assert abs(mail.feedback.received_at - datetime.now(UTC)).total_seconds() < 60


KINDS = st.sampled_from(
    [
        *("multipart/mixed", "multipart/alternative", "multipart/related", "multipart/digest"),
        *("multipart/report", "multipart/signed", "message/rfc822", "message/delivery-status"),
        *("message/partial", "text/plain", "text/html", "text/calendar", "application/ms-tnef"),
        *("image/png", "multipart", "/", "", "text/plain; charset=iso-2022-kr", "x/y; name*=''%"),
    ]
)
ENCODINGS = st.sampled_from(["base64", "quoted-printable", "x-uuencode", "binary", "8bit", "", "x"])
BOUNDARIES = st.sampled_from(["e", "e", "e2", "----=_a b", '"', "", "é", "e" * 300])
BODIES = st.binary(max_size=60) | st.sampled_from(
    [b"=", b"=E", b"@@@=", b"begin 644 a\n!!!", b"\x1b$B$", b"<!--<", b"BEGIN:VCALENDAR", b"\x00"]
)


@st.composite
def structures(draw: st.DrawFn) -> bytes:
    """Parts in parts, with boundaries that match or do not."""
    lines = [HEAD]
    for _ in range(draw(st.integers(0, 12))):
        boundary = draw(BOUNDARIES).encode()
        kind = draw(KINDS).encode()
        lines += [
            b"Content-Type: " + kind + b'; boundary="' + boundary + b'"\n',
            b"Content-Disposition: " + draw(st.sampled_from([b"inline", b"attachment", b";=;"])),
            b"; filename=" + draw(st.binary(max_size=20)).replace(b"\n", b"") + b"\n",
            b"Content-Transfer-Encoding: " + draw(ENCODINGS).encode() + b"\n",
            draw(st.sampled_from([b"\n", b"", b"\r\n", b" \n"])) + draw(BODIES),
            b"\n--" + boundary + draw(st.sampled_from([b"\n", b"--\n", b" \r\n", b"-"])),
        ]
    return b"".join(lines)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(structures())
@example(HEAD + b"Content-Type: multipart/mixed; boundary=e\n\n--e\n" + WORDS)
def test_finds_who_wrote_it_in_any_structure(raw: bytes) -> None:
    found = read(raw)
    show(raw)
    assert found
    assert found.sender == "kim@customer.example"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=500))
def test_raises_nothing_on_any_bytes(raw: bytes) -> None:
    read(raw)
    show(raw)


NAMES = st.sampled_from(
    [
        *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "References", "In-Reply-To"),
        *("Return-Path", "Auto-Submitted", "Authentication-Results", "Content-Type", "X-\xe9"),
        *("List-Id", "Delivered-To", "Content-Disposition", "Content-Transfer-Encoding", ""),
    ]
)
ODD = st.sampled_from(
    [
        *(b"=?utf-8?B?7YOd67Cw?=", b"=?x?q?=ZZ?=", b'"', b"<", b"@", b"\r", b"\n ", b"\xff", b";"),
        *(b"kim@customer.example", b"(" * 50, b"a@b,", b"dmarc=fail", b"=?", b"\x00", b"*0*="),
    ]
)
HEADERS = st.lists(st.tuples(NAMES, st.lists(ODD | st.binary(max_size=30), max_size=8)))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HEADERS)
def test_raises_nothing_on_any_headers(said: list[tuple[str, list[bytes]]]) -> None:
    head = b"".join(name.encode() + b": " + b"".join(parts) + b"\n" for name, parts in said)
    read(head + b"\nThe words.\n")
    show(head + b"\nThe words.\n")


@pytest.mark.django_db
@pytest.mark.usefixtures("mailbox")
@pytest.mark.parametrize(
    ("raw", "verdict"),
    [
        (b"\x00\x01\x02", "unreadable"),
        (b"X: y\n\nwords", "unreadable"),
        (HEAD + b'Content-Type: multipart/mixed; boundary="\xff"\n\n--\xff\n\xff', "feedback"),
        (nested(5_000, WORDS), "feedback"),
        (written(b"\xff\xfe\x00" * 100, Subject="=?x?B?=?="), "feedback"),
    ],
)
def test_loses_nothing_and_tells_the_sender_of_nothing(raw: bytes, verdict: str) -> None:
    mail = receive(raw)
    assert bytes(mail.raw or b"") == raw
    assert mail.verdict == verdict
    assert Mail.objects.filter(verdict="unreadable").exclude(reason="").count() == (
        verdict == "unreadable"
    )


@pytest.mark.real_data
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_raises_nothing_on_real_mail_that_was_damaged(data: st.DataObject) -> None:
    folder = Path(os.environ["CXLOOP_TEST_DATA"]) / "email" / "mime"
    raw = data.draw(st.sampled_from(sorted(folder.glob("*.eml")))).read_bytes()
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(raw)))
        gone = data.draw(st.integers(0, 200))
        put = data.draw(
            st.binary(max_size=8) | st.sampled_from([b"\r\n", b"\n\n", b"--", b"=?", b"\r"])
        )
        raw = raw[:at] + put + raw[at + gone :]
    read(raw)
    show(raw)
