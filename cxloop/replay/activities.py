"""Each activity of the log as what a helpdesk does here, through the acts of a ticket.

`Take in charge` acknowledges, and is given to whoever took it; `Resolve` counts as the contact,
since the log names no other. So a replay proves what clocks reckon, not that anybody spoke to a
customer. Where a ticket is in no state for an activity, it is noted and nothing moves.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from accounts.models import User
from tickets.sla.models import Clock, Kind
from tickets.work.actions.acknowledge import acknowledge_tickets
from tickets.work.actions.assign import assign_ticket
from tickets.work.actions.customer_message import receive_message
from tickets.work.actions.move import (
    close_ticket,
    end_ticket,
    note_asked,
    reopen_ticket,
    resolve_ticket,
    wait,
)
from tickets.work.actions.talk import log_contact, note
from tickets.work.actor import CLOCK, RULE, acting
from tickets.work.lifecycle import CLOSED, RESOLVED, UNRESOLVED, WAITING
from tickets.work.models import Contact, RootCause, Ticket, TicketFeedback, TimelineEntry
from tickets.work.opening import Plan

RESOLVED_HERE = "Resolved, as the log says."
WENT_ON = "The log does not say why it went on; here the customer answered."
AGAIN = "taken up again, as the log says"
CLOSED_HERE = "closed without having been resolved, as the log says"
SILENT_AFTER = timedelta(days=15)

Act = Callable[[Ticket, User, datetime], None]


def act_on(ticket: Ticket, activity: str, *, cause: RootCause, by: User, now: datetime) -> None:
    """The ticket must be locked."""
    if activity == "Resolve ticket" and ticket.status != CLOSED:
        _resolve(ticket, cause, by, now)
    elif activity in _ACTS and not (activity == "Wait" and ticket.status == WAITING):
        _ACTS[activity](ticket, by, now)
    else:
        note(ticket, body=activity, by=acting(by), now=now)


def _take_in_charge(ticket: Ticket, by: User, now: datetime) -> None:
    if ticket.status == WAITING:
        receive_message(ticket, text=WENT_ON, received_at=now, now=now)
    _take_up_again(ticket, by, now)
    assign_ticket(ticket, assignee=by, by=acting(by), now=now)
    if Clock.objects.filter(promise=ticket.pk, kind=Kind.ACKNOWLEDGE).live().exists():
        acknowledge_tickets([_plan_of(ticket)], now=now)


def _wait(ticket: Ticket, by: User, now: datetime) -> None:
    _take_up_again(ticket, by, now)
    wait(ticket, until=None, by=acting(by), now=now)


def _take_up_again(ticket: Ticket, by: User, now: datetime) -> None:
    if ticket.status in (RESOLVED, CLOSED):
        reopen_ticket(ticket, reason=AGAIN, by=acting(by), now=now)


def _resolve(ticket: Ticket, cause: RootCause, by: User, now: datetime) -> None:
    actor, channel = acting(by), Contact.Channel.OTHER
    log_contact(ticket, channel=channel, reached=True, body=RESOLVED_HERE, by=actor, now=now)
    if ticket.status in UNRESOLVED:
        resolve_ticket(ticket, root_cause=cause, body="", by=actor, now=now)
        note_asked(ticket, silent_after=now + SILENT_AFTER, now=now)


def _close(ticket: Ticket, by: User, now: datetime) -> None:
    """Closed some days after it was resolved, of which the log says no more: by silence."""
    if ticket.status == RESOLVED:
        end_ticket(ticket, outcome="silent", reason="", by=CLOCK, now=now, happening="silence")
    elif ticket.status in UNRESOLVED:
        close_ticket(ticket, outcome="not_actionable", reason=CLOSED_HERE, by=acting(by), now=now)


def _plan_of(ticket: Ticket) -> Plan:
    """What the rule had in mind when it opened this ticket."""
    opened = TimelineEntry.objects.get(ticket=ticket, kind="opened")
    links = TicketFeedback.objects.filter(ticket=ticket).select_related("feedback__source")
    return Plan(
        group=ticket.group,
        policy=ticket.promise.policy,
        actor=RULE,
        received_at=ticket.promise.opened_at,
        subject=ticket.subject,
        feedback=[link.feedback for link in links],
        reason=opened.reason,
        ticket=ticket,
    )


_ACTS: dict[str, Act] = {
    "Take in charge ticket": _take_in_charge,
    "Wait": _wait,
    "Closed": _close,
}
