"""What the customer may read of their ticket: their own words and our answers, nothing else."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from feedback.intake.models import Feedback
from tickets.sla.models import Clock, Kind
from tickets.work.models import Ticket


@dataclass(frozen=True)
class Said:
    at: datetime
    ours: bool
    text: str


def story_of(ticket: Ticket) -> list[Said]:
    """Oldest first. Feedback that a merge brought in from somebody else is not theirs to read."""
    entries = ticket.timeline.filter(public=True).exclude(text="").order_by("at", "id")
    answers = [Said(e.at, e.actor_kind != "customer", e.text) for e in entries]
    return sorted([*_their_feedback(ticket), *answers], key=lambda said: said.at)


def _their_feedback(ticket: Ticket) -> list[Said]:
    if ticket.customer_id is None:
        return []
    own = Feedback.objects.filter(
        pk__in=ticket.feedback_links.values("feedback"), customer=ticket.customer_id
    )
    return [Said(row.received_at, False, row.comment) for row in own.exclude(comment="")]


def zone_of(ticket: Ticket) -> ZoneInfo:
    """Where the customer most likely is: the zone of the source through which they spoke."""
    first = ticket.feedback_links.select_related("feedback__source").order_by("received_at").first()
    return ZoneInfo(first.feedback.source.time_zone if first else "UTC")


def promised_by(ticket: Ticket) -> datetime | None:
    """By when a person will be in touch, where that is still ahead."""
    running = Clock.objects.filter(promise=ticket.pk, kind=Kind.FOLLOW_UP, state="running")
    return running.values_list("due_at", flat=True).first()
