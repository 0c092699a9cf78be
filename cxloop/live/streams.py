"""One open page, as the server holds it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

from accounts.models import User

HEARTBEAT_S = 15.0
# How long a browser waits before it connects anew, in milliseconds.
BEGIN = b"retry: 1500\n\n"
HEARTBEAT = b": \n\n"


@dataclass(eq=False)
class Stream:
    """`ticket` is the one that the page shows; `lists` is whether it shows a list of them.

    What the page was not told yet waits here, the latest of each kind: one that reads slowly costs
    no memory, and never hears what is outdated.
    """

    session: str
    user: User
    ticket: int | None
    lists: bool
    newest: int = 0
    is_over: bool = False
    _waiting: dict[str, str] = field(default_factory=dict)
    _ring: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, event: str, data: str = "{}") -> None:
        self._waiting[event] = data
        self._ring.set()

    def tell_of_ticket(self, newest: int) -> None:
        """That its newest entry has this number; once."""
        if newest > self.newest:
            self.newest = newest
            self.tell("ticket", json.dumps({"ref": f"T-{self.ticket}", "newest": newest}))

    def end(self) -> None:
        self.is_over = True
        self._ring.set()

    async def written(self) -> AsyncIterator[bytes]:
        """Until it is over; a comment where there was nothing to tell for long, so that proxies
        keep the line open and a dead one is noticed."""
        yield BEGIN
        while not self.is_over:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ring.wait(), HEARTBEAT_S)
            self._ring.clear()
            told, self._waiting = self._waiting, {}
            yield b"".join(_as_event(*one) for one in told.items()) or HEARTBEAT


def _as_event(event: str, data: str) -> bytes:
    return f"event: {event}\ndata: {data}\n\n".encode()
