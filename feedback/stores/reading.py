"""What an export of reviews says, whichever store it comes from. Pure.

A store tells a review as it stands, and when it was last changed, if at all; a reader makes a
`ReadReview` of that, or says of a row why it is none.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from cxloop.kernel.errors import Refused

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LINKED_HOSTS = (
    "play.google.com",
    "apps.apple.com",
    "itunes.apple.com",
    "appstoreconnect.apple.com",
)
LONGEST_LINK = 2000

_WHOLE = re.compile(r"-?\d{1,18}(?:\.0+)?")


class Store(StrEnum):
    GOOGLE_PLAY = "google_play"
    APP_STORE = "app_store"


@dataclass(frozen=True)
class Wording:
    """What it said at one time; `at` is when that was last changed."""

    stars: int
    text: str
    at: datetime

    @property
    def digest(self) -> str:
        """The same words, whatever file they stand in and however it breaks its lines."""
        said = f"{self.stars} {' '.join(self.text.split())}"
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True)
class ToldReply:
    text: str
    at: datetime


@dataclass(frozen=True)
class ReadReview:
    """`place` is where it stands in the file. `names` are what it may be known by, the store's own
    id first, if there is one. `tells_edits`: the file says when a review was changed, and not only
    when it was written. `remarks` are what could not be taken of it."""

    place: str
    store: Store
    names: tuple[str, ...]
    wordings: tuple[Wording, ...]
    replies: tuple[ToldReply, ...] = ()
    nickname: str = ""
    language: str = ""
    context: Mapping[str, str] = field(default_factory=dict)
    tells_edits: bool = True
    remarks: tuple[str, ...] = ()

    @property
    def marks(self) -> tuple[str, ...]:
        return tuple(mark_of(self.store, name) for name in self.names)


@dataclass(frozen=True)
class NoReview:
    """A row that could not be read, and why."""

    place: str
    reason: str


def mark_of(store: Store, name: str) -> str:
    return hashlib.sha256(f"{store}:{name}".encode()).hexdigest()


def titled(title: str, text: str) -> str:
    return "\n".join(part for part in (title.strip(), text.strip()) if part)


def stars_of(said: object) -> int:
    """Raises Refused. A spreadsheet writes 4 as 4.0."""
    text = str(said).strip()
    stars = int(text.partition(".")[0]) if _WHOLE.fullmatch(text) else 0
    if isinstance(said, bool) or not 1 <= stars <= 5:
        raise Refused.at("/stars", "not_stars", f"{text[:40]!r} is not 1 to 5 stars.")
    return stars


def of_millis(said: str) -> datetime:
    """Raises Refused."""
    try:
        return EPOCH + timedelta(milliseconds=int(said))
    except (ValueError, OverflowError):
        raise no_time(said) from None


def of_iso(said: str) -> datetime:
    """Raises Refused: a time without offset could be anybody's."""
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        raise no_time(said) from None
    if found.tzinfo is None:
        raise no_time(said)
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise no_time(said) from None


def no_time(said: object) -> Refused:
    return Refused.at("/time", "malformed_time", f"{str(said)[:40]!r} is not a time.")


def link_of(said: str) -> str:
    """To one of the two stores, or empty: what stands in a file must lead nowhere else."""
    try:
        parts = urlsplit(said.strip())
        elsewhere = parts.hostname not in LINKED_HOSTS or parts.port not in (None, 80, 443)
    except ValueError:
        return ""
    if (
        parts.scheme not in ("http", "https")
        or elsewhere
        or parts.username
        or len(said) > LONGEST_LINK
    ):
        return ""
    return parts._replace(scheme="https", netloc=parts.hostname or "").geturl()


def told(**facts: str) -> dict[str, str]:
    """Without what was not said."""
    return {name: text.strip() for name, text in facts.items() if text.strip()}
