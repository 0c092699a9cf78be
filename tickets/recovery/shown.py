"""A ticket's recovery as it is shown: cycle by cycle, in few queries."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from feedback.intake.scores import shown
from tickets.recovery import shapes
from tickets.recovery.models import Answer, Gesture, Question, Recovery
from tickets.recovery.offering import offered_on
from tickets.recovery.playbook_shapes import PlaybookOffered
from tickets.work.models import Resolution, RootCause, Ticket


@dataclass(frozen=True)
class Repair:
    """What is known of one cycle; a cycle in which nothing was written yet is shown empty."""

    cycle: int
    recovery: Recovery | None = None
    resolution: Resolution | None = None
    question: Question | None = None

    @property
    def known(self) -> Recovery:
        """What was written, or a blank one."""
        return self.recovery or Recovery()

    @property
    def root_cause(self) -> RootCause | None:
        if self.recovery and self.recovery.root_cause:
            return self.recovery.root_cause
        return self.resolution.root_cause if self.resolution else None

    @property
    def score_before(self) -> dict[str, Any] | None:
        if self.recovery is None or self.recovery.score_before is None:
            return None
        kind = self.recovery.score_type_before
        return {"type": kind, "value": shown(kind, self.recovery.score_before)}

    @property
    def score_after(self) -> dict[str, Any] | None:
        if self.recovery is None or self.recovery.score_after is None:
            return None
        return {"type": "csat", "value": self.recovery.score_after}

    @property
    def gestures(self) -> list[Gesture]:
        return list(self.recovery.gestures.all()) if self.recovery else []

    @property
    def answer(self) -> Answer | None:
        return getattr(self.question, "answer", None)


def recovery_of(ticket: Ticket) -> dict[str, Any]:
    """The recovery in the ticket's JSON: the present cycle, and under `earlier` those before."""
    repairs = repairs_of(ticket)
    present, *earlier = shapes.Repair(repairs, many=True).data
    offered = offered_on(ticket, repairs[0].recovery, repairs[0].gestures)
    playbook = PlaybookOffered(offered).data if offered else None
    return {**present, "playbook": playbook, "earlier": earlier}


_BESIDE = (
    *("root_cause", "type__above__above__above"),
    *("use__version__playbook", "use__by"),
)


def repairs_of(ticket: Ticket) -> list[Repair]:
    """The present cycle first. Always the same number of queries."""
    gestures = Gesture.objects.select_related("by", "decided_by").order_by("pk")
    recoveries = Recovery.objects.filter(ticket=ticket).select_related(*_BESIDE)
    recoveries = recoveries.prefetch_related(Prefetch("gestures", gestures))
    resolutions = Resolution.objects.filter(ticket=ticket).select_related("root_cause")
    questions = Question.objects.filter(ticket=ticket).select_related("answer__heard_by")
    by_cycle = [{row.cycle: row for row in rows} for rows in (recoveries, resolutions, questions)]
    return [
        Repair(cycle, *(rows.get(cycle) for rows in by_cycle))  # type: ignore[arg-type]
        for cycle in range(ticket.cycle, 0, -1)
    ]
