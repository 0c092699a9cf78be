"""The link in the letter: `/c/1042-2.SIGNATURE`, the ticket's number and cycle, signed.

It does not expire by time: a customer may answer late. A later cycle overtakes it.
"""

from django.conf import settings
from django.core.signing import BadSignature, Signer

from cxloop.kernel.errors import NotHere

_SIGNER = Signer(salt="question", sep=".")


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
