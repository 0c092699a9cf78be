"""Tags, priority, who else may read it: possible at any time, quiet where nothing changes."""

from collections.abc import Iterable
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
) -> None:
    """Further groups that may read it; its own group does anyway."""
    check_move(ticket, "share")
    shares = TicketShare.objects.filter(ticket=ticket)
    before = set(AccessGroup.objects.filter(pk__in=shares.values("group")))
    wanted = (before - set(remove)) | (set(add) - {ticket.group})
    if wanted == before:
        return
    shares.filter(group__in=before - wanted).delete()
    TicketShare.objects.bulk_create(TicketShare(ticket=ticket, group=g) for g in wanted - before)
    reason = {"added": _slugs(wanted - before), "removed": _slugs(before - wanted)}
    write_entry(ticket, "shared", by, now=now, reason=reason)


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
