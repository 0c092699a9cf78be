"""We have it: said at once where the rule says so. It keeps no promise but its own."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from cxloop.kernel.copying import copy_rows
from cxloop.kernel.letters import Draft, write_letters
from feedback.intake.models import Channel
from tickets.sla.actions.end import meet_many
from tickets.sla.models import Clock, Kind
from tickets.work.actor import RULE
from tickets.work.deadlines import note_breaches, refresh_deadlines
from tickets.work.letter_book import LetterBook
from tickets.work.letter_words import ACKNOWLEDGEMENT
from tickets.work.letters import acknowledgement, can_write_to
from tickets.work.models import Ticket, TimelineEntry
from tickets.work.opening import Plan
from tickets.work.said_times import zone_in
from tickets.work.threads import Said, mails_of, named
from tickets.work.timeline import entry


def acknowledge_tickets(plans: list[Plan], *, now: datetime) -> None:
    """One automatic letter a ticket, with the time by which a person will write."""
    written = {plan.ticket.pk: plan for plan in plans if plan.ticket and can_write_to(plan.ticket)}
    due = _due_times(written)
    told = [(plan, plan.ticket) for n, plan in written.items() if plan.ticket and n in due]
    book, mails = LetterBook(ACKNOWLEDGEMENT), _mails([plan for plan, _ in told])
    drafts = [
        replace(_letter(book, plan, due[ticket.pk], now), references=_thread(plan, mails))
        for plan, ticket in told
    ]
    write_letters(drafts, now=now)
    tickets = [ticket for _, ticket in told]
    met = meet_many([ticket.promise for ticket in tickets], [Kind.ACKNOWLEDGE], now=now)
    for ticket in tickets:
        note_breaches(ticket, [clock for clock in met if clock.promise_id == ticket.pk], now)
    copy_rows([_entry(plan, ticket, now) for plan, ticket in told])
    refresh_deadlines(tickets)


def _letter(book: LetterBook, plan: Plan, due_at: datetime, now: datetime) -> Draft:
    assert plan.ticket is not None
    return acknowledgement(
        book,
        plan.ticket,
        due_at=due_at,
        zone=zone_in(plan.feedback),
        received_at=plan.received_at,
        now=now,
    )


def _mails(plans: list[Plan]) -> dict[UUID, Said]:
    heard = [said.pk for plan in plans for said in plan.feedback if said.channel == Channel.EMAIL]
    return mails_of(heard) if heard else {}


def _thread(plan: Plan, mails: dict[UUID, Said]) -> str:
    return named(mails[said.pk] for said in plan.feedback if said.pk in mails)


def _entry(plan: Plan, ticket: Ticket, now: datetime) -> TimelineEntry:
    reason = {"rule": plan.reason["rule"]}
    return entry(ticket, "acknowledged", RULE, at=now, reason=reason, public=True)


def _due_times(promises: Iterable[int]) -> dict[int, datetime]:
    clocks = Clock.objects.filter(promise__in=list(promises), kind=Kind.FOLLOW_UP)
    return {clock.promise_id: clock.due_at for clock in clocks if clock.due_at}
