"""A tag is called otherwise on every ticket: said, undone for a moment, then done step by step."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.actions.changes import note_change
from accounts.models import User
from cxloop.kernel.errors import Conflict, Refused
from tickets.work.actor import acting
from tickets.work.models import TagChange, Ticket, TimelineEntry
from tickets.work.models.tagging import LONGEST_TAG, NEXT_STEP
from tickets.work.timeline import entry, write_entries

AT_ONCE = 200
RETAGGED = "retagged"


def check_tags(was: str, becomes: str) -> None:
    """Raises Refused for what is no tag, and for one and the same."""
    for at, tag in (("/was", was), ("/becomes", becomes)):
        if not tag.strip() or len(tag) > LONGEST_TAG or "\x00" in tag:
            raise Refused.at(at, "bad_tag", f"A tag has 1 to {LONGEST_TAG} characters.")
    if was == becomes:
        raise Refused.at("/becomes", "same_tag", "It is called so already.")


def hold_tag_change(
    was: str, becomes: str, *, groups: list[int] | None, by: User, now: datetime
) -> TagChange:
    """It begins when the moment for undoing it is over. Raises Conflict `tag_busy` while this tag
    is changed already."""
    check_tags(was, becomes)
    if TagChange.objects.open().filter(was=was).exists():
        raise Conflict("This tag is being changed already.", code="tag_busy")
    return TagChange.objects.create(
        was=was,
        becomes=becomes,
        groups=groups,
        by=by,
        created_at=now,
        starts_at=now + settings.UNDO,
    )


@transaction.atomic
def undo_tag_change(change: TagChange, *, now: datetime) -> TagChange:
    """It does not happen. Raises Conflict `begun` once it has."""
    held = TagChange.objects.select_for_update(no_key=True).get(pk=change.pk)
    if held.undone_at:
        return held
    if held.ended_at or held.starts_at <= now:
        raise Conflict("It has begun already.", code="begun")
    held.undone_at = now
    held.save(update_fields=["undone_at"])
    return held


def change_on(changes: list[TagChange], now: datetime) -> None:
    """One step of each; their rows must be locked. What is done is done with where it stands."""
    for change in changes:
        if change.walked_to == 0:
            _note(change, now)
        _walk_on(change, now)


def _note(change: TagChange, now: datetime) -> None:
    facts = {"was": change.was, "becomes": change.becomes, "groups": change.groups}
    note_change("tag", change.was[:60], "renamed", by=change.by, now=now, **facts)


def _walk_on(change: TagChange, now: datetime) -> None:
    """Nobody is waited for: at a ticket that somebody works on the walk halts for a second."""
    ahead = change.tickets().filter(pk__gt=change.walked_to).order_by("pk")
    numbers = list(ahead.values_list("pk", flat=True)[:AT_ONCE])
    free = _free(change, numbers)
    busy = next((number for number in numbers if number not in free), None)
    _rename(change, list(free.values()), now)
    change.changed += len(free)
    change.walked_to = busy - 1 if busy else max(numbers, default=change.walked_to)
    change.walked_to = max(change.walked_to, 1)  # it has begun, also where no ticket was left
    change.try_after = now + NEXT_STEP if busy else None
    change.ended_at = None if busy or len(numbers) == AT_ONCE else now
    change.save(update_fields=["changed", "walked_to", "try_after", "ended_at"])


def _free(change: TagChange, numbers: list[int]) -> dict[int, Ticket]:
    """Looked at again behind the lock: somebody may have taken the tag off."""
    rows = change.tickets().filter(pk__in=numbers).order_by("pk")
    return {row.pk: row for row in rows.select_for_update(no_key=True, skip_locked=True)}


def _rename(change: TagChange, tickets: list[Ticket], now: datetime) -> None:
    written: list[tuple[Ticket, TimelineEntry]] = []
    for ticket in tickets:
        gains = change.becomes not in ticket.tags
        ticket.tags = [
            change.becomes if tag == change.was else tag
            for tag in ticket.tags
            if gains or tag != change.was
        ]
        reason = {"removed": [change.was], "added": [change.becomes] if gains else []}
        written.append((ticket, entry(ticket, RETAGGED, acting(change.by), at=now, reason=reason)))
    Ticket.objects.bulk_update(tickets, ["tags"])
    write_entries(written)
