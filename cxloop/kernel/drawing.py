"""Draws a file that a stranger sent as a small picture: bytes in, WebP out.

Run as a process of its own (`drawing.py picture` or `pdf`), since a decoder is a large thing to
trust: it has the memory, the time and the files that it is given here, and what it does wrong ends
with it. It knows nothing of the service; 0 is success, anything else is said on stderr.
"""

import copy
import sys
import warnings
from io import BytesIO
from resource import RLIMIT_AS, RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_NOFILE, setrlimit

import pypdfium2
from PIL import Image, ImagePalette, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin

# Read before it is confined, after which no module can be: Pillow asks for them as they are wanted.
ASKED_FOR_LATER = (copy, ImagePalette, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin)

WIDEST, HIGHEST = 900, 900
MOST_PIXELS = 24_000_000
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
MEMORY, SECONDS, MOST_BYTES = 1024 * 1024 * 1024, 10, 4 * 1024 * 1024

_ORIENTATION = 0x0112
_Turn = Image.Transpose
TURNS = {
    2: _Turn.FLIP_LEFT_RIGHT,
    3: _Turn.ROTATE_180,
    4: _Turn.FLIP_TOP_BOTTOM,
    5: _Turn.TRANSPOSE,
    6: _Turn.ROTATE_270,
    7: _Turn.TRANSVERSE,
    8: _Turn.ROTATE_90,
}


def picture_of(body: bytes) -> Image.Image:
    """The first frame, upright. A large JPEG is decoded at a fraction of its size."""
    image: Image.Image = Image.open(BytesIO(body), formats=FORMATS)
    image.draft("RGB", (WIDEST * 2, HIGHEST * 2))
    if image.width * image.height > MOST_PIXELS:
        raise ValueError(f"{image.width} by {image.height} is too large to be drawn")
    # Turned after it was made small: what is small is turned quickly.
    turn = TURNS.get(image.getexif().get(_ORIENTATION, 1))
    small = in_tones(image)
    small.thumbnail((WIDEST, HIGHEST))
    return small.transpose(turn) if turn is not None else small


def in_tones(image: Image.Image) -> Image.Image:
    """Colours of a palette cannot be mixed, and of sixteen bits the upper eight are seen."""
    if image.mode == "P":
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode.startswith("I"):
        return image.point(lambda tone: tone * (1 / 256)).convert("L")
    return image.convert("L") if image.mode == "1" else image


def first_page_of(body: bytes) -> Image.Image:
    with pypdfium2.PdfDocument(body) as document:
        page = document[0]
        scale = min(WIDEST / page.get_width(), HIGHEST / page.get_height(), 4.0)
        drawn: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil()
        return drawn.crop((0, 0, min(drawn.width, WIDEST), min(drawn.height, HIGHEST)))


DRAW = {"picture": picture_of, "pdf": first_page_of}


def draw(kind: str, body: bytes) -> bytes:
    """Only pixels are kept: no place, no time, no name of a camera."""
    drawn = DRAW[kind](body)
    clear = drawn.convert(
        "RGBA" if "A" in drawn.getbands() or "transparency" in drawn.info else "RGB"
    )
    out = BytesIO()
    clear.save(out, "WEBP", quality=80, exif=b"")
    return out.getvalue()


def confine() -> None:
    """It opens nothing more: no file, no socket, no pipe to anybody."""
    Image.preinit()
    setrlimit(RLIMIT_AS, (MEMORY, MEMORY))
    setrlimit(RLIMIT_CPU, (SECONDS, SECONDS))
    setrlimit(RLIMIT_FSIZE, (MOST_BYTES, MOST_BYTES))
    setrlimit(RLIMIT_NOFILE, (0, 0))
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def main() -> None:
    confine()
    sys.stdout.buffer.write(draw(sys.argv[1], sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
