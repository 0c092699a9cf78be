"""Many tickets opened at once: what triage and an agent's hand have in common."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import AccessGroup, User
from cxloop.kernel.copying import copy_rows
from feedback.intake.models import Contactable, Customer, Feedback
from tickets.sla.actions.begin import AT_RECEIPT, Start, make_promises, start_clocks
from tickets.sla.models import Clock, Kind, PolicyVersion, Promise
from tickets.work.actor import Actor
from tickets.work.again import Past, pasts_of
from tickets.work.calling import wish_in
from tickets.work.field_values import Filled, fill_new
from tickets.work.lifecycle import NEW, OPEN
from tickets.work.models import (
    Priority,
    SearchText,
    Ticket,
    TicketFeedback,
    TimelineEntry,
)
from tickets.work.searching import vector_literal, words_of
from tickets.work.timeline import entry, write_entries

SUBJECT_LENGTH = 120


@dataclass
class Plan:
    """A ticket about to be opened. `received_at` is the receipt its promises run from."""

    group: AccessGroup
    policy: PolicyVersion
    actor: Actor
    received_at: datetime
    subject: str
    customer: Customer | None = None
    contactable: str = Contactable.NONE
    feedback: list[Feedback] = field(default_factory=list)
    priority: Priority = Priority.NORMAL
    assignee: User | None = None
    tags: Sequence[str] = ()
    linked_to: Ticket | None = None
    quiet: bool = False
    past: Past | None = None
    is_again: bool = False
    reason: dict[str, Any] = field(default_factory=dict)
    ticket: Ticket | None = None

    def take_in(self, feedback: Feedback) -> None:
        """Further words of the same customer, before the ticket is even written."""
        self.feedback.append(feedback)
        if self.contactable == Contactable.NONE:
            self.contactable = feedback.way


def open_tickets(plans: list[Plan], *, now: datetime) -> list[Ticket]:
    """Writes the planned tickets with promises, clocks and first entries, in few statements."""
    _look_back(plans)
    promises = make_promises([_promise(plan) for plan in plans])
    tickets = [_ticket(plan, promise, now) for plan, promise in zip(plans, promises, strict=True)]
    clocks = start_clocks(_starts(plans, promises), now=now)
    _set_deadlines(tickets, clocks)
    copy_rows(tickets)
    for plan, ticket in zip(plans, tickets, strict=True):
        plan.ticket = ticket
    link_feedback([(t, f) for p, t in zip(plans, tickets, strict=True) for f in p.feedback], now)
    filled = fill_new([(t, p.feedback) for p, t in zip(plans, tickets, strict=True)], now)
    noted = [(plan, filled.get(plan.ticket.pk, Filled())) for plan in plans if plan.ticket]
    write_entries([said for plan, note in noted for said in _first_entries(plan, note, now)])
    copy_rows([_search_text(plan, note) for plan, note in noted])
    return tickets


def _look_back(plans: list[Plan]) -> None:
    """Of whom nobody has asked yet how often they were failed before."""
    unasked = [plan for plan in plans if plan.past is None and plan.customer]
    pasts = pasts_of({plan.customer.pk for plan in unasked if plan.customer})
    for plan in unasked:
        assert plan.customer is not None
        plan.past = pasts.get(plan.customer.pk, Past())
        plan.is_again = not plan.quiet and plan.past.is_recent(plan.received_at, plan.policy)


def link_feedback(pairs: list[tuple[Ticket, Feedback]], now: datetime) -> None:
    copy_rows(
        [
            TicketFeedback(
                ticket=ticket, feedback=feedback, received_at=feedback.received_at, linked_at=now
            )
            for ticket, feedback in pairs
        ]
    )


def subject_of(feedback: Feedback) -> str:
    """The customer's first words, or what they scored."""
    first = " ".join(feedback.comment.split())
    if len(first) > SUBJECT_LENGTH:
        first = first[: SUBJECT_LENGTH - 1].rsplit(" ", 1)[0] + "…"
    if first:
        return first
    score = feedback.score
    return f"{score['type']} {score['value']}, without words" if score else "Feedback without words"


def _promise(plan: Plan) -> Promise:
    return Promise(
        policy=plan.policy,
        opened_at=plan.received_at,
        quiet=plan.quiet,
        priority=plan.priority.word,
        segment=plan.customer.segment if plan.customer else "",
    )


def _ticket(plan: Plan, promise: Promise, now: datetime) -> Ticket:
    return Ticket(
        promise=promise,
        subject=plan.subject[:200],
        status=OPEN if plan.actor.is_person else NEW,
        priority=plan.priority,
        group=plan.group,
        assignee=plan.assignee,
        customer=plan.customer,
        contactable=plan.contactable,
        tags=list(plan.tags),
        linked_to=plan.linked_to,
        quiet=plan.quiet,
        failure_number=plan.past.failures + 1 if plan.past else None,
        is_again=plan.is_again,
        created_at=plan.received_at if plan.quiet else now,
        updated_at=now,
    )


def _starts(plans: list[Plan], promises: list[Promise]) -> list[Start]:
    pairs = list(zip(plans, promises, strict=True))
    starts = [
        Start(promise, kind, plan.received_at)
        for plan, promise in pairs
        for kind in kinds_for(plan.contactable)
    ]
    return starts + [start for plan, promise in pairs for start in _call(plan, promise)]


def _call(plan: Plan, promise: Promise) -> list[Start]:
    """The time that they named last; of history nobody is called any more."""
    asked = [(one, wish) for one in plan.feedback if (wish := wish_in(one))]
    if plan.quiet or not asked:
        return []
    heard, wish = max(asked, key=lambda pair: pair[0].received_at)
    return [Start(promise, Kind.CALL_BACK, heard.received_at, wish=wish)]


def kinds_for(contactable: str) -> tuple[Kind, ...]:
    """Whom nobody can reach is promised no follow-up; the matter itself is still to be resolved."""
    return (Kind.RESOLVE,) if contactable == Contactable.NONE else AT_RECEIPT


def _set_deadlines(tickets: list[Ticket], clocks: list[Clock]) -> None:
    by_number = {ticket.pk: ticket for ticket in tickets}
    for clock in clocks:
        ticket = by_number[clock.promise_id]
        if clock.due_at and (ticket.next_due_at is None or clock.due_at < ticket.next_due_at):
            ticket.next_due_at = clock.due_at


def _first_entries(plan: Plan, noted: Filled, now: datetime) -> list[tuple[Ticket, TimelineEntry]]:
    ticket = plan.ticket
    assert ticket is not None
    said = {**plan.reason, **noted.opening()}
    opened = entry(ticket, "opened", plan.actor, at=now, reason=said)
    if plan.assignee is None or plan.actor.is_person:
        return [(ticket, opened)]
    reason = {"assignee": plan.assignee.brief(), "why": plan.reason.get("assigned", "")}
    given = entry(ticket, "assigned", plan.actor, at=now, reason=reason)
    return [(ticket, opened), (ticket, given)]


def _search_text(plan: Plan, noted: Filled) -> SearchText:
    assert plan.ticket is not None
    parts = [plan.ticket.ref, plan.subject, *(f.comment for f in plan.feedback), *noted.words]
    if plan.customer:
        parts += [plan.customer.name, plan.customer.email, plan.customer.external_id]
    return SearchText(ticket=plan.ticket, words=vector_literal(words_of(" ".join(parts))))
