"""Who is mentioned in the notes of a ticket, by the names they have now."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from tickets.work.models import Mention, TimelineEntry


def named_anew(entries: Sequence[TimelineEntry]) -> Sequence[TimelineEntry]:
    """The entries as they are to be shown: history keeps the names of then."""
    numbers = [entry.pk for entry in entries if "mentioned" in entry.reason]
    people: dict[int, list[dict[str, Any]]] = defaultdict(list)
    if numbers:
        rows = Mention.objects.filter(entry__in=numbers).select_related("user").order_by("pk")
        for row in rows:
            people[row.entry_id].append(row.user.brief())
    for entry in entries:
        if entry.pk in people:
            entry.reason = {**entry.reason, "mentioned": people[entry.pk]}
    return entries
