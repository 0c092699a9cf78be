"""The status moves only here, by the table of legal moves."""

from datetime import datetime

from cxloop.kernel.errors import Conflict
from tickets.sla.actions import follow_status
from tickets.work.deadlines import refresh_deadline
from tickets.work.lifecycle import CLOSED, MOVES, MOVES_BY_THEMSELVES, WAITING, Move
from tickets.work.models import Ticket, Wait


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
    _move(ticket, MOVES[verb], now)


def move_by_itself(ticket: Ticket, happening: str, *, now: datetime) -> None:
    """What nobody commanded: where it fits no more, nothing moves."""
    move = MOVES_BY_THEMSELVES[happening]
    if ticket.status in move.allowed:
        _move(ticket, move, now)


def _move(ticket: Ticket, move: Move, now: datetime) -> None:
    before, ticket.status = ticket.status, move.leads_to(ticket.status)
    ticket.updated_at = now
    if before == WAITING != ticket.status:
        _end_wait(ticket)
    if ticket.status != "waiting":
        ticket.waiting_until = None
    if ticket.status != "closed":
        ticket.outcome, ticket.close_reason, ticket.closed_at = "", "", None
    ticket.save(update_fields=_MOVED)
    if ticket.status != before:
        follow_status(ticket.promise, ticket.status, now=now)
        refresh_deadline(ticket)


def _end_wait(ticket: Ticket) -> None:
    """Whoever was asked whether we may close has not stayed silent, unless that closes it."""
    Wait.objects.filter(ticket=ticket).delete()
    if ticket.status != CLOSED:
        ticket.asked_at = None


_MOVED = [
    "status",
    "cycle",
    "waiting_until",
    "outcome",
    "close_reason",
    "merged_into",
    "resolved_at",
    "closed_at",
    "asked_at",
    "answered_at",
    "updated_at",
]
