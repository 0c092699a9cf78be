"""Tags, priority, who else may read it: possible at any time, quiet where nothing changes."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from accounts.models import AccessGroup
from cxloop.kernel.errors import Refused
from tickets.sla.actions.change import change_terms
from tickets.sla.targets import Terms
from tickets.work.actions.moves import check_move
from tickets.work.actor import Actor
from tickets.work.deadlines import refresh_deadline
from tickets.work.foreseeing import MOST_TAGS
from tickets.work.models import Priority, Ticket, TicketShare
from tickets.work.models.tagging import LONGEST_TAG
from tickets.work.timeline import write_entry

__all__ = ["LONGEST_TAG", "MOST_TAGS", "change_priority", "change_shares", "change_tags"]


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


def change_shares(
    ticket: Ticket,
    *,
    add: Iterable[AccessGroup],
    remove: Iterable[AccessGroup],
    by: Actor,
    now: datetime,
    right: TicketShare.Right | None = None,
) -> None:
    """Further groups that may read it, or note on it too; its own group does anyway. Without a
    right whoever is new may read, and the others keep what they have."""
    check_move(ticket, "share")
    shares = TicketShare.objects.filter(ticket=ticket)
    before = {share.group: share.right for share in shares.select_related("group")}
    gone = set(remove)
    kept = {group: has for group, has in before.items() if group not in gone}
    asked = [group for group in add if group != ticket.group]
    wanted = kept | {g: right or kept.get(g, TicketShare.Right.READ) for g in asked}
    if wanted == before:
        return
    shares.filter(group__in=before.keys() - wanted.keys()).delete()
    for group in wanted.keys() - before.keys():
        TicketShare.objects.create(ticket=ticket, group=group, right=wanted[group])
    changed = [group for group in before.keys() & wanted if before[group] != wanted[group]]
    shares.filter(group__in=changed).update(right=right)
    write_entry(ticket, "shared", by, now=now, reason=_what_changed(before, wanted))


Rights = Mapping[AccessGroup, str]


def _what_changed(before: Rights, wanted: Rights) -> dict[str, list[str]]:
    """Groups by slug, and of those that are new or changed who may note from now on."""
    touched = [group for group in wanted if wanted[group] != before.get(group)]
    to_note = [group for group in touched if wanted[group] == TicketShare.Right.NOTE]
    to_read = [group for group in touched if group in before and group not in to_note]
    return {
        "added": _slugs(wanted.keys() - before.keys()),
        "removed": _slugs(before.keys() - wanted.keys()),
        **({"to_note": _slugs(to_note)} if to_note else {}),
        **({"to_read": _slugs(to_read)} if to_read else {}),
    }


def _slugs(groups: Iterable[AccessGroup]) -> list[str]:
    return sorted(group.slug for group in groups)


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
    if by.user:
        _promise_anew(ticket, now)


def _promise_anew(ticket: Ticket, now: datetime) -> None:
    """Somebody has judged it, so the policy's target for that priority holds. What a ladder raises
    is an alarm of ours, and no new promise."""
    segment = ticket.customer.segment if ticket.customer else ""
    change_terms(ticket.promise, Terms(ticket.priority_word, segment), now=now)
    refresh_deadline(ticket)
