"""Further feedback of the same customer belongs on the ticket that is open for them."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cxloop.kernel.copying import rewrite_rows
from feedback.intake.models import Contactable, Feedback
from tickets.sla.actions.begin import Start, owe_contacts
from tickets.sla.actions.call_back import owe_call
from tickets.sla.models import Kind
from tickets.work.actions.customer_message import hear_kind_words, wake
from tickets.work.actions.standing import all_standing
from tickets.work.actor import Actor
from tickets.work.calling import wish_in
from tickets.work.deadlines import refresh_deadlines
from tickets.work.field_values import Filled, fill_empty
from tickets.work.models import Ticket, TimelineEntry
from tickets.work.opening import link_feedback
from tickets.work.timeline import entry, write_entries
from tickets.work.words import add_words_to


@dataclass(frozen=True)
class Joining:
    """Feedback about to join the ticket of this number. `reason` is why it belongs there; `actor`
    who brings it there, unless all of them are brought by one. What is a kind word, about something
    that a ticket has already, promises nothing and begins nothing anew."""

    ticket: int
    feedback: Feedback
    reason: dict[str, Any] = field(default_factory=dict)
    actor: Actor | None = None
    is_kind: bool = False


def join_feedback(
    ticket: Ticket,
    feedback: Feedback,
    actor: Actor,
    *,
    now: datetime,
    reason: dict[str, Any] | None = None,
) -> Ticket:
    return join_many([Joining(ticket.pk, feedback, reason or {})], actor, now=now)[0]


def join_many(joinings: list[Joining], actor: Actor, *, now: datetime) -> list[Ticket]:
    """The earliest receipt governs a follow-up that runs; where it has ended, the next begins. The
    tickets that were joined, locked.

    Somebody may have ended or merged a ticket since it was found open.
    """
    found = all_standing(joining.ticket for joining in joinings)
    joined = [(found[joining.ticket], joining) for joining in joinings]
    while joined:
        first = {ticket.pk: (ticket, joining) for ticket, joining in reversed(joined)}
        _join(list(first.values()), actor, now)
        joined = [pair for pair in joined if first[pair[0].pk] != pair]
    return [found[joining.ticket] for joining in joinings]


def _join(joined: list[tuple[Ticket, Joining]], actor: Actor, now: datetime) -> None:
    """One feedback a ticket: as many statements for many as for one."""
    heard = [(ticket, joining.feedback) for ticket, joining in joined]
    link_feedback(heard, now)
    filled = fill_empty([(ticket, [feedback]) for ticket, feedback in heard], now)
    noted = [(t, joining, filled.get(t.pk, Filled())) for t, joining in joined]
    write_entries([(t, _entry(t, _with(j, note), actor, now)) for t, j, note in noted])
    for ticket, feedback in heard:
        if ticket.contactable == Contactable.NONE != feedback.way:
            ticket.contactable = feedback.way
        ticket.updated_at = now
    owing = [(ticket, joining.feedback) for ticket, joining in joined if not joining.is_kind]
    wake([(ticket, feedback.received_at) for ticket, feedback in owing], now=now)
    owe_contacts([_owed(t, f) for t, f in owing if t.contactable != Contactable.NONE], now=now)
    hear_kind_words([ticket for ticket, joining in joined if joining.is_kind], now=now)
    for ticket, feedback in heard:
        if not ticket.quiet and (wish := wish_in(feedback)):
            owe_call(ticket.promise, wish, received_at=feedback.received_at, now=now)
    tickets = [ticket for ticket, _ in heard]
    refresh_deadlines(tickets)
    rewrite_rows(tickets, ["contactable", "updated_at"])
    add_words_to([(t, " ".join([j.feedback.comment, *note.words])) for t, j, note in noted])


def _with(joining: Joining, noted: Filled) -> Joining:
    return replace(joining, reason={**joining.reason, **noted.joining()})


def _entry(ticket: Ticket, joining: Joining, actor: Actor, now: datetime) -> TimelineEntry:
    text, reason = joining.feedback.comment, joining.reason
    actor = joining.actor or actor
    return entry(ticket, "feedback_joined", actor, at=now, text=text, reason=reason)


def _owed(ticket: Ticket, feedback: Feedback) -> Start:
    return Start(ticket.promise, Kind.FOLLOW_UP, feedback.received_at)
