"""Which hosts an admin may name. A name on the list of the house may lead into its own network."""

from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings

from cxloop.kernel.reaching import Number, is_public


def may_reach(host: str) -> Callable[[Number], bool]:
    return _any if host.lower() in settings.MAIL_HOSTS else is_public


def is_this_machine(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_token_address(address: str) -> bool:
    """Encrypted, or on this machine; without a name or a password in it."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(host))
    names_nobody = parts.username is None and parts.password is None
    readable = address.isascii() and address.isprintable() and " " not in address
    return is_safe and bool(host) and port != 0 and names_nobody and readable


def _any(number: Number) -> bool:
    return True
