"""Whether a customer's form was pressed twice: the same words as a moment ago are one message. Said
again after our answer, or hours later, they are a message of their own."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from feedback.intake.enclosures import Enclosure
from tickets.work.models import Attachment, Ticket, TimelineEntry

WITHIN = timedelta(minutes=10)
_SPOKEN = ("customer_message", "reply", "contact", "resolved", "closed")


def is_pressed_twice(
    ticket: Ticket, text: str, files: Sequence[Enclosure] = (), *, now: datetime
) -> bool:
    last = ticket.timeline.filter(kind__in=_SPOKEN).order_by("-pk").first()
    if last is None or last.kind != "customer_message" or last.at <= now - WITHIN:
        return False
    return last.text == text and _came_with(last, files)


def _came_with(entry: TimelineEntry, files: Sequence[Enclosure]) -> bool:
    kept = Attachment.objects.filter(entry=entry).values_list("file__content", flat=True)
    return sorted(kept) == sorted(file.digest.hex() for file in files)
