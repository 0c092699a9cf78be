"""A file is drawn …"""

import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from cxloop.kernel import previews
from cxloop.kernel.files import forget_files, keep_file, read_whole
from cxloop.kernel.models import File
from cxloop.kernel.moment import moment
from cxloop.kernel.previews import LEASE, MOST_TRIES, draw_previews, drawn_by_itself
from tests.kernel.pictures import pdf, picture, seen

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]


def drawn(file: File) -> Image.Image:
    file.refresh_from_db()
    assert file.drawing == "drawn", file.last_error
    return seen(read_whole(str(file.preview_id)))


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that is as large as it says."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * (side // 8 + 1) * side, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_where_it_is_a_picture(form: str, now: datetime) -> None:
    file = keep_file("a", picture(form, size=(1800, 600)), now=now)
    assert draw_previews() == 1
    small = drawn(file)
    assert (small.format, small.size) == ("WEBP", (900, 300))
    assert draw_previews() == 0


def test_where_it_is_a_pdf_by_its_first_page(now: datetime) -> None:
    file = keep_file("a.pdf", pdf(width=200, height=100, pages=3), now=now)
    draw_previews()
    small = drawn(file).convert("RGB")
    assert small.width == small.height * 2 <= 900
    red, green, blue = small.getpixel((small.width // 2, small.height // 2))
    assert green > red + 60
    assert green > blue + 60


def test_upright_and_without_what_the_camera_knew(now: datetime) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera of Kim"  # to be turned by a quarter to the right
    exif.get_ifd(0x8825)[1] = "N"
    file = keep_file("a.jpg", picture("JPEG", size=(40, 20), exif=exif.tobytes()), now=now)
    draw_previews()
    small = drawn(file)
    assert small.size == (20, 40)
    red, _, blue = small.convert("RGB").getpixel((10, 4))
    assert red > blue  # what was left is above
    assert not small.getexif()
    assert b"Kim" not in read_whole(str(file.preview_id))


def test_not_where_it_is_anything_else(now: datetime) -> None:
    for name, body in (("a.txt", b"text"), ("a.svg", b"<svg/>"), ("a.exe", b"MZ")):
        assert keep_file(name, body, now=now).drawing == "none"
    assert draw_previews() == 0


@pytest.mark.parametrize(
    "body",
    [
        picture()[:40],
        b"%PDF-1.7\nbroken",
        bomb(20_000),
        b"GIF89a" + b"\xff" * 64,
        b"\xff\xd8\xff" + b"\x00" * 64,
    ],
)
def test_not_where_that_is_impossible_and_says_why(body: bytes, now: datetime) -> None:
    file = keep_file("a", body, now=now)
    assert draw_previews() == 1
    file.refresh_from_db()
    assert (file.drawing, file.preview_id) == ("failed", None)
    assert file.last_error
    assert draw_previews() == 0


@pytest.fixture
def instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Another script than ours draws."""

    def write(script: str) -> None:
        path = tmp_path / "drawing.py"
        path.write_text(script)
        monkeypatch.setattr(previews, "SCRIPT", path)

    return write


def test_by_a_process_that_knows_no_secret(instead: Callable[[str], None]) -> None:
    instead("import os, sys; print(sorted(os.environ), [p for p in sys.path if 'cxloop' in p])")
    said = drawn_by_itself("picture", b"").decode()
    assert "CXLOOP" not in said
    assert "DATABASE" not in said


@pytest.mark.parametrize(
    "script, why",
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        ("import time; time.sleep(60)", "timed out"),
    ],
)
def test_not_when_its_decoder_dies_or_hangs(
    script: str,
    why: str,
    now: datetime,
    instead: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(previews, "PATIENCE_S", 1)
    instead(script)
    file = keep_file("a.png", picture(), now=now)
    assert draw_previews() == 1
    file.refresh_from_db()
    assert file.drawing == "failed"
    assert why in file.last_error


@pytest.mark.parametrize(
    "deed, end",
    [("bytearray(2 << 30)", "MemoryError"), ("open('x', 'wb', 0).write(b'x')", "File too large")],
)
def test_within_what_it_is_given(deed: str, end: str, tmp_path: Path) -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
    code += f"from cxloop.kernel.drawing import confine; confine(); {deed}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=tmp_path)
    assert done.returncode
    assert end in done.stderr.decode() or done.returncode < 0


def test_at_most_a_few_times_where_it_kills_who_draws_it(now: datetime) -> None:
    file = keep_file("a.png", picture(), now=now)
    for _ in range(MOST_TRIES):
        assert previews._claim() == file
        assert previews._claim() is None, "somebody has it in hand"
        File.objects.update(try_after=moment() - LEASE)
    assert draw_previews() == 1
    file.refresh_from_db()
    assert file.drawing == "failed"


def test_not_when_it_is_forgotten_meanwhile(now: datetime) -> None:
    file = keep_file("a.png", picture(), now=now)
    claimed = previews._claim()
    assert claimed
    forget_files(File.objects.all())
    previews._keep(claimed, picture("WEBP"))
    file.refresh_from_db()
    assert (file.drawing, file.preview_id, file.name) == ("none", None, "")
