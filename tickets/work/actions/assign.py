"""A ticket is given to a person, or handed to another group with the clock running on."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import AccessGroup, Membership, User
from accounts.roles import GroupRole
from cxloop.kernel.errors import Refused
from tickets.sla.actions.look import look_anew
from tickets.work.actions.accept import take_up, waiting_handover
from tickets.work.actions.moves import check_move, move_by_verb
from tickets.work.actions.snooze import end_snooze
from tickets.work.actor import CLOCK, Actor
from tickets.work.handing_letters import tell_again
from tickets.work.models import HandedFor, Handover, Ticket
from tickets.work.teams import briefs_of, may_work, who_leads
from tickets.work.timeline import write_entry
from tickets.work.words import add_words

# From this hand-over of one ticket on, the leads of both groups hear of each.
TOLD_FROM = 3


def assign_ticket(
    ticket: Ticket, *, assignee: User | None, by: Actor, now: datetime, why: str = ""
) -> None:
    """Raises Refused for somebody who may not work this group's tickets. None: nobody owns it."""
    check_move(ticket, "assign")
    if ticket.assignee_id == (assignee.pk if assignee else None):
        return
    if assignee and not may_work(assignee, ticket.group):
        raise Refused.at("/assignee", "not_a_member", f"There is no such person in {ticket.group}.")
    end_snooze(ticket)
    ticket.assignee = assignee
    ticket.save(update_fields=["assignee"])
    if assignee:
        move_by_verb(ticket, "assign", now=now)
    _note(ticket, "assigned" if assignee else "unassigned", by, now=now, why=why)
    if assignee:
        _accept_by_owning(ticket, by, now)


def hand_over(
    ticket: Ticket,
    *,
    group: AccessGroup,
    by: Actor,
    now: datetime,
    why: str = "",
    reason: HandedFor = HandedFor.OTHER,
    summary: str = "",
) -> None:
    """To another group, also to one whose tickets the giver may not see, which accepts it or sends
    it back. Its owner stays only where they work there too, and did not give it away themselves;
    every promise runs on as it was made. `summary` is for colleagues; `why` says it in a line where
    nobody was asked for more."""
    check_move(ticket, "hand-over")
    if ticket.group_id == group.pk:
        return
    given = _give(ticket, group, by=by, now=now, reason=reason, summary=summary or why)
    told = _leads_of_both(given, now) if given.number >= TOLD_FROM else []
    owner = ticket.assignee
    stays = owner and owner != by.user and may_work(owner, group)
    move_to_group(ticket, group, owner=owner if stays else None, now=now)
    facts = {**_facts_of(given, told), **({"why": why} if why else {})}
    write_entry(ticket, "handed_over", by, now=now, text=summary, reason=facts)
    add_words(ticket, given.summary)
    tell_again(given, told, by=by, now=now)


def _facts_of(given: Handover, told: list[User]) -> dict[str, Any]:
    return {
        "from": given.from_group.slug,
        "to": given.to_group.slug,
        "because": given.reason,
        "accept_by": given.accept_by.isoformat(),
        **({"told": briefs_of(told)} if told else {}),
    }


def _give(
    ticket: Ticket,
    group: AccessGroup,
    *,
    by: Actor,
    now: datetime,
    reason: HandedFor,
    summary: str,
) -> Handover:
    """Who hands on what they were to accept has ended that."""
    before = Handover.objects.filter(ticket=ticket)
    before.waiting().update(over_at=now)
    return Handover.objects.create(
        ticket=ticket,
        number=before.count() + 1,
        from_group=ticket.group,
        to_group=group,
        by=by.user,
        owner=ticket.assignee,
        reason=reason,
        summary=summary,
        at=now,
        accept_by=now + timedelta(seconds=group.accept_within_s),
    )


def _leads_of_both(given: Handover, now: datetime) -> list[User]:
    both = (given.from_group, given.to_group)
    return list(dict.fromkeys(lead for group in both for lead in who_leads(group, now)))


def move_to_group(ticket: Ticket, group: AccessGroup, *, owner: User | None, now: datetime) -> None:
    """The promises run on; the other group may have other rungs."""
    end_snooze(ticket)
    ticket.group, ticket.assignee, ticket.updated_at = group, owner, now
    ticket.save(update_fields=["group", "assignee", "updated_at"])
    look_anew([ticket.pk], since=now)


def _accept_by_owning(ticket: Ticket, by: Actor, now: datetime) -> None:
    """Whoever works there and gives it an owner has accepted it; who gave it away has not."""
    given = waiting_handover(ticket)
    if given and by.user and may_work(by.user, ticket.group):
        take_up(given, ticket, person=by.user, by=by, now=now)


def give_to_manager(ticket: Ticket, *, now: datetime) -> None:
    """Repaired again and again, and still not put right: somebody has to decide. Where no manager
    is present nobody owns it, which is seen."""
    held = Membership.objects.filter(group=ticket.group, role=GroupRole.MANAGER)
    managers = User.objects.present(now).filter(pk__in=held.values("user")).order_by("pk")
    if ticket.assignee and ticket.assignee in managers:
        return
    end_snooze(ticket)
    load = Ticket.objects.carried_by([manager.pk for manager in managers])
    ticket.assignee = min(managers, key=lambda one: load.get(one.pk, 0), default=None)
    ticket.save(update_fields=["assignee"])
    why = "repaired again and again: it belongs to the manager"
    _note(ticket, "assigned" if ticket.assignee else "unassigned", CLOCK, now=now, why=why)


def _note(ticket: Ticket, kind: str, by: Actor, *, now: datetime, why: str) -> None:
    reason: dict[str, Any] = {"why": why} if why else {}
    if ticket.assignee:
        reason["assignee"] = ticket.assignee.brief()
    write_entry(ticket, kind, by, now=now, reason=reason)
