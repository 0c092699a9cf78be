"""The status moves only here, by the table of legal moves."""

from collections.abc import Iterable
from datetime import datetime

from cxloop.kernel.copying import rewrite_rows
from cxloop.kernel.errors import Conflict
from tickets.sla.actions.change import follow_statuses
from tickets.work.deadlines import refresh_deadlines
from tickets.work.lifecycle import (
    CLOSED,
    MOVES,
    MOVES_BY_THEMSELVES,
    RESOLVED,
    UNRESOLVED,
    WAITING,
    Move,
)
from tickets.work.models import Handover, Ticket, Wait


def check_move(ticket: Ticket, verb: str) -> None:
    """Raises Conflict `illegal_move`, saying from where the verb is possible."""
    move = MOVES[verb]
    if ticket.status not in move.allowed:
        raise Conflict(
            f"{ticket.ref} is {ticket.status}; {verb} is possible while it is "
            f"{' or '.join(move.allowed)}.",
            code="illegal_move",
        )


def move_by_verb(ticket: Ticket, verb: str, *, now: datetime) -> None:
    check_move(ticket, verb)
    _move([ticket], MOVES[verb], now)


def move_by_itself(ticket: Ticket, happening: str, *, now: datetime) -> None:
    """What nobody commanded: where it fits no more, nothing moves."""
    move_by_themselves([ticket], happening, now=now)


def move_by_themselves(tickets: Iterable[Ticket], happening: str, *, now: datetime) -> None:
    move = MOVES_BY_THEMSELVES[happening]
    _move([ticket for ticket in tickets if ticket.status in move.allowed], move, now)


def _move(tickets: list[Ticket], move: Move, now: datetime) -> None:
    before = {ticket.pk: ticket.status for ticket in tickets}
    for ticket in tickets:
        ticket.status = move.leads_to(ticket.status)
        ticket.updated_at = now
        if ticket.status != WAITING:
            ticket.waiting_until = None
        if ticket.status not in UNRESOLVED:
            ticket.snoozed_until = None
        if ticket.status != RESOLVED:
            ticket.unjudged_since = None
        if ticket.status != CLOSED:
            ticket.outcome, ticket.close_reason, ticket.closed_at = "", "", None
    moved = [ticket for ticket in tickets if ticket.status != before[ticket.pk]]
    _end_waits([ticket for ticket in moved if before[ticket.pk] == WAITING])
    _end_handovers([ticket for ticket in moved if ticket.status not in UNRESOLVED], now)
    rewrite_rows(tickets, _MOVED)
    follow_statuses([(ticket.promise, ticket.status) for ticket in moved], now=now)
    refresh_deadlines(moved)


def _end_waits(tickets: list[Ticket]) -> None:
    """Whoever was asked whether we may close has not stayed silent, unless that closes it."""
    if tickets:
        Wait.objects.filter(ticket__in=tickets).delete()
    for ticket in tickets:
        if ticket.status != CLOSED:
            ticket.asked_at = None


def _end_handovers(tickets: list[Ticket], now: datetime) -> None:
    """Of what is resolved or closed nobody need be asked any more whether they take it."""
    if tickets:
        Handover.objects.waiting().filter(ticket__in=tickets).update(over_at=now)


_MOVED = [
    "status",
    "cycle",
    "waiting_until",
    "snoozed_until",
    "outcome",
    "close_reason",
    "merged_into",
    "resolved_at",
    "closed_at",
    "asked_at",
    "answered_at",
    "unjudged_since",
    "updated_at",
]
