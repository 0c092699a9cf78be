"""The links in the letter: `/c/1042-2.SIGNATURE`, the ticket's number and cycle, signed, and
`/u/CUSTOMER.SIGNATURE` and `/o/CUSTOMER.SIGNATURE`, where they say that they want no more
questions, or no more offers.

Those to say no do not expire. The question ends as the status page of its ticket does; the one that
stands there says behind a further dash when that page was asked for, and lives as it does; the one
in a reminder when that was written. A later cycle overtakes the first.
"""

from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

from cxloop.kernel.errors import NotHere
from feedback.intake.models import Consent

_SIGNER = Signer(salt="question", sep=".")
# What is refused behind a link, where it stands and how it is signed.
_REFUSING = {
    Consent.Purpose.SURVEYS: ("u", Signer(salt="surveys", sep=".")),
    Consent.Purpose.MARKETING: ("o", Signer(salt="offers", sep=".")),
}


def question_link(ticket_number: int, cycle: int, made_at: datetime | None = None) -> str:
    return f"{settings.BASE_URL}/c/{token_of(ticket_number, cycle, made_at)}"


def token_of(ticket_number: int, cycle: int, made_at: datetime | None = None) -> str:
    made = f"-{int(made_at.timestamp())}" if made_at else ""
    return _SIGNER.sign(f"{ticket_number}-{cycle}{made}")


def read_token(token: str) -> tuple[int, int, datetime | None]:
    """Ticket number, cycle, and when it was made, in whole seconds; none in the first letter.
    Raises NotHere for anything we did not sign."""
    try:
        number, cycle, *made = _SIGNER.unsign(token).split("-")
    except BadSignature:
        raise NotHere() from None
    made_at = datetime.fromtimestamp(int(made[0]), UTC) if made else None
    return int(number), int(cycle), made_at


def refusal_link(customer: UUID, purpose: str) -> str:
    place, _ = _REFUSING[Consent.Purpose(purpose)]
    return f"{settings.BASE_URL}/{place}/{refusal_token(customer, purpose)}"


def refusal_token(customer: UUID, purpose: str) -> str:
    _, signer = _REFUSING[Consent.Purpose(purpose)]
    return signer.sign(customer.hex)


def read_refusal_token(token: str, purpose: str) -> UUID:
    """Raises NotHere for anything we did not sign, and for what refuses something else."""
    _, signer = _REFUSING[Consent.Purpose(purpose)]
    try:
        return UUID(signer.unsign(token))
    except (BadSignature, ValueError):
        raise NotHere() from None
