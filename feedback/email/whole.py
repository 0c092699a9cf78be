"""A mail to its end, quotes and signature and all, and its page made harmless. Pure."""

import re
from dataclasses import dataclass
from email.parser import BytesParser
from itertools import islice

import nh3

from feedback.email import headers
from feedback.email.files import MailFile, files_of
from feedback.email.measure import measured
from feedback.email.mending import mended
from feedback.email.parts import POLICY, parts_of
from feedback.email.plain import markup_of, text_of

# A form of a stranger's would send what a colleague types to them; a style could cover the page.
_TAGS = frozenset(nh3.ALLOWED_TAGS)
MOST_HEADERS = 500
# The parser of HTML takes four seconds for four times as many, if they stand in each other.
MOST_ELEMENTS = 10_000
_ELEMENT = re.compile(r"<[a-zA-Z]")
_SCHEMES = {"http", "https", "mailto", "tel"}


@dataclass(frozen=True, slots=True)
class Whole:
    """`text` as it stands, `markup` for a browser, blank where the mail has none. `has_images`: it
    would fetch pictures, by which its sender sees that it is read. `files` are those that it
    brought, also what was too much to be kept beside it."""

    text: str = ""
    markup: str = ""
    has_images: bool = False
    files: tuple[MailFile, ...] = ()


def whole_of(raw: bytes, *, images: bool = False) -> Whole:
    """Without `images` no picture is named in it. A mail that cannot be read is blank."""
    try:
        message = BytesParser(policy=POLICY).parsebytes(mended(measured(raw)))
        parts = list(parts_of(message))
        text, files = text_of(parts), tuple(files_of(parts))
        markup = _as_much_as_is_shown(markup_of(parts))
    except Exception:  # the standard library fails on some real mail
        return Whole()
    seen = _harmless(markup, _TAGS)
    shown = seen if images else _harmless(markup, _TAGS - {"img"})
    return Whole(text, shown, has_images="<img" in seen, files=files)


def headers_of(raw: bytes) -> list[tuple[str, str]]:
    """The first few hundred as they stand, encoded words too, each on one line, cut where no person
    writes any more. None where none can be read."""
    try:
        message = BytesParser(policy=POLICY).parsebytes(mended(measured(raw)), headersonly=True)
        return headers.as_they_stand(message)[:MOST_HEADERS]
    except Exception:  # as above
        return []


def _as_much_as_is_shown(markup: str) -> str:
    further = next(islice(_ELEMENT.finditer(markup), MOST_ELEMENTS, None), None)
    return markup[: further.start()] if further else markup


def _harmless(markup: str, tags: frozenset[str]) -> str:
    return nh3.clean(
        markup, tags=set(tags), url_schemes=_SCHEMES, link_rel="noopener noreferrer nofollow"
    )
