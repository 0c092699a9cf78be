"""A mail server on loopback that behaves as it is told, and remembers every letter it was given."""

import asyncio
import email
import email.policy
import threading
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum


class Manner(Enum):
    TAKES = "takes letters"
    HANGS = "accepts the connection and says nothing"
    LATER = "refuses for now (451)"
    NEVER = "refuses for good (550)"
    DROPS = "dies after DATA, before it says that it has the letter"


@dataclass
class Receiver:
    """`given`: how often each Message-ID arrived whole, acknowledged or not. `to`: by Message-ID,
    who it was for. `unacknowledged` is how many arrived and were not said to have."""

    manner: Manner = Manner.TAKES
    given: Counter[str] = field(default_factory=Counter)
    to: dict[str, str] = field(default_factory=dict)
    subjects: dict[str, str] = field(default_factory=dict)
    unacknowledged: int = 0
    met: Counter[Manner] = field(default_factory=Counter)
    port: int = 0

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._up.wait(5)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._meet, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._up.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(self._end_talks())
        self._loop.close()

    async def _end_talks(self) -> None:
        talks = asyncio.all_tasks() - {asyncio.current_task()}
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await asyncio.sleep(0.05)  # their sockets are closed by the loop, not by them

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.met[self.manner] += 1
        try:
            if self.manner is Manner.HANGS:
                await reader.read()  # until they give up
            else:
                await self._talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # they hung up, or we are closing
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 faults\r\n")
        while line := await reader.readline():
            verb = line[:4].upper().strip()
            if verb == b"DATA" and not await self._take(reader, writer):
                return
            writer.write(self._answer(verb))
            await writer.drain()
            if verb == b"QUIT":
                return

    def _answer(self, verb: bytes) -> bytes:
        if verb == b"RCPT" and self.manner is Manner.LATER:
            return b"451 later\r\n"
        if verb == b"RCPT" and self.manner is Manner.NEVER:
            return b"550 never\r\n"
        return b"250 ok\r\n"

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether it is going to say that it has the letter."""
        writer.write(b"354 go on\r\n")
        lines = []
        while (line := await reader.readuntil(b"\n")) != b".\r\n":
            lines.append(line)
        letter = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        name = str(letter["Message-ID"])
        self.given[name] += 1
        self.to[name], self.subjects[name] = str(letter["To"]), str(letter["Subject"])
        if self.manner is Manner.DROPS:
            self.unacknowledged += 1
            return False
        return True
