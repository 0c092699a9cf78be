"""The receipt that whoever gave feedback may keep: a link that nobody can guess."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from cxloop.kernel.errors import NotHere

_MARK = 16  # bytes of HMAC-SHA256 behind the sixteen of the id


def status_url(feedback_id: UUID) -> str:
    raw = feedback_id.bytes + _mark(feedback_id.bytes)
    return f"{settings.BASE_URL}/r/{urlsafe_b64encode(raw).decode().rstrip('=')}"


def read_receipt(signed: str) -> UUID:
    """The feedback's id. Raises NotHere for what we did not sign."""
    try:
        raw = urlsafe_b64decode(signed + "=" * (-len(signed) % 4))
    except ValueError:
        raise NotHere() from None
    if len(raw) != 16 + _MARK or not hmac.compare_digest(_mark(raw[:16]), raw[16:]):
        raise NotHere()
    return UUID(bytes=raw[:16])


def _mark(raw: bytes) -> bytes:
    return hmac.digest(_key(settings.SECRET_KEY), raw, "sha256")[:_MARK]


@lru_cache(maxsize=1)
def _key(secret: str) -> bytes:
    """Derived once: a batch signs a thousand receipts."""
    return salted_hmac("cxloop.receipt", "", secret=secret, algorithm="sha256").digest()


def in_utc(instant: datetime) -> str:
    """ISO 8601 with Z, as the contract answers all times."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def answer_for(feedback_id: UUID, received_at: datetime) -> dict[str, str]:
    return {
        "id": str(feedback_id),
        "received_at": in_utc(received_at),
        "status_url": status_url(feedback_id),
    }
