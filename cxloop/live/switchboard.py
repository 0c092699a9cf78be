"""Who is connected, what they are told, and whether they may still hear it."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import close_old_connections

from accounts.models import User
from cxloop.live import reading
from cxloop.live.streams import Stream

Given = ParamSpec("Given")
Found = TypeVar("Found")

# Beyond these a person's pages look by themselves, as they do where nobody tells them.
MOST_A_PERSON = 40
# A list is drawn, then its page connects: what changed in between is told when it does.
REMEMBERED_S = 10.0


class Switchboard:
    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self._hands = ThreadPoolExecutor(max_workers=3, thread_name_prefix="reading")
        self._known = reading.Written(0, 0)
        self._present: dict[int, frozenset[tuple[int, str]]] = {}
        self._changed: set[int] = set()
        self._heard: dict[str, dict[int, int]] = {"ticket": {}, "bell": {}}
        self._recent: deque[tuple[float, int]] = deque(maxlen=1000)

    async def read(
        self, what: Callable[Given, Found], *given: Given.args, **named: Given.kwargs
    ) -> Found:
        """Asks the database, in a thread of its own. Raises what Django raises."""
        question = partial(_with_a_fresh_connection, partial(what, *given, **named))
        return await asyncio.get_running_loop().run_in_executor(self._hands, question)

    def has_room_for(self, user: User) -> bool:
        return sum(stream.user.pk == user.pk for stream in self.streams) < MOST_A_PERSON

    async def connect(self, stream: Stream) -> None:
        """It hears from now on, and first how things stand: what it shows may be outdated."""
        self.streams.add(stream)
        try:
            await self._say_how_things_stand(stream)
        except BaseException:
            self.leave(stream)
            raise

    async def _say_how_things_stand(self, stream: Stream) -> None:
        if stream.ticket:
            newest = await self.read(reading.newest_of, [stream.ticket])
            stream.tell_of_ticket(newest.get(stream.ticket, 0))
        recently = time.monotonic() - REMEMBERED_S
        fresh = {ticket for at, ticket in self._recent if at > recently}
        if stream.lists and fresh and await self.read(reading.seen_by, stream.user, fresh):
            stream.tell("queue")

    def leave(self, stream: Stream) -> None:
        self.streams.discard(stream)

    # -- what is heard

    def hear(self, said: str) -> bool:
        """A notification. False where it names nothing, since it would have to name too much."""
        about, _, rest = said.partition(" ")
        if not rest:
            return False
        if about == "here":
            self._tell_who_is_here([int(rest)])
            return True
        pairs = (one.split(":") for one in rest.split(","))
        newest = {int(number): int(row) for number, row in pairs}
        self._heard[about] |= newest
        (self._tickets_changed if about == "ticket" else self._ring_bells)(newest)
        return True

    def _tickets_changed(self, newest: dict[int, int]) -> None:
        self._changed |= newest.keys()
        self._recent.extend((time.monotonic(), ticket) for ticket in newest)
        for stream in self.streams:
            if stream.ticket in newest:
                stream.tell_of_ticket(newest[stream.ticket])

    def _ring_bells(self, people: Collection[int]) -> None:
        for stream in self.streams:
            if stream.user.pk in people:
                stream.tell("bell")

    def _tell_who_is_here(self, tickets: Collection[int]) -> None:
        for stream in self.streams:
            if stream.ticket in tickets:
                stream.tell("here")

    # -- what is looked at from time to time

    async def begin(self) -> None:
        self._known = await self.read(reading.newest)

    async def catch_up(self) -> None:
        """What no notification told: lost, sent while nobody listened, or too much to name."""
        self._known = since = await self.read(reading.written_since, self._known)
        self._tickets_changed(self._not_heard("ticket", since.tickets))
        self._ring_bells(self._not_heard("bell", since.people))
        shown = self._tickets_shown()
        newest = await self.read(reading.newest_of, shown) if shown else {}
        for stream in self.streams:
            if stream.ticket in newest:
                stream.tell_of_ticket(newest[stream.ticket])

    def _not_heard(self, about: str, written: dict[int, int]) -> dict[int, int]:
        """What has been told is not told again; from here on only what is newer counts."""
        heard, self._heard[about] = self._heard[about], {}
        return {number: row for number, row in written.items() if row > heard.get(number, 0)}

    async def refresh_lists(self) -> None:
        """Told only to who may see one of the tickets that have changed."""
        changed, self._changed = self._changed, set()
        for user in self._people(stream for stream in self.streams if stream.lists):
            if changed and await self.read(reading.seen_by, user, changed):
                for stream in self.streams:
                    if stream.lists and stream.user.pk == user.pk:
                        stream.tell("queue")

    async def look_who_left(self) -> None:
        """Nobody notifies of who just goes away."""
        shown = self._tickets_shown()
        now = await self.read(reading.looking_at, shown) if shown else {}
        before, self._present = self._present, now
        moved = {one for one in {*before, *now} if before.get(one) != now.get(one)}
        self._tell_who_is_here(moved)

    async def show_out(self) -> None:
        """Whoever has signed out, was switched off or may no longer see the ticket."""
        signed_in = await self.read(reading.people_of, {one.session for one in self.streams})
        for stream in self.streams:
            stream.user = signed_in.get(stream.session, stream.user)
            if stream.session not in signed_in:
                stream.end()
        for user in self._people(stream for stream in self.streams if stream.ticket):
            theirs = [stream for stream in self.streams if stream.user.pk == user.pk]
            shown = {stream.ticket for stream in theirs if stream.ticket}
            seen = await self.read(reading.seen_by, user, shown)
            for stream in theirs:
                if stream.ticket and stream.ticket not in seen:
                    stream.end()

    def end_all(self) -> None:
        for stream in self.streams:
            stream.end()

    def _tickets_shown(self) -> set[int]:
        return {stream.ticket for stream in self.streams if stream.ticket}

    def _people(self, streams: Iterable[Stream]) -> list[User]:
        return list({stream.user.pk: stream.user for stream in streams}.values())


def _with_a_fresh_connection(question: Callable[[], Found]) -> Found:
    close_old_connections()
    try:
        return question()
    finally:
        close_old_connections()
