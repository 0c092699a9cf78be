"""Day by day: what was said is imported and judged, what was answered is answered, and whenever a
rung is due the ladders are climbed."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Min

from cxloop.replay.house import House
from cxloop.replay.record import Said
from feedback.intake.actions.import_rows import RowIds, import_entries
from feedback.intake.writing import Entry
from tickets.escalation.sweeps import climb_ladders
from tickets.sla.models import Clock
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Contact, TicketFeedback
from tickets.work.sweeps import triage_arrivals

SWEEP = timedelta(seconds=5)
BATCH = 2000
NOTE = "Sent on to the company, as the record says."


class Replay:
    """`stages`: how many rows each has taken, and for how many seconds it was at work."""

    def __init__(self, house: House, as_of: datetime) -> None:
        self.house, self.as_of = house, as_of
        self.stages: dict[str, tuple[int, float]] = {}

    def live_through(self, complaints: Sequence[Said]) -> None:
        """Each day as it was. What is answered on the instant of a rung is answered in time: the
        sweep comes some seconds later."""
        said: dict[datetime, list[Said]] = defaultdict(list)
        for one in complaints:
            said[one.said_at].append(one)
        ids, answers = RowIds(self.house.complaints), defaultdict[datetime, list[UUID]](list)
        days = said.keys() | {one.answered_at for one in complaints}
        for day in sorted(day for day in days if day <= self.as_of):
            self._climb_until(day)
            taken = self._take(said[day], ids, live=True, now=day)
            for one, entry in zip(said[day], taken, strict=True):
                answers[one.answered_at].append(entry.id)
            self._judge(day)
            self._answer(answers.pop(day, []), day)
        self._climb_until(self.as_of)

    def read_history(self, reviews: Sequence[Said]) -> None:
        """All of it on the chosen day: judged and clocked at its own times, and quiet."""
        ids = RowIds(self.house.reviews)
        for first in range(0, len(reviews), BATCH):
            self._take(reviews[first : first + BATCH], ids, live=False, now=self.as_of)
        self._judge(self.as_of)

    def look_once_more(self) -> None:
        """At the very instant of which everything is told."""
        self._climb(self.as_of)

    def _take(self, said: Sequence[Said], ids: RowIds, *, live: bool, now: datetime) -> list[Entry]:
        entries: list[Entry] = []

        def take() -> int:
            entries.extend(one.entry(ids, live=live, now=now) for one in said)
            return import_entries(entries, ids.source, now=now)

        self._timed(f"import of {ids.source.slug}", take)
        return entries

    def _judge(self, now: datetime) -> None:
        self._timed("triage", lambda: triage_arrivals(clock=lambda: now))

    def _answer(self, feedback: Sequence[UUID], now: datetime) -> None:
        links = TicketFeedback.objects.filter(feedback__in=feedback)
        tickets = sorted(links.values_list("ticket", flat=True))
        with transaction.atomic():
            self._timed("answers", lambda: sum(_log_contact(ticket, now) for ticket in tickets))

    def _climb_until(self, end: datetime) -> None:
        while (due := _next_look()) is not None and due + SWEEP <= end:
            self._climb(due + SWEEP)

    def _climb(self, now: datetime) -> None:
        self._timed("ladders", lambda: climb_ladders(clock=lambda: now))

    def _timed(self, stage: str, work: Callable[[], int]) -> None:
        begin = time.perf_counter()
        done = work()
        rows, seconds = self.stages.get(stage, (0, 0.0))
        self.stages[stage] = rows + done, seconds + time.perf_counter() - begin


def _log_contact(number: int, now: datetime) -> int:
    ticket = locked(number)
    if ticket.assignee is None:
        return 0
    log_contact(
        ticket,
        channel=Contact.Channel.OTHER,
        reached=True,
        body=NOTE,
        by=acting(ticket.assignee),
        now=now,
    )
    return 1


def _next_look() -> datetime | None:
    found: datetime | None = Clock.objects.aggregate(next=Min("next_action_at"))["next"]
    return found
