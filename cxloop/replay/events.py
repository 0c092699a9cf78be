"""Event by event: the first of a case is its receipt, each is an act on its ticket."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import cycle

from django.db import transaction

from cxloop.replay.activities import act_on
from cxloop.replay.helpdesk import Helpdesk
from cxloop.replay.helpdesk_log import Happening
from cxloop.replay.pace import Stages, climb, climb_until
from feedback.intake.actions.import_rows import RowIds, import_entries
from tickets.work.door import locked
from tickets.work.models import TicketFeedback
from tickets.work.sweeps import triage_arrivals

# Nobody is alarmed here, so a sweep an hour will do: what falls due between two of them is noted
# at its due time all the same.
SWEEP = timedelta(hours=1)


class LogReplay:
    """`tickets`: by case, the number of the one it has opened."""

    def __init__(self, desk: Helpdesk, as_of: datetime) -> None:
        self.desk, self.as_of = desk, as_of
        self.stages = Stages()
        self.tickets: dict[str, int] = {}
        self._in_turn = cycle([RowIds(source) for source in desk.sources])

    def live_through(self, log: Sequence[Happening]) -> None:
        for one in log:
            climb_until(one.at, self.stages, pause=SWEEP)
            if one.case not in self.tickets:
                self.tickets[one.case] = self._open(one)
            self._act(self.tickets[one.case], one)
        climb_until(self.as_of, self.stages, pause=SWEEP)
        climb(self.as_of, self.stages)

    def _open(self, first: Happening) -> int:
        ids = next(self._in_turn)
        heard = first.entry(ids)
        self.stages.timed("import", lambda: import_entries([heard], ids.source, now=first.at))
        self.stages.timed("triage", lambda: triage_arrivals(clock=lambda: first.at))
        number: int = TicketFeedback.objects.get(feedback=heard.id).ticket_id
        return number

    def _act(self, number: int, one: Happening) -> None:
        @transaction.atomic
        def act() -> int:
            by = self.desk.people[one.who]
            act_on(locked(number), one.activity, cause=self.desk.cause, by=by, now=one.at)
            return 1

        self.stages.timed("acts", act)
