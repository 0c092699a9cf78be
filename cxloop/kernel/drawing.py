"""Draws a file that a stranger sent as a small picture: bytes in, WebP out.

Run as a process of its own (`drawing.py picture` or `pdf`), since a decoder is a large thing to
trust: it has the memory, the time and the files that it is given here, and what it does wrong ends
with it. It knows nothing of the service; 0 is success, anything else is said on stderr.
"""

import sys
import warnings
from io import BytesIO
from resource import RLIMIT_AS, RLIMIT_CPU, RLIMIT_FSIZE, setrlimit

import pypdfium2
from PIL import Image, ImageOps

WIDEST, HIGHEST = 900, 900
MOST_PIXELS = 24_000_000
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
MEMORY, SECONDS = 1024 * 1024 * 1024, 20


def picture_of(body: bytes) -> Image.Image:
    """The first frame, upright. A large JPEG is decoded at a fraction of its size."""
    image: Image.Image = Image.open(BytesIO(body), formats=FORMATS)
    image.draft("RGB", (WIDEST * 2, HIGHEST * 2))
    if image.width * image.height > MOST_PIXELS:
        raise ValueError(f"{image.width} by {image.height} is too large to be drawn")
    # Turned after it was made small: what is small is turned quickly.
    orientation = image.getexif().get(0x0112, 1)
    image.thumbnail((WIDEST, HIGHEST))
    upright = Image.Exif()
    upright[0x0112] = orientation
    image.info["exif"] = upright.tobytes()
    return ImageOps.exif_transpose(image)


def first_page_of(body: bytes) -> Image.Image:
    with pypdfium2.PdfDocument(body) as document:
        page = document[0]
        scale = min(WIDEST / page.get_width(), HIGHEST / page.get_height(), 4.0)
        drawn: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil()
        return drawn


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
    setrlimit(RLIMIT_AS, (MEMORY, MEMORY))
    setrlimit(RLIMIT_CPU, (SECONDS, SECONDS))
    setrlimit(RLIMIT_FSIZE, (0, 0))
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def main() -> None:
    confine()
    sys.stdout.buffer.write(draw(sys.argv[1], sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
