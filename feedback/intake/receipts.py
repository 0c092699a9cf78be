"""The receipt that whoever gave feedback may keep: a link that nobody can guess."""

from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

from cxloop.kernel.errors import NotHere

_signer = Signer(salt="cxloop.receipt", sep=".")


def status_url(feedback_id: UUID) -> str:
    return f"{settings.BASE_URL}/r/{_signer.sign(feedback_id.hex)}"


def read_receipt(signed: str) -> UUID:
    """The feedback's id. Raises NotHere for what we did not sign."""
    try:
        return UUID(hex=_signer.unsign(signed))
    except (BadSignature, ValueError):
        raise NotHere() from None


def in_utc(instant: datetime) -> str:
    """ISO 8601 with Z, as the contract answers all times."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def answer_for(feedback_id: UUID, received_at: datetime) -> dict[str, str]:
    return {
        "id": str(feedback_id),
        "received_at": in_utc(received_at),
        "status_url": status_url(feedback_id),
    }
