"""The address at which a customer reads where their matter stands: `/s/TOKEN`, signed.

It names the ticket and the customer whom it was given to. It lives for so many days after the last
sign of life of either side. The one in letters is always the same; one that was asked for counts
from when it was made. One that a colleague has handed on asks nobody whether it is put right: the
colleague might answer it.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from struct import Struct
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from cxloop.kernel.errors import NotHere
from tickets.work.models import Ticket

_NAMED = Struct(">Q16sIB")  # the ticket, the customer, the second when it was made, who handed it
_MARK = 16  # bytes of HMAC-SHA256 behind them
_SIGNS = 60  # of base64, which 45 bytes fill whole


@dataclass(frozen=True, slots=True)
class StatusLink:
    """`made_at` is whole seconds; none in letters, which live by what happens on the ticket."""

    ticket: int
    customer: UUID
    made_at: datetime | None = None
    handed: bool = False

    @property
    def token(self) -> str:
        made = int(self.made_at.timestamp()) if self.made_at else 0
        raw = _NAMED.pack(self.ticket, self.customer.bytes, made, self.handed)
        return urlsafe_b64encode(raw + _mark(raw)).decode()

    @property
    def url(self) -> str:
        return f"{settings.BASE_URL}/s/{self.token}"


def link_in_letters(ticket: Ticket) -> str:
    """Blank where nobody is known to whom it could be given."""
    if ticket.customer_id is None:
        return ""
    return StatusLink(ticket.pk, ticket.customer_id).url


def read_status_link(token: str) -> StatusLink:
    """Raises NotHere for what we did not sign."""
    raw = _bytes_of(token)
    said, mark = raw[:-_MARK], raw[-_MARK:]
    if not hmac.compare_digest(_mark(said), mark):
        raise NotHere()
    ticket, customer, made, handed = _NAMED.unpack(said)
    made_at = datetime.fromtimestamp(made, UTC) if made else None
    return StatusLink(ticket, UUID(bytes=customer), made_at, bool(handed))


def _bytes_of(token: str) -> bytes:
    """Of a token that is written as we write it: base64 passes over much that is none."""
    try:
        raw = urlsafe_b64decode(token) if len(token) == _SIGNS else b""
    except ValueError:
        raise NotHere() from None
    if urlsafe_b64encode(raw).decode() != token or not raw:
        raise NotHere()
    return raw


def lives_until(made_at: datetime) -> datetime:
    return made_at + settings.STATUS_LINK


def is_over(signs: Iterable[datetime | None], *, now: datetime) -> bool:
    """Whether the last sign of life is longer ago than links live."""
    return all(at is None or lives_until(at) < now for at in signs)


def _mark(raw: bytes) -> bytes:
    return hmac.digest(_key(settings.SECRET_KEY), raw, "sha256")[:_MARK]


@lru_cache(maxsize=1)
def _key(secret: str) -> bytes:
    """Derived once: a sweep signs hundreds."""
    return salted_hmac("cxloop.status", "", secret=secret, algorithm="sha256").digest()
