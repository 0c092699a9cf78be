"""Files of each kind, made here; no stranger's file lies in the project."""

from io import BytesIO
from typing import Any

from PIL import Image


def picture(form: str = "PNG", *, size: tuple[int, int] = (40, 20), **options: Any) -> bytes:
    """Left half red, right half blue."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def pdf(*, width: int = 200, height: int = 100, pages: int = 1) -> bytes:
    out = BytesIO()
    first, *more = [Image.new("RGB", (width, height), "green") for _ in range(pages)]
    first.save(out, "PDF", save_all=True, append_images=more)
    return out.getvalue()


def seen(drawn: bytes) -> Image.Image:
    image = Image.open(BytesIO(drawn))
    image.load()
    return image
