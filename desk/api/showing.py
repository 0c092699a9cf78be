"""A ticket as JSON, with what all rooms know of it. One way for lists, reads and verbs alike, in a
number of queries that does not grow with the tickets."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from tickets.escalation.models import Escalation
from tickets.recovery.shown import recovery_of
from tickets.sla.models import Clock
from tickets.work.actions.link import links_of
from tickets.work.files import by_entry, show_attachment
from tickets.work.models import (
    Attachment,
    FieldValue,
    Handover,
    Ticket,
    TicketFeedback,
    TicketShare,
    TimelineEntry,
    Watch,
)
from tickets.work.said_times import zone_of
from tickets.work.shown import show_feedback
from tickets.work.tries import IN_VAIN, attempts_on, proposed_on

Json = dict[str, Any]
ByTicket = dict[int, list[Json]]

SEEN_WITH = ("group", "assignee", "customer")


def show_tickets(tickets: Sequence[Ticket]) -> list[Json]:
    """Everything but what only grows: the timeline and the recovery are read one by one."""
    numbers = [ticket.pk for ticket in tickets]
    feedback, clocks, raised = _feedback(numbers), _clocks(numbers), _escalations(numbers)
    shared, watching, handed = _shares(numbers), _watchers(numbers), _handovers(numbers)
    fields = fields_of(numbers)
    return [
        facts_of(ticket)
        | {
            "fields": fields[ticket.pk],
            "feedback": feedback[ticket.pk],
            "clocks": clocks[ticket.pk],
            "escalations": raised[ticket.pk],
            "handover": handed.get(ticket.pk),
            "shared_with": shared[ticket.pk],
            "watchers": watching[ticket.pk],
        }
        for ticket in tickets
    ]


def show_ticket(number: int) -> Json:
    """The whole ticket, whoever may see it: to ask that first is the caller's part."""
    ticket = Ticket.objects.select_related(*SEEN_WITH).get(pk=number)
    (shown,) = show_tickets([ticket])
    rows = TimelineEntry.objects.filter(ticket=ticket).select_related("actor")
    entries = list(rows.order_by("at", "pk"))
    return shown | {
        "links": _links(ticket),
        "next_attempt": _next_attempt(ticket, entries),
        "recovery": recovery_of(ticket),
        "timeline": _timeline(ticket, entries),
    }


def _next_attempt(ticket: Ticket, entries: Sequence[TimelineEntry]) -> Json | None:
    """Read only of tickets on which something was tried in vain."""
    if not any(entry.kind in IN_VAIN for entry in entries):
        return None
    attempts = attempts_on([ticket.pk]).get(ticket.pk, [])
    proposed = proposed_on(ticket, attempts, zone_of(ticket)) if attempts else None
    return asdict(proposed) if proposed else None


def _links(ticket: Ticket) -> list[str]:
    pairs = links_of(ticket).order_by("low", "high").values_list("low", "high")
    return [f"T-{low if high == ticket.pk else high}" for low, high in pairs]


def facts_of(ticket: Ticket) -> Json:
    return {
        "ref": ticket.ref,
        "subject": ticket.subject,
        "status": ticket.status,
        "outcome": ticket.outcome or None,
        "close_reason": ticket.close_reason or None,
        "priority": ticket.priority_word,
        "cycle": ticket.cycle,
        "group": ticket.group.brief(),
        "assignee": ticket.assignee.brief() if ticket.assignee else None,
        "customer": ticket.customer.public() if ticket.customer else None,
        "contactable": ticket.contactable,
        "tags": ticket.tags,
        "next_due_at": ticket.next_due_at,
        "waiting_until": ticket.waiting_until,
        "snoozed_until": ticket.snoozed_until,
        "merged_into": _ref(ticket.merged_into_id),
        "linked_to": _ref(ticket.linked_to_id),
        "imported": ticket.quiet,
        "created_at": ticket.created_at,
        "updated_at": ticket.updated_at,
        "resolved_at": ticket.resolved_at,
        "unjudged_since": ticket.unjudged_since,
        "closed_at": ticket.closed_at,
    }


def _ref(number: int | None) -> str | None:
    return f"T-{number}" if number else None


def _feedback(numbers: Sequence[int]) -> ByTicket:
    rows = TicketFeedback.objects.filter(ticket__in=numbers).order_by("received_at", "pk")
    links = list(rows.select_related("feedback__source", "feedback__customer"))
    shown = show_feedback([link.feedback for link in links])
    return _grouped(zip([link.ticket_id for link in links], shown, strict=True))


def fields_of(numbers: Sequence[int]) -> dict[int, dict[str, str]]:
    """What stands in the fields of this house that are in use, by ticket and slug."""
    held = FieldValue.objects.filter(ticket__in=numbers, field__archived_at=None)
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for row in held.select_related("field").order_by("field__place"):
        found[row.ticket_id][row.field.slug] = row.shown
    return found


def _clocks(numbers: Sequence[int]) -> ByTicket:
    clocks = Clock.objects.filter(promise__in=numbers).order_by("promise", "cycle", "pk")
    return _grouped((clock.promise_id, clock.public()) for clock in clocks)


def _escalations(numbers: Sequence[int]) -> ByTicket:
    raised = Escalation.objects.filter(ticket__in=numbers).select_related("clock")
    return _grouped(
        (row.ticket_id, _escalation(row)) for row in raised.order_by("due_at", "rung", "pk")
    )


def _escalation(row: Escalation) -> Json:
    return {
        "id": row.pk,
        "clock": row.clock.kind,
        "cycle": row.cycle,
        "rung": row.rung,
        "due_at": row.due_at,
        "raised_at": row.raised_at,
        "acknowledged_at": row.acknowledged_at,
        "paused_until": row.paused_until,
        "skipped": row.skipped,
    }


def _shares(numbers: Sequence[int]) -> ByTicket:
    shares = TicketShare.objects.filter(ticket__in=numbers).select_related("group")
    shown = ((s.ticket_id, {**s.group.brief(), "right": s.right}) for s in shares)
    return _grouped(sorted(shown, key=lambda pair: str(pair[1]["name"])))


def _handovers(numbers: Sequence[int]) -> dict[int, Json]:
    """Those that wait to be accepted, of which a ticket has one at most."""
    rows = Handover.objects.waiting().filter(ticket__in=numbers)
    found = rows.select_related("from_group", "to_group", "by")
    return {row.ticket_id: _handover(row) for row in found}


def _handover(row: Handover) -> Json:
    return {
        "number": row.number,
        "from": row.from_group.brief(),
        "to": row.to_group.brief(),
        "by": row.by.brief() if row.by else None,
        "reason": row.reason,
        "summary": row.summary,
        "at": row.at,
        "accept_by": row.accept_by,
    }


def _watchers(numbers: Sequence[int]) -> ByTicket:
    watches = Watch.objects.filter(ticket__in=numbers).select_related("user").order_by("pk")
    return _grouped((watch.ticket_id, watch.user.brief()) for watch in watches)


def _timeline(ticket: Ticket, entries: Sequence[TimelineEntry]) -> list[Json]:
    said = Attachment.objects.filter(ticket=ticket).select_related("file").order_by("pk")
    files = by_entry(said)
    return [
        entry.brief() | {"files": [show_attachment(row) for row in files.get(entry.pk, ())]}
        for entry in entries
    ]


def _grouped(pairs: Iterable[tuple[int, Json]]) -> ByTicket:
    found: ByTicket = defaultdict(list)
    for number, shown in pairs:
        found[number].append(shown)
    return found
