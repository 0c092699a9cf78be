"""A form of bytes is read whole and as it is, whichever way it was posted."""

from urllib.parse import urlencode

import pytest

from cxloop.kernel.errors import CxloopError
from cxloop.kernel.form_bytes import MOST_PARTS, PostedFile, read_form_bytes

LINES = "application/x-www-form-urlencoded"
PARTS = 'multipart/form-data; boundary="an edge"'
ALL_BYTES = bytes(range(256))


def in_parts(*parts: bytes, end: bytes = b"--an edge--\r\n") -> bytes:
    return b"".join(b"--an edge\r\n" + part + b"\r\n" for part in parts) + end


@pytest.mark.parametrize("length", [0, 1, 65_530, 65_536, 200_001])
def test_lines_are_unquoted_wherever_they_are_cut(length: int) -> None:
    value = (b"x" * (length % 3) + ALL_BYTES * 1000)[:length]
    form = read_form_bytes(LINES, urlencode({"a": value, "b": "한 글"}).encode())
    assert form.fields["a"] == value
    assert form.text("b") == "한 글"
    assert form.text("c") is None


def test_parts_are_fields_and_files() -> None:
    raw = in_parts(
        b'Content-Disposition: form-data; name="body"\r\n\r\n' + ALL_BYTES + b"\r\n--an edg\r\n",
        b"content-disposition: form-data; name=f; filename*=utf-8''%ED%95%9C.png\r\n"
        b"Content-Type: image/png\r\n\r\nPNG",
        b'Content-Disposition: form-data; name="none"; filename=""\r\n\r\n',
    )
    form = read_form_bytes(PARTS, raw)
    assert form.fields == {"body": ALL_BYTES + b"\r\n--an edg\r\n"}
    assert form.files["f"] == PostedFile("한.png", "image/png", b"PNG")
    assert form.files["none"].body == b""


@pytest.mark.parametrize(
    "kind, raw, code",
    [
        ("application/json", b"{}", "wrong_content_type"),
        ("x" * 20_000, b"", "wrong_content_type"),
        ("multipart/form-data", b"", "unreadable"),
        (PARTS, b"", "unreadable"),
        (
            PARTS,
            in_parts(b'Content-Disposition: form-data; name="a"\r\n\r\n', end=b""),
            "unreadable",
        ),
        (PARTS, in_parts(b"Content-Disposition: form-data\r\n\r\nx"), "unreadable_part"),
        (PARTS, in_parts(b'Content-Disposition: form-data; name="a"'), "unreadable_part"),
        (PARTS, in_parts(*[b""] * (MOST_PARTS + 1)), "too_many_parts"),
        (LINES, b"&" * MOST_PARTS, "too_many_parts"),
    ],
)
def test_what_is_no_form_is_refused(kind: str, raw: bytes, code: str) -> None:
    with pytest.raises(CxloopError) as refused:
        read_form_bytes(kind, raw)
    assert refused.value.code == code
