"""The address of a form, and how it is carried about."""

from io import BytesIO

import segno
from django.conf import settings

PIXELS_A_DOT, QUIET_DOTS = 8, 4  # ISO/IEC 18004 wants four


def form_url(source: str, form: str) -> str:
    """The page of a form: for a link, or a QR code on a parcel."""
    return f"{settings.BASE_URL}/f/{source}/{form}"


def code_of(url: str) -> bytes:
    """As a QR code in SVG, dark on white in any theme: what is printed has none."""
    drawn = BytesIO()
    code = segno.make(url, error="m", micro=False)
    code.save(drawn, kind="svg", scale=PIXELS_A_DOT, border=QUIET_DOTS, light="#fff")
    return drawn.getvalue()
