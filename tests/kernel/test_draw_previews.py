"""A file is drawn …"""

import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageOps

from cxloop.kernel import previews
from cxloop.kernel.files import forget_files, keep_file, read_whole
from cxloop.kernel.models import File
from cxloop.kernel.moment import moment
from cxloop.kernel.previews import LEASE, MOST_TRIES, draw_previews, drawn_by_itself
from cxloop.loop import BY_NAME
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


def test_no_larger_than_it_is_said_to_be(now: datetime) -> None:
    """The last pixel of a page was a broken one."""
    file = keep_file("a.pdf", pdf(width=697, height=907), now=now)
    draw_previews()
    assert max(drawn(file).size) == 900


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
    [
        ("bytearray(2 << 30)", "MemoryError"),
        ("open('x', 'wb', 0).write(b'x')", "Too many open files"),
        ("open('/proc/self/environ')", "Too many open files"),
        ("import socket; socket.socket()", "Too many open files"),
        ("import os; os.pipe()", "Too many open files"),
        ("import resource as r; r.setrlimit(r.RLIMIT_NOFILE, (9, 9))", "not allowed"),
        ("while True: pass", ""),
    ],
)
def test_within_what_it_is_given(deed: str, end: str, tmp_path: Path) -> None:
    code = f"import os, resource, socket, sys; sys.path.insert(0, {str(ROOT)!r}); "
    code += f"from cxloop.kernel.drawing import confine; confine(); {deed}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=tmp_path)
    assert done.returncode
    assert end in done.stderr.decode() or done.returncode < 0


def test_by_nobody_while_somebody_else_draws(now: datetime) -> None:
    """Whoever draws also keeps the clocks; eight slow files must not take all of them."""
    slow, other = (keep_file("a.png", picture(size=(40, at)), now=now) for at in (20, 21))
    assert previews._claim() == slow
    assert draw_previews() == 0
    File.objects.filter(pk=slow.pk).update(try_after=moment() - LEASE)
    assert draw_previews() == 2
    drawn(other)


def test_only_until_others_would_wait_for_it(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at in (20, 21):
        keep_file("a.png", picture(size=(40, at)), now=now)
    monkeypatch.setattr(previews, "BEGUN_WITHIN_S", 0.01)
    assert draw_previews() == 1
    longest = timedelta(seconds=previews.BEGUN_WITHIN_S + previews.PATIENCE_S)
    assert longest < min(LEASE, BY_NAME["previews"].late_after)


def test_into_no_more_than_it_may_say(instead: Callable[[str], None]) -> None:
    instead(
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
        "from cxloop.kernel.drawing import confine; confine(); "
        "out = sys.stdout.buffer; [out.write(bytes(1 << 20)) for _ in range(64)]"
    )
    with pytest.raises(subprocess.SubprocessError):
        drawn_by_itself("picture", b"")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_as_it_was_held(orientation: int, now: datetime) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    body = picture("JPEG", size=(40, 20), exif=exif.tobytes())
    file = keep_file("a.jpg", body, now=now)
    draw_previews()
    right = ImageOps.exif_transpose(seen(body))
    assert drawn(file).size == right.size
    assert is_like(drawn(file), right)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_in_the_tones_that_it_has(mode: str, now: datetime) -> None:
    """Made larger than it is drawn, so that what is drawn is mixed."""
    ramp = Image.linear_gradient("L").resize((1200, 1200))
    image = ramp.convert("RGB").convert(mode) if mode != "I;16" else deep(ramp)
    out = BytesIO()
    image.save(out, "JPEG" if mode == "CMYK" else "PNG")
    file = keep_file("a", out.getvalue(), now=now)
    draw_previews()
    assert is_like(drawn(file), ramp)
    assert ("A" in drawn(file).getbands()) is False or "A" in mode


def deep(image: Image.Image) -> Image.Image:
    """Of sixteen bits."""
    return Image.frombytes(
        "I;16", image.size, b"".join(b"\x00" + bytes([t]) for t in image.tobytes())
    )


def is_like(drawn: Image.Image, wanted: Image.Image) -> bool:
    """Seen from afar."""
    small = (8, 8)
    one, other = (
        each.convert("RGB").resize(small, Image.Resampling.BOX) for each in (drawn, wanted)
    )
    extremes = ImageChops.difference(one, other).getextrema()
    return max(high for _, high in extremes) < 24


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
