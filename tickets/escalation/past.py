"""What the clocks of one pass have climbed before: read once for all of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tickets.escalation.ladder import Pause
from tickets.escalation.models import Escalation
from tickets.escalation.rungs import When, read_when
from tickets.sla.models import Clock


@dataclass
class Past:
    """Of one clock: the rungs raised, by number; until when it pauses; and the rungs that were
    passed in a pause, above the last one heard."""

    raised: dict[int, When] = field(default_factory=dict)
    paused_until: datetime | None = None
    last_heard: int = 0
    held: dict[When, Escalation] = field(default_factory=dict)

    @property
    def pause(self) -> Pause | None:
        return Pause(self.paused_until, self.held.keys()) if self.paused_until else None

    def number_for(self, number: int) -> int:
        """A number that another ladder has used on this clock is not used again."""
        return max(self.raised) + 1 if number in self.raised else number


def past_of(clocks: Iterable[Clock]) -> dict[int, Past]:
    found = {clock.pk: Past() for clock in clocks}
    raised = Escalation.objects.filter(clock__among=list(found))
    facts = raised.values_list("clock", "pk", "rung", "what__when", "skipped", "paused_until")
    for clock, pk, number, when, skipped, paused_until in facts:
        past = found[clock]
        past.raised[number] = read_when(when)
        past.last_heard = max(past.last_heard, 0 if skipped else pk)
        past.paused_until = max(filter(None, [past.paused_until, paused_until]), default=None)
    held = raised.filter(skipped=Escalation.Skipped.ACKNOWLEDGED).select_related("ladder")
    for row in held:
        if row.pk > found[row.clock_id].last_heard:
            found[row.clock_id].held[read_when(row.what["when"])] = row
    return found
