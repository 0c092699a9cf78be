"""A mail to its end, quotes and signature and all, and its page made harmless. Pure."""

from dataclasses import dataclass
from email.parser import BytesParser

import nh3

from feedback.email.measure import measured
from feedback.email.mending import mended
from feedback.email.parts import POLICY, parts_of
from feedback.email.plain import markup_of, text_of

# A form of a stranger's would send what a colleague types to them; a style could cover the page.
_TAGS = frozenset(nh3.ALLOWED_TAGS)
_SCHEMES = {"http", "https", "mailto", "tel"}


@dataclass(frozen=True, slots=True)
class Whole:
    """`text` as it stands, `markup` for a browser, blank where the mail has none. `has_images`: it
    would fetch pictures, by which its sender sees that it is read."""

    text: str = ""
    markup: str = ""
    has_images: bool = False


def whole_of(raw: bytes, *, images: bool = False) -> Whole:
    """Without `images` no picture is named in it. A mail that cannot be read is blank."""
    try:
        message = BytesParser(policy=POLICY).parsebytes(mended(measured(raw)))
        parts = list(parts_of(message))
        text, markup = text_of(parts), markup_of(parts)
    except Exception:  # the standard library fails on some real mail
        return Whole()
    seen = _harmless(markup, _TAGS)
    shown = seen if images else _harmless(markup, _TAGS - {"img"})
    return Whole(text, shown, has_images="<img" in seen)


def _harmless(markup: str, tags: frozenset[str]) -> str:
    return nh3.clean(
        markup, tags=set(tags), url_schemes=_SCHEMES, link_rel="noopener noreferrer nofollow"
    )
