"""Tags and priority: possible at any time, and quiet where nothing changes."""

from collections.abc import Iterable
from datetime import datetime

from cxloop.kernel.errors import Refused
from tickets.work.actions.moves import check_move
from tickets.work.actor import Actor
from tickets.work.models import Priority, Ticket
from tickets.work.timeline import write_entry

MOST_TAGS = 50
LONGEST_TAG = 64


def change_tags(
    ticket: Ticket, *, add: Iterable[str], remove: Iterable[str], by: Actor, now: datetime
) -> None:
    check_move(ticket, "tag")
    before = list(ticket.tags)
    gone = set(remove)
    wanted = list(dict.fromkeys([*(t for t in before if t not in gone), *add]))
    if wanted == before:
        return
    _check_tags(wanted)
    ticket.tags, ticket.updated_at = wanted, now
    ticket.save(update_fields=["tags", "updated_at"])
    reason = {
        "added": [tag for tag in wanted if tag not in before],
        "removed": [tag for tag in before if tag not in wanted],
    }
    write_entry(ticket, "tagged", by, now=now, reason=reason)


def _check_tags(tags: list[str]) -> None:
    if len(tags) > MOST_TAGS:
        raise Refused.at("/add", "too_many", f"At most {MOST_TAGS} tags.")
    for tag in tags:
        if not tag.strip() or len(tag) > LONGEST_TAG:
            raise Refused.at("/add", "bad_tag", f"A tag has 1 to {LONGEST_TAG} characters.")


def change_priority(
    ticket: Ticket, *, priority: Priority, by: Actor, now: datetime, why: str = ""
) -> None:
    check_move(ticket, "priority")
    if ticket.priority == priority:
        return
    reason = {"from": ticket.priority_word, "to": priority.word, **({"why": why} if why else {})}
    ticket.priority, ticket.updated_at = priority, now
    ticket.save(update_fields=["priority", "updated_at"])
    write_entry(ticket, "priority", by, now=now, reason=reason)
