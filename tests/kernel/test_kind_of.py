"""What a file is …"""

import time
import unicodedata

import pytest

from cxloop.kernel.file_kinds import LONGEST_NAME, kind_of, tidy_name
from tests.kernel.pictures import pdf, picture


@pytest.mark.parametrize(
    "kind, name, body",
    [
        ("picture", "a.png", picture()),
        ("picture", "a.txt", picture("JPEG")),
        ("picture", "a", picture("GIF")),
        ("picture", "a", picture("WEBP")),
        ("pdf", "a.pdf", pdf()),
        ("text", "a.csv", b"a,b\n1,2\n"),
        ("text", "a.txt", "배송이 늦어요".encode()),
        ("other", "a.txt", "배송이 늦어요".encode("cp949")),
        ("other", "a.txt", b"a\x00b"),
        ("other", "a.zip", b"PK\x03\x04rest"),
        ("other", "a.bin", b"RIFF\x00\x00\x00\x00WAVE"),
        ("page", "a.txt", b"<script>alert(1)</script>"),
        ("page", "a.svg", b'\xef\xbb\xbf \n<svg onload="alert(1)"/>'),
        ("page", "a.html", b"<!doctype html>"),
        ("text", "a.txt", b"1 < 2"),
        ("program", "invoice.pdf", b"MZ\x90\x00"),
        ("program", "a", b"\x7fELF"),
        ("program", "a.txt", b"#!/bin/sh\n"),
        ("program", "a.JS", b"alert(1)"),
        ("program", "list.xlsm", b"PK\x03\x04rest"),
        ("program", "a.pdf.lnk", b"L\x00\x00\x00\x01\x14\x02\x00rest"),
        ("text", "a.txt", b"a" + "\u20ac".encode() * 30_000),
        ("other", "a.txt", b"a" * 70_000 + "\u20ac".encode()[:2]),
        ("other", "a.txt", b"a" * 70_000 + b"\x00"),
        ("program", "form.xltm", b"PK\x03\x04rest"),
        ("page", "a.html", picture("GIF") + b"<script>alert(1)</script>"),
        ("page", "a.HTM", pdf() + b"<script>alert(1)</script>"),
        ("page", "a.html", "<script>".encode("utf-16")),
        ("page", "a.html", b"see <script>alert(1)</script>"),
    ],
)
def test_is_told_by_its_content(kind: str, name: str, body: bytes) -> None:
    assert kind_of(body, name) == kind


@pytest.mark.parametrize("blank", [b" ", b"\n", b" \xef\xbb\xbf"])
def test_is_told_at_once_however_many_blanks_come_first(blank: bytes) -> None:
    """A minute of a process that answers everybody, it took for a file of half a megabyte."""
    began = time.monotonic()
    kind_of(blank * 40_000, "a.txt")
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "said, kept",
    [
        ("invoice.pdf", "invoice.pdf"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\kim\영수증.pdf", "영수증.pdf"),
        (unicodedata.normalize("NFD", "영수증.pdf"), "영수증.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\r\nSet-Cookie: c.txt", "abSet-Cookie_ c.txt"),
        (' "quoted" . ', "_quoted_"),
        ("", "file"),
        ("...", "file"),
        (".bashrc", "bashrc"),
        ("x" * 300 + ".jpeg", "x" * (LONGEST_NAME - 5) + ".jpeg"),
        ("y" * 300, "y" * LONGEST_NAME),
        ("a." + "z" * 300, ("a." + "z" * 300)[:LONGEST_NAME]),
        ("\ud800.txt", "txt"),
    ],
)
def test_is_called_without_what_deceives(said: str, kept: str) -> None:
    assert tidy_name(said) == kept
    assert tidy_name(kept) == kept
