"""A hand-over is sent back, taken back by who gave it, or nobody takes it up in time."""

from datetime import datetime, timedelta

from accounts.models import User
from cxloop.kernel.errors import Conflict, NotHere, Refused
from tickets.work.actions.accept import last_handover
from tickets.work.actions.assign import move_to_group
from tickets.work.actions.moves import check_move
from tickets.work.actor import CLOCK, Actor
from tickets.work.door import locked_if_free
from tickets.work.models import Handover, Ticket
from tickets.work.teams import briefs_of, may_work, who_leads
from tickets.work.timeline import write_entry

LONGEST_WHY = 300
TAKEN_BACK = "taken back"
BUSY = timedelta(seconds=1)


def send_back(ticket: Ticket, *, why: str, by: Actor, now: datetime) -> None:
    """To the group it came from, and to whoever owned it there. Raises Conflict `not_handed_over`
    where nothing waits to be accepted, and `giver_gone` where that group is archived."""
    check_move(ticket, "send-back")
    if not why.strip():
        raise Refused.at("/reason", "required", "Say why it is sent back.")
    last = last_handover(ticket)
    if last and last.returned_at:
        return
    if last is None or not last.waits:
        raise Conflict("Nothing waits to be accepted here.", code="not_handed_over")
    if last.from_group.archived_at:
        raise Conflict("The group that gave it is archived.", code="giver_gone")
    _end(last, why=why, by=by, now=now)
    _give_back(ticket, last, why=why, by=by, now=now)


def take_back_handover(ticket: Ticket, *, by: Actor, now: datetime) -> None:
    """By whoever gave it away, who may not see it now, while nobody has accepted it. Raises NotHere
    for all others, Conflict `not_handed_over` where it is too late, and `giver_gone`."""
    last = last_handover(ticket)
    if last is None or by.user is None or last.by_id != by.user.pk:
        raise NotHere()
    if not may_work(by.user, last.from_group):
        raise NotHere()
    if last.returned_at and last.returned_by_id == by.user.pk:
        return
    if not last.waits:
        raise Conflict("Nothing waits to be accepted here.", code="not_handed_over")
    if last.from_group.archived_at:
        raise Conflict("The group that gave it is archived.", code="giver_gone")
    _end(last, why=TAKEN_BACK, by=by, now=now)
    owner = _return(ticket, last, now)
    told = [owner] if owner and owner != by.user else []
    reason = {"from": last.to_group.slug, "to": last.from_group.slug, "told": briefs_of(told)}
    write_entry(ticket, "handover_taken_back", by, now=now, reason=reason)


def _end(handover: Handover, *, why: str, by: Actor, now: datetime) -> None:
    handover.returned_at, handover.returned_by, handover.returned_why = now, by.user, why
    handover.save(update_fields=["returned_at", "returned_by", "returned_why"])


def _give_back(ticket: Ticket, handover: Handover, *, why: str, by: Actor, now: datetime) -> None:
    owner = _return(ticket, handover, now)
    concerned = dict.fromkeys(one for one in (owner, handover.by) if one)
    from_, to = handover.to_group.slug, handover.from_group.slug
    reason = {"from": from_, "to": to, "told": briefs_of(concerned)}
    write_entry(ticket, "sent_back", by, now=now, text=why, reason=reason)


def _return(ticket: Ticket, handover: Handover, now: datetime) -> User | None:
    """To whoever owned it there, if they may still work it."""
    group = handover.from_group
    owner = handover.owner if handover.owner and may_work(handover.owner, group) else None
    move_to_group(ticket, group, owner=owner, now=now)
    return owner


def tell_leads(handovers: list[Handover], now: datetime) -> None:
    """Once of each: nobody of the receiving group has taken it up in its time. It waits on. Who
    acts on the ticket waits for this row, so the ticket is not waited for."""
    for handover in handovers:
        if ticket := locked_if_free(handover.ticket_id):
            _tell_leads(ticket, handover, now)
        else:
            handover.try_after = now + BUSY
            handover.save(update_fields=["try_after"])


def _tell_leads(ticket: Ticket, handover: Handover, now: datetime) -> None:
    handover.told_at = now
    handover.save(update_fields=["told_at"])
    reason = {
        "from": handover.from_group.slug,
        "to": handover.to_group.slug,
        "accept_by": handover.accept_by.isoformat(),
        "told": briefs_of(who_leads(handover.to_group, now)),
    }
    write_entry(ticket, "not_accepted", CLOCK, now=now, reason=reason)
