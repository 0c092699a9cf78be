"""Reply addresses that carry their ticket: `reply+1042.SIGNATURE@…`, so that no subject line is
trusted and nobody can guess another's."""

from django.conf import settings
from django.core.signing import Signer

_SIGNER = Signer(salt="reply-address", sep=".")


def reply_address(ticket_number: int) -> str:
    mailbox, _, domain = settings.REPLY_ADDRESS.partition("@")
    return f"{mailbox}+{_token(ticket_number)}@{domain}"


def read_reply_address(address: str) -> int | None:
    """The ticket's number, or None where the address is not one of ours."""
    mailbox, _, tagged = address.rpartition("@")[0].partition("+")
    if mailbox.lower() != settings.REPLY_ADDRESS.partition("@")[0].lower():
        return None
    number, _, mark = tagged.partition(".")
    if not number.isdigit() or len(number) > 18 or _token(int(number)).lower() != tagged.lower():
        return None
    return int(number) if mark else None


def _token(ticket_number: int) -> str:
    return _SIGNER.sign(str(ticket_number))
