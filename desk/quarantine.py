"""How much is held, as the pages say it."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from desk.counting import count_up_to
from feedback.intake.models import Quarantine, Source


@dataclass(frozen=True)
class Waiting:
    """`oldest` is when that came which has waited longest."""

    number: int
    oldest: datetime | None


def waiting_for(person: User, source: Source | None = None) -> Waiting:
    """As far as they may see it; of one source alone, where one is said."""
    held = Quarantine.objects.held().visible_to(person)
    held = held.filter(source=source) if source else held
    number = count_up_to({"held": held})["held"]
    oldest = held.order_by("held_at", "pk").values_list("held_at", flat=True)[:1] if number else ()
    return Waiting(number, next(iter(oldest), None))
