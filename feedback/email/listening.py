"""The door for mail servers: SMTP, or LMTP behind one of ours. What is answered with 250 is kept.

Nothing is relayed: whoever writes to a mailbox of a source, or answers a letter of ours, is let in.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as Handed
from django.db import close_old_connections

from cxloop.kernel.moment import moment
from feedback.email.actions.take_in import Envelope, take_in
from feedback.email.mailboxes import first_source_of, source_at

logger = logging.getLogger(__name__)

LARGEST = 40 * 1024 * 1024
MOST_RECIPIENTS = 100
MOST_HOPS = 50
MOST_AT_ONCE = 8
PATIENCE_S = 120.0
# Programs write lines longer than the 998 signs that RFC 5322 allows, and mean them.
LONGEST_LINE = 1024 * 1024

TRY_AGAIN = "451 4.3.0 Nothing was kept: try again later"

T = TypeVar("T")


class Door:
    """What of a conversation is ours to decide."""

    def __init__(self) -> None:
        self.hands = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="mail")

    async def handle_RCPT(self, server: SMTP, session: Session, handed: Handed, *told: Any) -> str:
        address, options = told
        if len(handed.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients: send to the others afterwards"
        if await self._in_a_thread(lambda: source_at(address)) is None:
            return "550 5.1.1 Nobody here is called so"
        handed.rcpt_tos.append(address)
        handed.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, handed: Handed) -> str:
        content = handed.content or b""
        assert isinstance(content, bytes)  # it is asked to decode nothing
        if hops(content) > MOST_HOPS:
            return "554 5.4.6 It goes in a circle"
        envelope = _envelope(server, session, handed)
        kept = await self._in_a_thread(lambda: _keep(content, envelope))
        answer = f"250 2.0.0 Kept as {kept}"
        # LMTP answers for each recipient (RFC 2033); this library says one line for all.
        return "\r\n".join([answer] * (len(handed.rcpt_tos) if isinstance(server, LMTP) else 1))

    async def handle_exception(self, error: Exception) -> str:
        logger.error("a mail was not kept: %s", error, exc_info=error)
        return TRY_AGAIN

    async def _in_a_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.hands, _fresh, work)


def _fresh(work: Callable[[], T]) -> T:
    """On a connection that is not one which the database has closed meanwhile."""
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()


def _keep(content: bytes, envelope: Envelope) -> int:
    source = first_source_of(envelope.recipients)
    if source is None:
        raise LookupError("the mailbox is nobody's any more")
    return take_in(content, envelope, source=source, now=moment()).pk


def _envelope(server: SMTP, session: Session, handed: Handed) -> Envelope:
    peer = session.peer[0] if isinstance(session.peer, tuple) else ""
    return Envelope(
        sender=handed.mail_from or "",
        recipients=tuple(handed.rcpt_tos),
        peer=str(peer),
        helo=str(session.host_name or ""),
        protocol="LMTP" if isinstance(server, LMTP) else "ESMTP",
    )


def hops(content: bytes) -> int:
    """How many servers say that they had it."""
    head = content.partition(b"\r\n\r\n")[0].lower()
    return head.count(b"\nreceived:") + head.startswith(b"received:")


class _Smtp(SMTP):
    line_length_limit = LONGEST_LINE


class _Lmtp(LMTP):
    line_length_limit = LONGEST_LINE


async def listen(host: str, port: int, *, lmtp: bool, ready: Callable[[int], None]) -> None:
    """Until it is cancelled; `ready` hears the port."""
    loop, door = asyncio.get_running_loop(), Door()
    kind, options = (_Lmtp if lmtp else _Smtp), _options(loop)
    server = await loop.create_server(lambda: kind(door, **options), host, port)
    ready(server.sockets[0].getsockname()[1])
    async with server:
        await server.serve_forever()


def _options(loop: asyncio.AbstractEventLoop) -> dict[str, Any]:
    return {
        "loop": loop,
        "data_size_limit": LARGEST,
        "enable_SMTPUTF8": True,
        "hostname": "cxloop",
        "ident": "cxloop",
        "timeout": PATIENCE_S,
    }
