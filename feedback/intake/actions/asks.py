"""Whoever left no address may look for the answer on their receipt page, once they say so."""

from collections.abc import Iterable
from datetime import datetime

from feedback.intake.models import Arrival, Contactable, Feedback, ReceiptAsk


def ask_at_receipt(feedback: Feedback, *, now: datetime) -> bool:
    """Whether they had not said so before. Nothing triages it meanwhile: the arrival is locked, as
    triage does first, then the feedback. To be called inside a transaction."""
    waiting = Arrival.objects.filter(pk=feedback.pk)
    list(waiting.select_for_update(no_key=True, of=("self",)))
    Feedback.objects.select_for_update(no_key=True).get(pk=feedback.pk)
    _, is_new = ReceiptAsk.objects.get_or_create(feedback=feedback, defaults={"at": now})
    return is_new


def as_reachable(rows: Iterable[Feedback]) -> None:
    """These rows, read as what they are by now: feedback itself is history and never changes."""
    unreached = {row.pk: row for row in rows if row.contactable == Contactable.NONE}
    if unreached:
        for asked in ReceiptAsk.objects.filter(feedback__in=unreached):
            unreached[asked.pk].contactable = Contactable.RECEIPT
