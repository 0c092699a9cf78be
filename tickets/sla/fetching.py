"""A file from an address that somebody typed. Pure, but for the network.

An address may lead anywhere, also to what only this machine can reach: its name is resolved once,
every answer is judged, and the connection goes to the number that was judged. No redirect is
followed, since it would lead past that; a proxy that the environment names is not used.
"""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from urllib.parse import SplitResult, urlsplit

LONGEST_ADDRESS = 500
CONNECTS_WITHIN, ENDS_WITHIN = 5.0, 15.0  # seconds
PORTS = {"http": 80, "https": 443}
# Numbers that carry an IPv4 address, which a gateway would reach in our name.
CARRIERS = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"), ip_network("::/96"))

Number = IPv4Address | IPv6Address


class NotFetched(Exception):
    """Says why, in words for whoever typed the address."""


def is_public(number: Number) -> bool:
    """Whether anybody could reach it: nothing private, local, shared, reserved or carried."""
    if isinstance(number, IPv6Address):
        if number.ipv4_mapped:
            return is_public(number.ipv4_mapped)
        if number.sixtofour or number.teredo or any(number in net for net in CARRIERS):
            return False
    return number.is_global and not number.is_multicast


def flaw_of(address: str) -> str:
    """Why an address cannot be fetched from at all; "" where it may."""
    try:
        parts = urlsplit(address)
        found = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        found = False
    if not found or not address.isascii() or not address.isprintable() or " " in address:
        return "An address is written as https://calendar.example/holidays.ics."
    if parts.username is not None or parts.password is not None:
        return "An address names nobody and carries no password."
    return "" if len(address) <= LONGEST_ADDRESS else "The address is too long."


def fetch(
    address: str,
    *,
    most: int,
    within: float = ENDS_WITHIN,
    may_reach: Callable[[Number], bool] = is_public,
) -> bytes:
    """At most `most` bytes, in `within` seconds. Raises NotFetched. Tests alone pass another
    `may_reach`."""
    if flaw := flaw_of(address):
        raise NotFetched(flaw)
    parts = urlsplit(address)
    try:
        number = _number(parts, may_reach)
        with _connected(parts, number, within) as connection:
            return _read(connection, parts, most)
    except (OSError, HTTPException, ValueError) as error:
        why = f"{parts.hostname} could not be read: {type(error).__name__} {error}"
        raise NotFetched(why[:300]) from error


@contextmanager
def _connected(parts: SplitResult, number: str, within: float) -> Iterator[HTTPConnection]:
    """Whatever the other side does, it does not do it for longer than that."""
    host, port = _place(parts)
    line = socket.create_connection((number, port), CONNECTS_WITHIN)
    connection = HTTPConnection(host, port)
    connection.sock = line if parts.scheme == "http" else _encrypted(line, host)
    watch = Timer(within, _hang_up, [connection.sock])
    watch.start()
    try:
        if isinstance(connection.sock, ssl.SSLSocket):
            connection.sock.do_handshake()
        yield connection
    finally:
        watch.cancel()
        connection.close()


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


def _place(parts: SplitResult) -> tuple[str, int]:
    return parts.hostname or "", parts.port or PORTS[parts.scheme]


def _number(parts: SplitResult, may_reach: Callable[[Number], bool]) -> str:
    """The first number of the host; none at all if one of them is not for us."""
    host, port = _place(parts)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    numbers = [str(place[0]) for *_, place in found]
    if not all(may_reach(ip_address(number.partition("%")[0])) for number in numbers):
        raise NotFetched(f"{host} does not lead to the public internet.")
    return numbers[0]


def _read(connection: HTTPConnection, parts: SplitResult, most: int) -> bytes:
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    headers = {"Accept": "text/calendar", "Accept-Encoding": "identity", "User-Agent": "cxloop"}
    connection.request("GET", path, headers=headers)
    with connection.getresponse() as answer:
        _refuse_other_than_a_file(answer)
        raw = answer.read(most + 1)
        if len(raw) > most:
            raise NotFetched(f"It is larger than {most:,} bytes.")
        if answer.length:
            raise NotFetched("It broke off.")
        return raw


def _refuse_other_than_a_file(answer: HTTPResponse) -> None:
    if 300 <= answer.status < 400:
        elsewhere = (answer.getheader("Location") or "elsewhere")[:200]
        raise NotFetched(f"It leads on to {elsewhere}, and is not followed.")
    if answer.status != 200:
        raise NotFetched(f"It was answered with {answer.status} {answer.reason}."[:200])
    if answer.getheader("Content-Encoding", "identity") != "identity":
        raise NotFetched("It came compressed, though it was asked for plain.")
