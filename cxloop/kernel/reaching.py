"""A connection to an address that somebody typed. Pure, but for the network.

An address may lead anywhere, also to what only this machine can reach: its name is resolved once,
every answer is judged, and the connection goes to the number that was judged.
"""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from urllib.parse import SplitResult

CONNECTS_WITHIN = 5.0  # seconds
PORTS = {"http": 80, "https": 443}
# Numbers that carry an IPv4 address, which a gateway would reach in our name.
CARRIERS = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"), ip_network("::/96"))

Number = IPv4Address | IPv6Address


class OutOfReach(Exception):
    """Says why, in words for whoever typed the address."""


def is_public(number: Number) -> bool:
    """Whether anybody could reach it: nothing private, local, shared, reserved or carried."""
    if isinstance(number, IPv6Address):
        if number.ipv4_mapped:
            return is_public(number.ipv4_mapped)
        if number.sixtofour or number.teredo or any(number in net for net in CARRIERS):
            return False
    return number.is_global and not number.is_multicast


def number_of(host: str, port: int, may_reach: Callable[[Number], bool] = is_public) -> str:
    """The first number of the host; none at all if one of them is not for us. Raises OSError where
    the name is nobody's, and OutOfReach."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    numbers = [str(place[0]) for *_, place in found]
    if not all(may_reach(ip_address(number.partition("%")[0])) for number in numbers):
        raise OutOfReach(f"{host} does not lead to the public internet.")
    return numbers[0]


def place_of(parts: SplitResult) -> tuple[str, int]:
    return parts.hostname or "", parts.port or PORTS[parts.scheme]


@contextmanager
def connected(
    parts: SplitResult, may_reach: Callable[[Number], bool], within: float
) -> Iterator[HTTPConnection]:
    """Whatever the other side does, it does not do it for longer than that."""
    host, port = place_of(parts)
    number = number_of(host, port, may_reach)
    line = socket.create_connection((number, port), CONNECTS_WITHIN)
    connection = HTTPConnection(host, port)
    connection.sock = line if parts.scheme == "http" else _encrypted(line, host)
    with hung_up_after(connection.sock, within):
        try:
            if isinstance(connection.sock, ssl.SSLSocket):
                connection.sock.do_handshake()
            yield connection
        finally:
            connection.close()


@contextmanager
def hung_up_after(line: socket.socket, seconds: float) -> Iterator[None]:
    watch = Timer(seconds, _hang_up, [line])
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _encrypted(line: socket.socket, host: str) -> ssl.SSLSocket:
    """Shakes hands later, when somebody watches how long that takes."""
    try:
        secure = ssl.create_default_context()
        return secure.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
    except (OSError, ValueError):
        line.close()
        raise


def _hang_up(line: socket.socket) -> None:
    # The plain socket's way: an encrypted one would forget its key, and be read on in clear.
    try:
        socket.socket.shutdown(line, socket.SHUT_RDWR)
    except OSError:
        return
