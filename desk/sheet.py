"""A list of tickets as a table to take along, row by row as the database gives them."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from cxloop.kernel.pages import Cursor, cut_page, read_order
from desk.api.showing import facts_of, fields_of
from desk.beside import heard_of
from feedback.intake.models import Feedback
from tickets.work.fields import FIELD, WORDED
from tickets.work.models import Ticket, TicketField, TicketQuerySet

A_BATCH = 500
# As the API names them; a dot leads into what it nests.
COLUMNS = (
    *("ref", "subject", "status", "outcome", "close_reason", "priority", "cycle"),
    *("group.slug", "group.name", "assignee.id", "assignee.name"),
    *("customer.id", "customer.external_id", "customer.name", "customer.email", "customer.phone"),
    *("customer.segment", "customer.value", "customer.company"),
    *("score.type", "score.value", "score.class", "contactable", "tags"),
    *("next_due_at", "waiting_until", "merged_into", "linked_to", "imported"),
    *("created_at", "updated_at", "resolved_at", "closed_at"),
)
# What a spreadsheet takes for the beginning of a formula, in narrow letters and in wide ones.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Without it a spreadsheet guesses the letters, and guesses Korean wrong.
_UTF_8 = "\ufeff"


class _Line:
    """What the writer of lines writes to: the line itself is all that is wanted."""

    def write(self, line: str) -> str:
        return line


def sheet_of(rows: TicketQuerySet) -> Iterator[str]:
    """Line by line, in the order of the numbers: a list by deadline moves while it is read, and a
    row that moves would be missed or come twice. No transaction stays open for who reads slowly."""
    writer, fields = csv.writer(_Line()), list(TicketField.objects.current())
    yield _UTF_8 + writer.writerow([*COLUMNS, *(f"{FIELD}{field.slug}" for field in fields)])
    for batch in _batches(rows):
        heard, held = heard_of(batch), fields_of([ticket.pk for ticket in batch])
        for ticket in batch:
            own = _own_cells(fields, held[ticket.pk])
            yield writer.writerow([*_cells(ticket, heard.get(ticket.pk)), *own])


def _own_cells(fields: Sequence[TicketField], held: Mapping[str, str]) -> list[str]:
    """Of the fields of this house. A number below zero is a number, and no formula."""
    return [
        _harmless(held.get(field.slug, "")) if field.kind in WORDED else held.get(field.slug, "")
        for field in fields
    ]


def _batches(rows: TicketQuerySet) -> Iterator[Sequence[Ticket]]:
    rows = rows.select_related("group", "assignee").prefetch_related("customer")
    by, cursor = read_order(rows, "pk"), None
    while True:
        batch = cut_page(rows, by, cursor, size=A_BATCH).rows
        yield batch
        if len(batch) < A_BATCH:
            return
        cursor = Cursor(batch[-1].pk, batch[-1].pk)


def _cells(ticket: Ticket, heard: Feedback | None) -> list[str]:
    facts = {**facts_of(ticket), "score": heard.score if heard else None}
    return [_cell(_within(facts, name)) for name in COLUMNS]


def _within(facts: Any, name: str) -> Any:
    for step in name.split("."):
        facts = facts.get(step) if facts else None
    return facts


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case list():
            return _harmless(",".join(value))
        case _:
            return _harmless(str(value))


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
