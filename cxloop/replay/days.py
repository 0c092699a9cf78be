"""Day by day: what was said is imported and judged, what was answered is answered, and whenever a
rung is due the ladders are climbed."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from cxloop.replay.house import House
from cxloop.replay.pace import Stages, climb, climb_until
from cxloop.replay.record import Said
from feedback.intake.actions.import_rows import RowIds, import_entries
from feedback.intake.writing import Entry
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Contact, TicketFeedback
from tickets.work.sweeps import triage_arrivals

SWEEP = timedelta(seconds=5)
BATCH = 2000
NOTE = "Sent on to the company, as the record says."


class Replay:
    def __init__(self, house: House, as_of: datetime) -> None:
        self.house, self.as_of = house, as_of
        self.stages = Stages()

    def live_through(self, complaints: Sequence[Said]) -> None:
        """Each day as it was. What is answered on the instant of a rung is answered in time: the
        sweep comes some seconds later."""
        said: dict[datetime, list[Said]] = defaultdict(list)
        for one in complaints:
            said[one.said_at].append(one)
        ids, answers = RowIds(self.house.complaints), defaultdict[datetime, list[UUID]](list)
        days = said.keys() | {one.answered_at for one in complaints}
        for day in sorted(day for day in days if day <= self.as_of):
            climb_until(day, self.stages, pause=SWEEP)
            taken = self._take(said[day], ids, live=True, now=day)
            for one, entry in zip(said[day], taken, strict=True):
                answers[one.answered_at].append(entry.id)
            self._judge(day)
            self._answer(answers.pop(day, []), day)
        climb_until(self.as_of, self.stages, pause=SWEEP)

    def read_history(self, reviews: Sequence[Said]) -> None:
        """All of it on the chosen day: judged and clocked at its own times, and quiet."""
        ids = RowIds(self.house.reviews)
        for first in range(0, len(reviews), BATCH):
            self._take(reviews[first : first + BATCH], ids, live=False, now=self.as_of)
        self._judge(self.as_of)

    def look_once_more(self) -> None:
        """At the very instant of which everything is told."""
        climb(self.as_of, self.stages)

    def _take(self, said: Sequence[Said], ids: RowIds, *, live: bool, now: datetime) -> list[Entry]:
        entries: list[Entry] = []

        def take() -> int:
            entries.extend(one.entry(ids, live=live, now=now) for one in said)
            return import_entries(entries, ids.source, now=now)

        self.stages.timed(f"import of {ids.source.slug}", take)
        return entries

    def _judge(self, now: datetime) -> None:
        self.stages.timed("triage", lambda: triage_arrivals(clock=lambda: now))

    def _answer(self, feedback: Sequence[UUID], now: datetime) -> None:
        links = TicketFeedback.objects.filter(feedback__in=feedback)
        tickets = sorted(links.values_list("ticket", flat=True))
        with transaction.atomic():
            self.stages.timed(
                "answers", lambda: sum(_log_contact(ticket, now) for ticket in tickets)
            )


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
