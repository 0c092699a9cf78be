"""The links in the letter: `/c/1042-2.SIGNATURE`, the ticket's number and cycle, signed, and
`/u/CUSTOMER.SIGNATURE`, where they say that they want no more such letters.

They do not expire by time: a customer may answer late. A later cycle overtakes the first.
"""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

from cxloop.kernel.errors import NotHere

_SIGNER = Signer(salt="question", sep=".")
_OF_SURVEYS = Signer(salt="surveys", sep=".")


def question_link(ticket_number: int, cycle: int) -> str:
    return f"{settings.BASE_URL}/c/{token_of(ticket_number, cycle)}"


def token_of(ticket_number: int, cycle: int) -> str:
    return _SIGNER.sign(f"{ticket_number}-{cycle}")


def read_token(token: str) -> tuple[int, int]:
    """Ticket number and cycle. Raises NotHere for anything we did not sign."""
    try:
        number, _, cycle = _SIGNER.unsign(token).partition("-")
    except BadSignature:
        raise NotHere() from None
    return int(number), int(cycle)


def surveys_link(customer: UUID) -> str:
    return f"{settings.BASE_URL}/u/{surveys_token(customer)}"


def surveys_token(customer: UUID) -> str:
    return _OF_SURVEYS.sign(customer.hex)


def read_surveys_token(token: str) -> UUID:
    """Raises NotHere for anything we did not sign."""
    try:
        return UUID(_OF_SURVEYS.unsign(token))
    except (BadSignature, ValueError):
        raise NotHere() from None
