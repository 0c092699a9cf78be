"""A hand-over is taken up by the group that it was given to."""

from datetime import datetime

from accounts.models import User
from cxloop.kernel.errors import Conflict
from tickets.work.actions.moves import check_move
from tickets.work.actor import Actor
from tickets.work.models import Handover, Ticket
from tickets.work.timeline import write_entry


def accept(ticket: Ticket, *, by: Actor, now: datetime) -> None:
    """For their group, whoever will own it. Raises Conflict `not_handed_over` where nothing waits
    to be accepted; what was accepted already stays as it is."""
    check_move(ticket, "accept")
    last = last_handover(ticket)
    if last and last.waits:
        assert by.user is not None
        take_up(last, ticket, person=by.user, by=by, now=now)
    elif last is None or last.accepted_at is None:
        raise Conflict("Nothing waits to be accepted here.", code="not_handed_over")


def take_up(handover: Handover, ticket: Ticket, *, person: User, by: Actor, now: datetime) -> None:
    """The ticket must be locked: its hand-overs change under its lock alone."""
    handover.accepted_at, handover.accepted_by = now, person
    handover.save(update_fields=["accepted_at", "accepted_by"])
    reason = {"from": handover.from_group.slug, "to": handover.to_group.slug}
    write_entry(ticket, "accepted", by, now=now, reason=reason)


def last_handover(ticket: Ticket) -> Handover | None:
    rows = Handover.objects.filter(ticket=ticket).select_related("from_group", "to_group", "owner")
    return rows.order_by("-number").first()


def waiting_handover(ticket: Ticket) -> Handover | None:
    rows = Handover.objects.waiting().filter(ticket=ticket)
    return rows.select_related("from_group", "to_group", "by", "owner").first()
