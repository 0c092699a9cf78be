"""Reply addresses that carry what they answer: `reply+1042.SIGNATURE@…` a ticket, and
`reply+s17.SIGNATURE@…` a talk with somebody else beside a ticket. So no subject line is trusted,
nobody can guess another's, and what answers the one is never taken for an answer to the other."""

from django.conf import settings
from django.core.signing import Signer

_SIGNER = Signer(salt="reply-address", sep=".")
_SIDE_SIGNER = Signer(salt="side-address", sep=".")
_SIDE = "s"


def reply_address(ticket_number: int) -> str:
    return _tagged(_SIGNER.sign(str(ticket_number)))


def side_address(side_number: int) -> str:
    return _tagged(_SIDE_SIGNER.sign(f"{_SIDE}{side_number}"))


def read_reply_address(address: str) -> int | None:
    """The ticket's number, or None where the address is not one of ours."""
    return _number(address, _SIGNER, "")


def read_side_address(address: str) -> int | None:
    """The number of what is said beside a ticket, or None."""
    return _number(address, _SIDE_SIGNER, _SIDE)


def is_ours(address: str) -> bool:
    """Whether it is one that our letters name."""
    return read_reply_address(address) is not None or read_side_address(address) is not None


def _tagged(token: str) -> str:
    mailbox, _, domain = settings.REPLY_ADDRESS.partition("@")
    return f"{mailbox}+{token}@{domain}"


def _number(address: str, signer: Signer, mark: str) -> int | None:
    """Mail programs change the case of addresses."""
    mailbox, _, tagged = address.rpartition("@")[0].partition("+")
    if mailbox.lower() != settings.REPLY_ADDRESS.partition("@")[0].lower():
        return None
    told, _, signature = tagged.lower().partition(".")
    number = told.removeprefix(mark)
    if not number.isdigit() or len(number) > 18 or not signature:
        return None
    expected = signer.sign(f"{mark}{int(number)}").lower()
    return int(number) if expected == tagged.lower() else None
