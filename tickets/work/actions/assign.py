"""A ticket is given to a person, or handed to another group with the clock running on."""

from datetime import datetime
from typing import Any

from accounts.models import AccessGroup, Membership, User
from accounts.roles import WORKING_ROLES, GroupRole
from cxloop.kernel.errors import Refused
from tickets.sla.actions.look import look_anew
from tickets.work.actions.moves import check_move, move_by_verb
from tickets.work.actions.snooze import end_snooze
from tickets.work.actor import CLOCK, Actor
from tickets.work.models import Ticket
from tickets.work.timeline import write_entry


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


def hand_over(
    ticket: Ticket, *, group: AccessGroup, by: Actor, now: datetime, why: str = ""
) -> None:
    """To another group, also to one whose tickets the giver may not see. Its owner stays only
    where they work there too; every promise runs on as it was made."""
    check_move(ticket, "assign")
    if ticket.group_id == group.pk:
        return
    before = ticket.group
    end_snooze(ticket)
    ticket.group = group
    if ticket.assignee and not may_work(ticket.assignee, group):
        ticket.assignee = None
    ticket.updated_at = now
    ticket.save(update_fields=["group", "assignee", "updated_at"])
    look_anew([ticket.pk], since=now)  # the other group may have other rungs
    reason = {"from": before.slug, "to": group.slug, **({"why": why} if why else {})}
    write_entry(ticket, "handed_over", by, now=now, reason=reason)


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


def may_work(person: User, group: AccessGroup) -> bool:
    if not person.is_active:
        return False
    held = person.memberships.filter(group=group, role__in=WORKING_ROLES)
    return person.is_admin or held.exists()


def _note(ticket: Ticket, kind: str, by: Actor, *, now: datetime, why: str) -> None:
    reason: dict[str, Any] = {"why": why} if why else {}
    if ticket.assignee:
        reason["assignee"] = ticket.assignee.brief()
    write_entry(ticket, kind, by, now=now, reason=reason)
